import { AppError, type AppErrorCode } from './app-error.ts'

/** What of an error may stand in a log. */
export type SafeError = {
  readonly type: string
  readonly code?: string
  /** empty where it may name somebody */
  readonly message: string
  /** where it was thrown, a frame a line, without the message that stacks begin with */
  readonly stack: string
  readonly details?: unknown
  readonly cause?: SafeError
}

/** About the state of the house, in words of our own; the others speak of somebody's certificate. */
const ABOUT_THE_HOUSE: readonly AppErrorCode[] = ['UNAVAILABLE', 'BUSY', 'FORBIDDEN']
const DEEPEST_CAUSE = 4

/**
 * An error without what it may say of persons. A driver puts values into its errors (PostgreSQL: «Key
 * (id_number)=(…) already exists»), JSON.parse quotes its input, a refusal names a certificate. So nothing is copied but
 * what is known: type, code, frames of the stack, and a message with everything quoted, foreign or number-like taken out.
 */
export function safeError(error: unknown, depth = 0): SafeError {
  if (!(error instanceof Error)) return { type: typeof error, message: '', stack: '' }
  const code = (error as { code?: unknown }).code
  const known = error instanceof AppError
  const ours = known && ABOUT_THE_HOUSE.includes(error.code)
  return {
    type: error.name === 'Error' ? error.constructor.name : error.name,
    ...(typeof code === 'string' && /^\w{1,60}$/.test(code) ? { code } : {}),
    message: ours ? error.userMessage : known ? '' : withoutValues(error.message),
    stack: framesOf(error),
    ...(ours && Object.keys(error.details).length > 0 ? { details: error.details } : {}),
    ...(error.cause !== undefined && depth < DEEPEST_CAUSE ? { cause: safeError(error.cause, depth + 1) } : {}),
  }
}

/** The same as lines for a terminal or a journal. */
export function describeSafely(error: unknown): string {
  const lines = (one: SafeError): string[] => [
    [one.type, one.code, one.message].filter(Boolean).join(' '),
    ...(one.stack === '' ? [] : [one.stack]),
    ...(one.cause === undefined ? [] : ['caused by', ...lines(one.cause)]),
  ]
  return lines(safeError(error)).join('\n')
}

/** Quoted text, paths, words of other scripts, what has digits or @ in it: replaced by `…`. */
function withoutValues(message: string): string {
  return message
    .replaceAll(/"[^"]*"|'[^']*'|`[^`]*`|「[^」]*」|«[^»]*»|\([^()]*\)=\([^()]*\)/g, '…')
    .replaceAll(/[^\x20-\x7e]+/g, '…')
    .replaceAll(/\S*[/\\@]\S*|\b\S*\d\S*/g, '…')
    .slice(0, 300)
}

function framesOf({ stack = '' }: Error): string {
  const frames = stack.split('\n').filter((line) => /^\s+at .+:\d+:\d+\)?$/.test(line))
  return frames.map((frame) => frame.trim()).join('\n')
}
