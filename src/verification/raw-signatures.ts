import { type Budget, spendTime, spendToken } from './pdf-error.ts'

/**
 * A place in the raw bytes that looks like a signature, found without trusting cross-references or dictionaries:
 * those may be broken, or made to hide it.
 */
export type RawSignature = {
  /** the hexadecimal string, or the gap that ByteRange claims when no such string fills it */
  readonly start: number
  readonly end: number
  /** the numbers after /ByteRange nearby; null when there are none */
  readonly byteRange: readonly number[] | null
  /** false when it was moved, by saving again: ByteRange fits the string's length, and nothing near it its place */
  readonly inPlace: boolean
}

const MAX_FOUND = 64
const MIN_DIGITS = 256
const NEARBY = 400
/** Beginnings that may share one end: more is no hexadecimal string, but an attempt to keep us busy. */
const MAX_TRIES = 8

/** Finds hexadecimal strings that begin like DER, and gaps claimed by a ByteRange. Throws PdfError `limit`. */
export function findRawSignatures(bytes: Buffer, budget: Budget): RawSignature[] {
  const found: RawSignature[] = []
  const strings = findHexStrings(bytes, budget)
  const ranges = findByteRanges(bytes, budget)
  for (const { start, end } of strings) {
    // The nearest ByteRange belongs to this string; exact framing beats nearness.
    const exact = ranges.find((range) => range.numbers[1] === start && range.numbers[2] === end)
    const near = exact ?? ranges.find((r) => Math.abs(r.at - start) < NEARBY || Math.abs(r.at - end) < NEARBY)
    const told = numbersNear(bytes, start, end).some((number) => tellsPlace(number, start, end, bytes))
    const inPlace = exact !== undefined || told || !isStale(near?.numbers, end - start)
    found.push({ start, end, byteRange: near?.numbers ?? null, inPlace })
  }
  for (const { numbers } of ranges) {
    const [zero, start = 0, end = 0] = numbers
    if (zero !== 0 || end - start < MIN_DIGITS || end > bytes.length) continue
    // A string that begins elsewhere in the gap is judged by itself: this range is stale.
    const judged = (s: { start: number; end: number }): boolean => s.start < end && s.end > start && s.start !== start
    const exact = strings.some((s) => s.start === start && s.end === end)
    if (exact || strings.some(judged)) continue
    // A range that fits the file to its last byte was not moved: what it leaves out was a signature, whatever it is now.
    const fits = numbers.length === 4 && end + numbers[3]! === bytes.length
    if (!fits && mostlyHex(bytes, start, end) < 0.9) continue
    found.push({ start, end, byteRange: numbers, inPlace: true })
  }
  return found
}

function findHexStrings(bytes: Buffer, budget: Budget): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = []
  let end = 0
  let tries = 0
  for (let at = bytes.indexOf('<30'); at >= 0 && found.length < MAX_FOUND; at = bytes.indexOf('<30', at + 1)) {
    spendToken(budget)
    tries += 1
    if (end <= at) {
      end = bytes.indexOf('>', at) + 1
      tries = 0
    }
    if (end === 0) break
    if (tries > MAX_TRIES) at = end - 1
    else if (end - at >= MIN_DIGITS && mostlyHex(bytes, at, end) >= 0.98) found.push({ start: at, end })
  }
  return found
}

function findByteRanges(bytes: Buffer, budget: Budget): { at: number; numbers: number[] }[] {
  const found: { at: number; numbers: number[] }[] = []
  for (
    let at = bytes.indexOf('/ByteRange');
    at >= 0 && found.length < MAX_FOUND;
    at = bytes.indexOf('/ByteRange', at + 1)
  ) {
    spendToken(budget)
    const text = bytes.toString('latin1', at + 10, at + 110)
    const match = /^\s{0,8}\[([\s\d+-]{0,80})\]/.exec(text)
    if (match !== null) found.push({ at, numbers: match[1]!.trim().split(/\s+/).map(Number) })
  }
  spendTime(budget)
  return found
}

/** Share of hexadecimal digits among sampled bytes, 0 to 1. */
function mostlyHex(bytes: Buffer, start: number, end: number): number {
  const step = Math.max(1, Math.floor((end - start) / 512))
  let digits = 0
  let looked = 0
  for (let at = start; at < end; at += step) {
    const byte = bytes[at]! | 0x20
    looked += 1
    if ((byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66)) digits += 1
  }
  return digits / looked
}

/** Whole numbers written shortly before and after a string. */
function numbersNear(bytes: Buffer, start: number, end: number): number[] {
  const before = bytes.toString('latin1', Math.max(0, start - NEARBY), start)
  const after = bytes.toString('latin1', end, end + NEARBY)
  return `${before} ${after}`.match(/\d{1,10}/g)?.map(Number) ?? []
}

/** Whoever saves again keeps the old ByteRange, which still fits the length; a spoilt one fits nothing. */
function isStale(numbers: readonly number[] | undefined, length: number): boolean {
  if (numbers === undefined || numbers.length !== 4) return false
  const [zero, start = 0, end = 0] = numbers
  return zero === 0 && end - start === length
}

function tellsPlace(number: number, start: number, end: number, bytes: Buffer): boolean {
  return number > 0 && (number === start || number === end || number === bytes.length - end)
}
