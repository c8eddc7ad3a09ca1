import { PROBLEMS, type ProblemName } from './problem-texts.ts'

type HttpErrorOptions = { detail?: string; headers?: Readonly<Record<string, string>>; cause?: unknown }

/** What is wrong with a request itself, as opposed to AppError, which domains throw. */
export class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly problem: ProblemName
  readonly statusCode: number
  /** instead of the general words of the problem; shown */
  readonly detail: string | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(problem: ProblemName, { detail, headers = {}, cause }: HttpErrorOptions = {}) {
    super(detail ?? PROBLEMS[problem].detail.en, { cause })
    this.problem = problem
    this.statusCode = PROBLEMS[problem].status
    this.detail = detail
    this.headers = headers
  }
}
