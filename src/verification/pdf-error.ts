/** Why reading a stranger's PDF stopped: `damaged` bytes, or a `limit` that keeps memory and time bounded. */
export class PdfError extends Error {
  override readonly name = 'PdfError'
  readonly kind: 'damaged' | 'limit'

  constructor(kind: 'damaged' | 'limit', message: string) {
    super(message)
    this.kind = kind
  }
}

/** What may still be spent on one file; the reader counts it down and throws PdfError `limit` at nought. */
export type Budget = {
  /** tokens of PDF syntax */
  tokens: number
  /** bytes that come out of stream filters, all streams together */
  decoded: number
  /** indirect objects loaded */
  objects: number
  /** `performance.now()` after which reading stops, in milliseconds */
  readonly deadline: number
}

/** Limits for one file of at most 10 MiB; `milliseconds` counts from now. */
export function newBudget(milliseconds = 1200): Budget {
  return { tokens: 3_000_000, decoded: 48 << 20, objects: 50_000, deadline: performance.now() + milliseconds }
}

/** Spends one token; looks at the clock now and then. Throws PdfError `limit`. */
export function spendToken(budget: Budget): void {
  budget.tokens -= 1
  if (budget.tokens < 0) throw new PdfError('limit', 'too many tokens')
  if ((budget.tokens & 0x3ff) === 0) spendTime(budget)
}

/** Throws PdfError `limit` when the time is up. */
export function spendTime(budget: Budget): void {
  if (performance.now() > budget.deadline) throw new PdfError('limit', 'too much time')
}

/** Charges bytes stepped over in one go, so that looking at the same megabytes again and again ends. Throws PdfError. */
export function spendBytes(budget: Budget, length: number): void {
  if (length < 64) return
  budget.tokens -= length >> 3
  if (budget.tokens < 0) throw new PdfError('limit', 'too much to read')
  if (length > 4096) spendTime(budget)
}

/** Runs a search in a file that may be damaged: damage finds nothing. Throws PdfError `limit`. */
export function orIfDamaged<T>(search: () => T, otherwise: T): T {
  try {
    return search()
  } catch (error) {
    if (error instanceof PdfError && error.kind === 'damaged') return otherwise
    throw error
  }
}
