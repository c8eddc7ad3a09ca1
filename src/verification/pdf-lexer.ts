import { type Budget, PdfError, spendBytes, spendToken } from './pdf-error.ts'

/** A place in bytes that are being read; `bytes` is the file itself or one decoded stream, never a copy of it. */
export type Cursor = { readonly bytes: Buffer; at: number; readonly end: number; readonly budget: Budget }

export const REGULAR = 0
const WHITE = 1
const DELIMITER = 2

/** Character classes of ISO 32000-2, 7.2.3. */
export const CLASS = makeClasses()

function makeClasses(): Uint8Array {
  const classes = new Uint8Array(256)
  for (const white of [0, 9, 10, 12, 13, 32]) classes[white] = WHITE
  for (const delimiter of '()<>[]{}/%') classes[delimiter.charCodeAt(0)] = DELIMITER
  return classes
}

export function cursor(bytes: Buffer, at: number, budget: Budget, end = bytes.length): Cursor {
  return { bytes, at, end, budget }
}

/** Steps over white space and comments (7.2.3, 7.2.4). */
export function skipWhite(c: Cursor): void {
  const { bytes, end } = c
  let at = c.at
  for (;;) {
    while (at < end && CLASS[bytes[at]!] === WHITE) at += 1
    if (at >= end || bytes[at] !== 0x25) break
    while (at < end && bytes[at] !== 10 && bytes[at] !== 13) at += 1
  }
  spendBytes(c.budget, at - c.at)
  c.at = at
}

/** Reads an unsigned integer of at most ten digits, as offsets and object numbers are. Undefined when none stands here. */
export function readUnsigned(c: Cursor): number | undefined {
  const { bytes, end } = c
  let at = c.at
  let value = 0
  while (at < end) {
    const digit = bytes[at]! - 48
    if (digit < 0 || digit > 9) break
    value = value * 10 + digit
    at += 1
  }
  if (at === c.at || at - c.at > 10) return undefined
  c.at = at
  return value
}

/** Is this word here, not followed by a regular character? Steps over it if so. */
export function takeWord(c: Cursor, word: string): boolean {
  const end = c.at + word.length
  if (end > c.end) return false
  for (let i = 0; i < word.length; i += 1) if (c.bytes[c.at + i] !== word.charCodeAt(i)) return false
  if (end < c.end && CLASS[c.bytes[end]!] === REGULAR) return false
  c.at = end
  return true
}

/** Reads integer or real (7.3.3). Exponents, as PDF has none, are damage. */
export function readNumber(c: Cursor): number {
  const { bytes, end } = c
  const start = c.at
  let at = start
  while (at < end && CLASS[bytes[at]!] === REGULAR) at += 1
  if (at - start > 64) throw new PdfError('damaged', 'overlong number')
  const text = bytes.toString('latin1', start, at)
  if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) throw new PdfError('damaged', 'not a number')
  c.at = at
  return Number(text)
}

/** Reads a name after its solidus, with #xx decoded (7.3.5). */
export function readName(c: Cursor): string {
  const { bytes, end } = c
  const start = c.at + 1
  let at = start
  let escaped = false
  while (at < end && CLASS[bytes[at]!] === REGULAR) {
    if (bytes[at] === 0x23) escaped = true
    at += 1
  }
  c.at = at
  if (at - start > 512) throw new PdfError('damaged', 'overlong name')
  const raw = bytes.toString('latin1', start, at)
  return escaped
    ? raw.replace(/#([0-9A-Fa-f]{2})/g, (_: string, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    : raw
}

/** Steps over a literal string and returns the offset after it (7.3.4.2: balanced parentheses, backslash escapes). */
export function skipLiteralString(c: Cursor): void {
  const { bytes, end } = c
  let at = c.at + 1
  let open = 1
  while (at < end) {
    const byte = bytes[at]!
    at += 1
    if (byte === 0x5c) at += 1
    else if (byte === 0x28) open += 1
    else if (byte === 0x29) {
      open -= 1
      if (open === 0) {
        spendBytes(c.budget, at - c.at)
        c.at = at
        return
      }
    }
  }
  spendBytes(c.budget, at - c.at)
  throw new PdfError('damaged', 'unterminated string')
}

/** Steps over a hexadecimal string (7.3.4.3). What is in it is judged by who needs it. */
export function skipHexString(c: Cursor): void {
  const close = c.bytes.indexOf(0x3e, c.at)
  spendBytes(c.budget, (close < 0 ? c.end : close) - c.at)
  if (close < 0 || close >= c.end) throw new PdfError('damaged', 'unterminated hexadecimal string')
  c.at = close + 1
}

/** Spends a token and steps over white space: the beginning of every value. */
export function nextByte(c: Cursor): number {
  spendToken(c.budget)
  skipWhite(c)
  if (c.at >= c.end) throw new PdfError('damaged', 'unexpected end')
  return c.bytes[c.at]!
}
