import { constants, inflateSync } from 'node:zlib'
import { type Budget, PdfError, spendTime } from './pdf-error.ts'
import { isDict, nameOf, type PdfDict, type PdfObject } from './pdf-objects.ts'

const MAX_FILTERS = 4
const MAX_ONE_STREAM = 16 << 20

/** Resolves references; the streams module knows no file. */
export type Resolve = (value: PdfObject | undefined) => PdfObject

/**
 * Undoes the filters of a stream (ISO 32000-2, 7.4): Flate with predictors, ASCIIHex, ASCII85.
 * Returns undefined for filters that are not text-bearing (images, LZW, Crypt). Throws PdfError.
 */
export function decodeStream(raw: Buffer, dict: PdfDict, resolve: Resolve, budget: Budget): Buffer | undefined {
  const filters = asList(resolve(dict.entries.get('Filter') ?? dict.entries.get('F')), resolve)
  const parms = asList(resolve(dict.entries.get('DecodeParms') ?? dict.entries.get('DP')), resolve)
  if (filters.length > MAX_FILTERS) throw new PdfError('limit', 'too many filters')
  let bytes = raw
  for (const [index, filter] of filters.entries()) {
    spendTime(budget)
    const name = nameOf(filter)
    if (name === 'FlateDecode' || name === 'Fl') bytes = inflate(bytes, budget)
    else if (name === 'ASCIIHexDecode' || name === 'AHx') bytes = asciiHex(bytes, budget)
    else if (name === 'ASCII85Decode' || name === 'A85') bytes = ascii85(bytes, budget)
    else return undefined
    const parm = parms[index]
    if (isDict(parm)) bytes = unpredict(bytes, parm, resolve)
  }
  return bytes
}

function asList(value: PdfObject, resolve: Resolve): readonly PdfObject[] {
  if (value === null) return []
  return Array.isArray(value) ? value.slice(0, MAX_FILTERS + 1).map(resolve) : [value]
}

function inflate(bytes: Buffer, budget: Budget): Buffer {
  const maxOutputLength = Math.max(1, Math.min(MAX_ONE_STREAM, budget.decoded))
  // A cut-off stream still gives what it holds, as in viewers.
  const options = { maxOutputLength, finishFlush: constants.Z_SYNC_FLUSH }
  try {
    const out = inflateSync(bytes, options)
    spendDecoded(budget, out.length)
    return out
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      budget.decoded = 0
      throw new PdfError('limit', 'a stream unpacks to too much')
    }
    throw new PdfError('damaged', 'a stream does not unpack')
  }
}

function spendDecoded(budget: Budget, length: number): void {
  budget.decoded -= length
  if (budget.decoded < 0) throw new PdfError('limit', 'streams unpack to too much')
}

function asciiHex(bytes: Buffer, budget: Budget): Buffer {
  const close = bytes.indexOf(0x3e)
  const digits = bytes.toString('latin1', 0, close < 0 ? bytes.length : close).replace(/[^0-9A-Fa-f]/g, '')
  spendDecoded(budget, digits.length)
  return Buffer.from(digits, 'hex')
}

function ascii85(bytes: Buffer, budget: Budget): Buffer {
  spendDecoded(budget, bytes.length * 4)
  const out = Buffer.alloc(bytes.length * 4)
  let length = 0
  let value = 0
  let digits = 0
  for (const byte of bytes) {
    if (byte === 0x7e) break
    if (byte === 0x7a && digits === 0) {
      length += 4
      continue
    }
    if (byte < 33 || byte > 117) continue
    value = value * 85 + byte - 33
    digits += 1
    if (digits < 5) continue
    length = out.writeUInt32BE(value % 2 ** 32, length)
    value = 0
    digits = 0
  }
  if (digits < 2) return out.subarray(0, length)
  for (let i = digits; i < 5; i += 1) value = value * 85 + 84
  out.writeUInt32BE(value % 2 ** 32, length)
  return out.subarray(0, length + digits - 1)
}

function unpredict(bytes: Buffer, parm: PdfDict, resolve: Resolve): Buffer {
  const predictor = whole(resolve(parm.entries.get('Predictor')), 1)
  if (predictor < 10) return bytes
  const bits = whole(resolve(parm.entries.get('BitsPerComponent')), 8)
  const colors = whole(resolve(parm.entries.get('Colors')), 1)
  const columns = whole(resolve(parm.entries.get('Columns')), 1)
  if (bits > 16 || colors > 32 || columns > 65_536) throw new PdfError('limit', 'predictor out of bounds')
  const pixel = Math.max(1, (bits * colors) >> 3)
  const row = (bits * colors * columns + 7) >> 3
  const rows = Math.floor(bytes.length / (row + 1))
  const out = Buffer.alloc(rows * row)
  for (let r = 0; r < rows; r += 1) unpredictRow(bytes, r * (row + 1), out, r * row, row, pixel)
  return out
}

/** One row of the PNG filters (PNG 9.2). */
function unpredictRow(from: Buffer, at: number, out: Buffer, start: number, row: number, pixel: number): void {
  const filter = from[at]!
  for (let i = 0; i < row; i += 1) {
    const left = i >= pixel ? out[start + i - pixel]! : 0
    const up = start > 0 ? out[start + i - row]! : 0
    const corner = i >= pixel && start > 0 ? out[start + i - row - pixel]! : 0
    const add = filter === 0 ? 0 : filter === 1 ? left : filter === 2 ? up : blend(filter, left, up, corner)
    out[start + i] = from[at + 1 + i]! + add
  }
}

function blend(filter: number, left: number, up: number, corner: number): number {
  if (filter === 3) return (left + up) >> 1
  if (filter !== 4) throw new PdfError('damaged', 'unknown predictor')
  const estimate = left + up - corner
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)]
  if (a <= b && a <= c) return left
  return b <= c ? up : corner
}

function whole(value: PdfObject, otherwise: number): number {
  if (value === null) return otherwise
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) throw new PdfError('damaged', 'bad predictor')
  return value
}
