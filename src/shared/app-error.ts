/** What a person can act on. `userMessage` is shown; `details` are logged and never shown. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: AppErrorCode
  readonly userMessage: string
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    code: AppErrorCode,
    userMessage: string,
    details: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(`${code}: ${userMessage}`, options)
    this.code = code
    this.userMessage = userMessage
    this.details = details
  }
}

/** The one table from errors to HTTP. */
export const HTTP_STATUS = {
  INVALID_INPUT: 400,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  TOO_LARGE: 413,
  UNAVAILABLE: 503,
  BUSY: 503,
} as const

export type AppErrorCode = keyof typeof HTTP_STATUS
