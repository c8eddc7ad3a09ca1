import { PdfError } from './pdf-error.ts'
import {
  CLASS,
  type Cursor,
  nextByte,
  REGULAR,
  readName,
  readNumber,
  readUnsigned,
  skipHexString,
  skipLiteralString,
  skipWhite,
  takeWord,
} from './pdf-lexer.ts'

/** The objects of ISO 32000-2, 7.3. Strings and streams are spans of the bytes they stand in. */
export type PdfObject =
  | null
  | boolean
  | number
  | PdfName
  | PdfString
  | PdfRef
  | PdfDict
  | PdfStream
  | readonly PdfObject[]
type PdfName = { readonly type: 'name'; readonly name: string }
export type PdfRef = { readonly type: 'ref'; readonly number: number; readonly generation: number }
/** `start` and `end` frame the delimiters too. */
export type PdfString = {
  readonly type: 'string'
  readonly hex: boolean
  readonly source: Buffer
  readonly start: number
  readonly end: number
}
export type PdfDict = {
  readonly type: 'dict'
  readonly entries: ReadonlyMap<string, PdfObject>
  /** a key stands twice: readers disagree about which counts (we take the last) */
  readonly repeated: boolean
}
export type PdfStream = {
  readonly type: 'stream'
  readonly dict: PdfDict
  readonly source: Buffer
  /** offset of the first byte of data */
  readonly start: number
}

const MAX_DEPTH = 64

/** Reads one value. Throws PdfError. */
export function readValue(c: Cursor, depth = 0): PdfObject {
  if (depth > MAX_DEPTH) throw new PdfError('limit', 'nested too deep')
  const byte = nextByte(c)
  switch (byte) {
    case 0x2f:
      return { type: 'name', name: readName(c) }
    case 0x28:
      return readString(c, false)
    case 0x3c:
      return c.bytes[c.at + 1] === 0x3c ? readDict(c, depth) : readString(c, true)
    case 0x5b:
      return readArray(c, depth)
    case 0x74:
      return readKeyword(c, 'true', true)
    case 0x66:
      return readKeyword(c, 'false', false)
    case 0x6e:
      return readKeyword(c, 'null', null)
    default:
      return readNumberOrRef(c, byte)
  }
}

function readKeyword(c: Cursor, word: string, value: boolean | null): boolean | null {
  if (!takeWord(c, word)) throw new PdfError('damaged', 'unknown keyword')
  return value
}

function readString(c: Cursor, hex: boolean): PdfString {
  const start = c.at
  if (hex) skipHexString(c)
  else skipLiteralString(c)
  return { type: 'string', hex, source: c.bytes, start, end: c.at }
}

function readArray(c: Cursor, depth: number): PdfObject[] {
  c.at += 1
  const items: PdfObject[] = []
  while (nextByte(c) !== 0x5d) items.push(readValue(c, depth + 1))
  c.at += 1
  return items
}

function readDict(c: Cursor, depth: number): PdfDict {
  c.at += 2
  const entries = new Map<string, PdfObject>()
  let repeated = false
  for (;;) {
    const byte = nextByte(c)
    if (byte === 0x3e && c.bytes[c.at + 1] === 0x3e) break
    if (byte !== 0x2f) throw new PdfError('damaged', 'a dictionary key is not a name')
    const key = readName(c)
    if (entries.has(key)) repeated = true
    entries.set(key, readValue(c, depth + 1))
  }
  c.at += 2
  return { type: 'dict', entries, repeated }
}

function readNumberOrRef(c: Cursor, first: number): number | PdfRef {
  const start = c.at
  const number = first >= 48 && first <= 57 ? readUnsigned(c) : undefined
  if (number === undefined || (c.at < c.end && CLASS[c.bytes[c.at]!] === REGULAR)) {
    c.at = start
    return readNumber(c)
  }
  // "12 0 R" is three tokens; what follows a plain number is left untouched.
  const after = c.at
  skipWhite(c)
  const generation = readUnsigned(c)
  if (generation !== undefined && generation <= 65535) {
    skipWhite(c)
    if (takeWord(c, 'R')) return { type: 'ref', number, generation }
  }
  c.at = after
  return number
}

/** An indirect object as it stands at an offset. */
export type IndirectObject = { readonly number: number; readonly generation: number; readonly value: PdfObject }

/** Reads `N G obj …` (7.3.10). Throws PdfError. */
export function readIndirect(c: Cursor): IndirectObject {
  skipWhite(c)
  const number = readUnsigned(c)
  skipWhite(c)
  const generation = readUnsigned(c)
  skipWhite(c)
  if (number === undefined || generation === undefined || !takeWord(c, 'obj')) {
    throw new PdfError('damaged', 'no object where one should be')
  }
  const value = readValue(c)
  if (!isDict(value)) return { number, generation, value }
  skipWhite(c)
  if (!takeWord(c, 'stream')) return { number, generation, value }
  if (c.bytes[c.at] === 13) c.at += 1
  if (c.bytes[c.at] === 10) c.at += 1
  return { number, generation, value: { type: 'stream', dict: value, source: c.bytes, start: c.at } }
}

export function isDict(value: PdfObject | undefined): value is PdfDict {
  return isTyped(value) && value.type === 'dict'
}

export function isStream(value: PdfObject | undefined): value is PdfStream {
  return isTyped(value) && value.type === 'stream'
}

export function isRef(value: PdfObject | undefined): value is PdfRef {
  return isTyped(value) && value.type === 'ref'
}

export function isString(value: PdfObject | undefined): value is PdfString {
  return isTyped(value) && value.type === 'string'
}

export function isArray(value: PdfObject | undefined): value is readonly PdfObject[] {
  return Array.isArray(value)
}

/** The name's characters, or undefined for anything else. */
export function nameOf(value: PdfObject | undefined): string | undefined {
  return isTyped(value) && value.type === 'name' ? value.name : undefined
}

function isTyped(value: PdfObject | undefined): value is PdfName | PdfRef | PdfString | PdfDict | PdfStream {
  return typeof value === 'object' && value !== null && 'type' in value
}
