import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { html } from 'ghtml'
import { AppError, type AppErrorCode, HTTP_STATUS } from '../shared/app-error.ts'
import type { Language } from '../verification/verification-result.ts'
import { prefersHtml } from './accept.ts'
import { FRAME_TEXTS } from './frame-texts.ts'
import { HttpError } from './http-error.ts'
import { pageFrame, VERIFIER_PATH } from './page-frame.ts'
import { PROBLEMS, type ProblemName, problemType } from './problem-texts.ts'
import { languageInAddress, languageOfHeader } from './request-language.ts'

const APP_PROBLEMS = {
  INVALID_INPUT: 'invalid-request',
  FORBIDDEN: 'forbidden',
  NOT_FOUND: 'not-found',
  CONFLICT: 'conflict',
  TOO_LARGE: 'too-large',
  UNAVAILABLE: 'register-unavailable',
  BUSY: 'busy',
} as const satisfies Record<AppErrorCode, ProblemName>

/** Seconds after which what could not be answered is worth another try. */
const RETRY_AFTER: { readonly [code in AppErrorCode]?: Record<string, string> } = {
  UNAVAILABLE: { 'retry-after': '30' },
  BUSY: { 'retry-after': '5' },
}

export type Problem = {
  readonly name: ProblemName
  readonly status: number
  /** instead of the general words of this problem */
  readonly detail: string | undefined
  readonly headers: Readonly<Record<string, string>>
}

/** RFC 9457. Without `instance`: it would repeat the address, and with it a token (E68). */
export type ProblemBody = {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
}

/** The one place where whatever was thrown becomes an answer. Nothing unexpected is shown. */
export function toProblem(error: unknown): Problem {
  if (error instanceof HttpError) return problem(error.problem, error.detail, error.headers)
  if (error instanceof AppError) {
    // What is said about the register is our own affair; the words for it are fixed.
    const detail = HTTP_STATUS[error.code] === 503 ? undefined : error.userMessage
    const headers = RETRY_AFTER[error.code]
    return { ...problem(APP_PROBLEMS[error.code], detail, headers), status: HTTP_STATUS[error.code] }
  }
  const { statusCode, validation, validationContext, code } = (error ?? {}) as Partial<FastifyError>
  if (validation !== undefined) {
    const [first] = validation
    return problem('invalid-request', `${validationContext}${first?.instancePath ?? ''} ${first?.message ?? ''}`.trim())
  }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return problem('too-large', 'The body of the request is too large.')
  if (code === 'FST_ERR_HANDLER_TIMEOUT') return problem('busy')
  if (statusCode === 413) return problem('too-large')
  if (statusCode === 415) return problem('unsupported-media-type')
  if (statusCode === 429) return problem('too-many-requests')
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return problem('invalid-request')
  return problem('internal-error')
}

function problem(name: ProblemName, detail?: string, headers: Readonly<Record<string, string>> = {}): Problem {
  return { name, status: PROBLEMS[name].status, detail, headers }
}

function problemBody({ name, status, detail }: Problem, language: Language): ProblemBody {
  const texts = PROBLEMS[name]
  return { type: problemType(name), title: texts.title[language], status, detail: detail ?? texts.detail[language] }
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, found: Problem, demo: boolean): FastifyReply {
  logProblem(request, found)
  // Whoever complains can name the line of the log.
  if (found.status >= 500) reply.header('x-request-id', request.id)
  reply.code(found.status).headers(found.headers).header('cache-control', 'no-store').header('vary', 'accept')
  const isApi = request.url.startsWith('/api/')
  if (!isApi && prefersHtml(request.headers.accept)) {
    return reply.type('text/html; charset=utf-8').send(problemPage(found, languageInAddress(request) ?? 'zh-TW', demo))
  }
  const language = languageOfHeader(request)
  return reply
    .header('vary', 'accept, accept-language')
    .header('content-language', language)
    .type('application/problem+json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(problemBody(found, language))
}

function logProblem(request: FastifyRequest, { name, status }: Problem): void {
  if (status < 500) request.log.debug({ problem: name }, 'refused')
}

function problemPage(found: Problem, language: Language, demo: boolean): string {
  const { title, detail } = PROBLEMS[found.name]
  return pageFrame({
    language,
    demo,
    robots: 'noindex',
    title: `${title[language]}｜${FRAME_TEXTS.siteTitle[language]}`,
    main: html`<div class="narrow">
      <article class="card plain-page">
        <h1>${title[language]}</h1>
        <p>${found.detail ?? detail[language]}</p>
        <p><a class="button" href="${VERIFIER_PATH}?lang=${language}">${FRAME_TEXTS.toVerifier[language]}</a></p>
      </article>
    </div>`,
  })
}
