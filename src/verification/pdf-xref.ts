import { type Budget, PdfError, spendToken } from './pdf-error.ts'
import { type Cursor, cursor, readUnsigned, skipWhite, takeWord } from './pdf-lexer.ts'
import { isArray, isDict, isStream, type PdfDict, type PdfObject, readIndirect, readValue } from './pdf-objects.ts'
import { decodeStream } from './pdf-streams.ts'

/** Where an object stands: at an offset of the file, or as the n-th of an object stream. Null: free. */
export type XrefEntry = { readonly offset: number } | { readonly container: number; readonly index: number } | null

export type Xref = {
  readonly entries: Map<number, XrefEntry>
  /** the newest trailer */
  readonly trailer: PdfDict
  /** cross-reference sections read; one means a single revision */
  readonly sections: number
  /** offset that the last startxref names */
  readonly startxref: number
}

const MAX_SECTIONS = 256
const MAX_OBJECT_NUMBER = 8_388_607
const MAX_ENTRIES = 100_000

/** Follows the cross-reference chain from the last startxref (ISO 32000-2, 7.5.4 to 7.5.8). Throws PdfError. */
export function readXref(bytes: Buffer, budget: Budget): Xref {
  const word = bytes.lastIndexOf('startxref')
  if (word < 0) throw new PdfError('damaged', 'no startxref')
  const c = cursor(bytes, word + 9, budget)
  skipWhite(c)
  const startxref = readUnsigned(c)
  if (startxref === undefined) throw new PdfError('damaged', 'startxref names no offset')
  return followChain(bytes, startxref, budget)
}

function followChain(bytes: Buffer, startxref: number, budget: Budget): Xref {
  const entries = new Map<number, XrefEntry>()
  const visited = new Set<number>()
  let newest: PdfDict | undefined
  let next: number | undefined = startxref
  while (next !== undefined) {
    if (visited.has(next)) throw new PdfError('damaged', 'the cross-reference chain runs in a circle')
    if (visited.size >= MAX_SECTIONS) throw new PdfError('limit', 'too many revisions')
    visited.add(next)
    const trailer: PdfDict = readSection(bytes, next, entries, budget, visited)
    newest ??= trailer
    next = offsetIn(trailer, 'Prev')
  }
  return { entries, trailer: newest!, sections: visited.size, startxref }
}

function readSection(
  bytes: Buffer,
  offset: number,
  entries: Map<number, XrefEntry>,
  budget: Budget,
  visited: Set<number>,
): PdfDict {
  if (offset >= bytes.length) throw new PdfError('damaged', 'a cross-reference offset lies outside the file')
  const c = cursor(bytes, offset, budget)
  skipWhite(c)
  if (!takeWord(c, 'xref')) return readXrefStream(c, entries)
  const free = readTable(c, entries)
  const trailer = readValue(c)
  if (!isDict(trailer)) throw new PdfError('damaged', 'no trailer dictionary')
  // Hybrid file (7.5.8.4): its stream comes between this table and the one before.
  const hybrid = offsetIn(trailer, 'XRefStm')
  if (hybrid !== undefined && hybrid < bytes.length && !visited.has(hybrid)) {
    readXrefStream(cursor(bytes, hybrid, budget), entries)
  }
  for (const number of free) if (!entries.has(number)) addEntry(entries, number, null)
  return trailer
}

/** Reads the subsections up to the word trailer; returns the numbers of free objects. */
function readTable(c: Cursor, entries: Map<number, XrefEntry>): number[] {
  const free: number[] = []
  for (;;) {
    skipWhite(c)
    if (takeWord(c, 'trailer')) return free
    const first = readUnsigned(c)
    skipWhite(c)
    const count = readUnsigned(c)
    if (first === undefined || count === undefined || first + count > MAX_OBJECT_NUMBER) {
      throw new PdfError('damaged', 'bad cross-reference subsection')
    }
    for (let number = first; number < first + count; number += 1) {
      const offset = readTableEntry(c)
      if (offset === undefined) free.push(number)
      else if (!entries.has(number)) addEntry(entries, number, { offset })
      if (free.length > MAX_ENTRIES) throw new PdfError('limit', 'too many objects')
    }
  }
}

/** One entry, `nnnnnnnnnn ggggg n`; undefined when free. */
function readTableEntry(c: Cursor): number | undefined {
  spendToken(c.budget)
  skipWhite(c)
  const offset = readUnsigned(c)
  skipWhite(c)
  const generation = readUnsigned(c)
  skipWhite(c)
  if (offset !== undefined && generation !== undefined) {
    if (takeWord(c, 'n')) return offset
    if (takeWord(c, 'f')) return undefined
  }
  throw new PdfError('damaged', 'bad cross-reference entry')
}

function readXrefStream(c: Cursor, entries: Map<number, XrefEntry>): PdfDict {
  const { value } = readIndirect(c)
  if (!isStream(value)) throw new PdfError('damaged', 'no cross-reference stream')
  const { dict } = value
  const length = dict.entries.get('Length')
  const end = typeof length === 'number' ? value.start + length : c.bytes.indexOf('endstream', value.start)
  if (end < value.start || end > c.bytes.length) throw new PdfError('damaged', 'a cross-reference stream is cut off')
  const rows = decodeStream(c.bytes.subarray(value.start, end), dict, directOnly, c.budget)
  const widths = dict.entries.get('W')
  if (rows === undefined || !isArray(widths)) throw new PdfError('damaged', 'bad cross-reference stream')
  readRows(rows, widths.map(asWidth), indexOf(dict), entries, c.budget)
  return dict
}

function readRows(
  rows: Buffer,
  widths: number[],
  index: readonly number[],
  entries: Map<number, XrefEntry>,
  budget: Budget,
): void {
  const [first = 0, second = 0, third = 0] = widths
  const width = first + second + third
  if (width === 0) throw new PdfError('damaged', 'empty cross-reference rows')
  let at = 0
  for (let i = 0; i + 1 < index.length; i += 2) {
    const start = index[i]!
    for (let number = start; number < start + index[i + 1]! && at + width <= rows.length; number += 1) {
      spendToken(budget)
      const type = first === 0 ? 1 : rows.readUIntBE(at, first)
      const a = second === 0 ? 0 : rows.readUIntBE(at + first, second)
      const b = third === 0 ? 0 : rows.readUIntBE(at + first + second, third)
      at += width
      if (entries.has(number) || number > MAX_OBJECT_NUMBER) continue
      addEntry(entries, number, type === 1 ? { offset: a } : type === 2 ? { container: a, index: b } : null)
    }
  }
}

/**
 * A map of millions of entries grows by one allocation that V8 cannot fail gracefully: it would end the whole process,
 * not the thread. Throws PdfError `limit`.
 */
function addEntry(entries: Map<number, XrefEntry>, number: number, entry: XrefEntry): void {
  if (entries.size >= MAX_ENTRIES) throw new PdfError('limit', 'too many objects')
  entries.set(number, entry)
}

function indexOf(dict: PdfDict): readonly number[] {
  const index = dict.entries.get('Index')
  const size = dict.entries.get('Size')
  const numbers = isArray(index) ? index : [0, size ?? 0]
  if (!numbers.every(isCount)) throw new PdfError('damaged', 'bad cross-reference index')
  return numbers
}

function isCount(value: PdfObject): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_OBJECT_NUMBER
}

function asWidth(value: PdfObject): number {
  if (!isCount(value) || value > 6) throw new PdfError('damaged', 'bad cross-reference widths')
  return value
}

function offsetIn(trailer: PdfDict, key: string): number | undefined {
  const value = trailer.entries.get(key)
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined
}

/** Cross-reference streams may hold no references that matter (7.5.8.2): there is no table yet to resolve them by. */
function directOnly(value: PdfObject | undefined): PdfObject {
  return value ?? null
}
