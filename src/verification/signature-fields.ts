import type { SignaturePlace } from './examine-signature.ts'
import { isArray, isDict, isRef, isString, nameOf, type PdfDict, type PdfObject, type PdfRef } from './pdf-objects.ts'
import type { PdfFile } from './pdf-reader.ts'
import { dateOf } from './pdf-strings.ts'

/** A signature dictionary as the reader parsed it (ISO 32000-2, 12.8.1, table 255). */
export type SignatureDictionary = {
  readonly dict: PdfDict
  /** its object number; undefined when it stands directly in the field */
  readonly number: number | undefined
  readonly subFilter: string | undefined
  readonly place: SignaturePlace
}

const MAX_FIELDS = 2_000

/** The signature dictionaries of the form fields, Catalog/AcroForm/Fields and their Kids (12.7.4). Throws PdfError. */
export function listSignatures(file: PdfFile, catalog: PdfDict): SignatureDictionary[] {
  const form = file.resolve(catalog.entries.get('AcroForm'))
  const fields = isDict(form) ? file.resolve(form.entries.get('Fields')) : null
  const waiting: PdfObject[] = isArray(fields) ? fields.slice(0, MAX_FIELDS) : []
  const found: SignatureDictionary[] = []
  const seen = new Set<number>()
  for (let next = waiting.pop(); next !== undefined && seen.size < MAX_FIELDS; next = waiting.pop()) {
    if (isRef(next) && seen.has(next.number)) continue
    seen.add(isRef(next) ? next.number : -seen.size - 1)
    const field = file.resolve(next)
    if (!isDict(field)) continue
    const kids = file.resolve(field.entries.get('Kids'))
    if (isArray(kids)) waiting.push(...kids.slice(0, MAX_FIELDS))
    const signature = readSignature(file, field.entries.get('V'))
    if (signature !== undefined && isSignature(signature.dict, nameOf(field.entries.get('FT')))) found.push(signature)
  }
  return found
}

function isSignature(dict: PdfDict, fieldType: string | undefined): boolean {
  const type = nameOf(dict.entries.get('Type'))
  return fieldType === 'Sig' || type === 'Sig' || type === 'DocTimeStamp' || dict.entries.has('ByteRange')
}

/** Reads what a reference or direct value holds, if it is a dictionary. Throws PdfError. */
export function readSignature(file: PdfFile, value: PdfObject | undefined): SignatureDictionary | undefined {
  const dict = file.resolve(value)
  if (!isDict(dict)) return undefined
  const range = file.resolve(dict.entries.get('ByteRange'))
  // Contents counts only where it stands in this very dictionary, in the file itself: a reference, or a string out of
  // an object stream, has no place that ByteRange could leave out.
  const contents = dict.entries.get('Contents')
  const stands = isString(contents) && contents.hex && contents.source === file.bytes
  const signedAt = file.resolve(dict.entries.get('M'))
  return {
    dict,
    number: isRef(value) ? value.number : undefined,
    subFilter: nameOf(file.resolve(dict.entries.get('SubFilter'))),
    place: {
      byteRange: isArray(range) && range.every((n) => typeof n === 'number') ? (range as number[]) : null,
      contents: stands ? { start: contents.start, end: contents.end } : null,
      signedAt: isString(signedAt) ? dateOf(signedAt) : undefined,
    },
  }
}

/** The signature dictionary that Catalog/Perms/DocMDP points at (12.8.6), if it is one object of the file. */
export function certificationReference(file: PdfFile, catalog: PdfDict): PdfRef | undefined {
  const perms = file.resolve(catalog.entries.get('Perms'))
  const reference = isDict(perms) ? perms.entries.get('DocMDP') : undefined
  return isRef(reference) ? reference : undefined
}

/** P of the DocMDP transform of a certification signature (12.8.2.2): 1 permits no change. Undefined when none. */
export function docMdpPermission(file: PdfFile, signature: PdfDict): number | undefined {
  const references = file.resolve(signature.entries.get('Reference'))
  if (!isArray(references)) return undefined
  for (const reference of references.slice(0, 8)) {
    const dict = file.resolve(reference)
    if (!isDict(dict) || nameOf(file.resolve(dict.entries.get('TransformMethod'))) !== 'DocMDP') continue
    const parameters = file.resolve(dict.entries.get('TransformParams'))
    const permission = isDict(parameters) ? file.resolve(parameters.entries.get('P')) : null
    // 2 is the value when P is left out (table 257)
    return typeof permission === 'number' ? permission : 2
  }
  return undefined
}

/** Does the file end as PDF files do: startxref, its number, %%EOF, at most one end of line? (7.5.5) */
export function endsProperly(file: PdfFile): boolean {
  const { bytes, startxref } = file
  const at = bytes.lastIndexOf('startxref')
  if (at < 0 || startxref === undefined) return false
  const tail = bytes.toString('latin1', at, Math.min(bytes.length, at + 64))
  return at + tail.length === bytes.length && /^startxref(\r\n|\r|\n)\d{1,10}(\r\n|\r|\n)%%EOF(\r\n|\r|\n)?$/.test(tail)
}
