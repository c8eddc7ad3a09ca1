import { type Budget, orIfDamaged, PdfError, spendToken } from './pdf-error.ts'
import { cursor } from './pdf-lexer.ts'
import { isDict, nameOf, type PdfDict, readValue } from './pdf-objects.ts'
import type { XrefEntry } from './pdf-xref.ts'

const MAX_FOUND = 100_000

/** Finds objects by their headers `N G obj`, as viewers do when the table is broken. The last of a number counts. */
export function scanObjects(bytes: Buffer, budget: Budget): Map<number, XrefEntry> {
  const found = new Map<number, XrefEntry>()
  for (let at = bytes.indexOf('obj'); at >= 0; at = bytes.indexOf('obj', at + 3)) {
    spendToken(budget)
    const header = headerBefore(bytes, at)
    if (header === undefined) continue
    found.set(header.number, { offset: header.offset })
    if (found.size > MAX_FOUND) throw new PdfError('limit', 'too many objects')
  }
  return found
}

/** Reads `N G ` backwards from the word obj. */
function headerBefore(bytes: Buffer, obj: number): { number: number; offset: number } | undefined {
  const text = bytes.toString('latin1', Math.max(0, obj - 24), obj)
  const match = /(\d{1,10})[\0\t\n\f\r ]{1,4}\d{1,5}[\0\t\n\f\r ]{0,4}$/.exec(text)
  return match === null ? undefined : { number: Number(match[1]), offset: obj - text.length + match.index }
}

/** The last trailer dictionary that names a Root. Undefined when there is none (cross-reference streams, or lost). */
export function scanTrailer(bytes: Buffer, budget: Budget): PdfDict | undefined {
  let tries = 0
  for (
    let at = bytes.lastIndexOf('trailer');
    at >= 0 && tries < 64;
    at = at === 0 ? -1 : bytes.lastIndexOf('trailer', at - 1)
  ) {
    tries += 1
    const dict = trailerAt(bytes, at + 7, budget)
    if (dict?.entries.has('Root') === true) return dict
  }
  return undefined
}

function trailerAt(bytes: Buffer, at: number, budget: Budget): PdfDict | undefined {
  const value = orIfDamaged(() => readValue(cursor(bytes, at, budget)), null)
  return isDict(value) ? value : undefined
}

/** Does this dictionary serve as trailer of a file without one? */
export function servesAsTrailer(dict: PdfDict): boolean {
  return nameOf(dict.entries.get('Type')) === 'XRef' && dict.entries.has('Root')
}
