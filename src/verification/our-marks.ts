import { orIfDamaged } from './pdf-error.ts'
import { isArray, isDict, isStream, isString, type PdfDict, type PdfObject, type PdfString } from './pdf-objects.ts'
import type { PdfFile } from './pdf-reader.ts'
import { stringBytes, textOf } from './pdf-strings.ts'
import { firstPages, shownText } from './pdf-text.ts'
import { DCERT_NAMESPACE, dcertProperties } from './xmp-properties.ts'

/** What in a file says that it came from a certificate of ours. */
export type Marks = {
  readonly preview: boolean
  /** the first mark that was found; null when there is none */
  readonly found: 'xmp' | 'attachment' | 'info' | 'address' | 'text' | null
}

const ATTACHMENT = 'dcert-certificate.json'
/** where a QR code leads: 26 digits of Crockford base32, upper case */
const ADDRESS = /\/c\/[0-9A-HJKMNP-TV-Z]{26}/
/** a certificate number in full form, 教字第142195號 */
const NUMBER = /(?:教|副|助理|講)字第\d{4,8}號/

/** Looks for our marks, cheapest first. What is damaged holds none. Throws PdfError `limit`. */
export function findMarks(file: PdfFile, catalog: PdfDict): Marks {
  const properties = readXmp(file, catalog)
  if (properties.get('kind') === 'preview') return { preview: true, found: 'xmp' }
  const searches = [
    ['xmp', () => ['kind', 'number', 'token'].some((name) => properties.has(name)) || hasRawMark(file.bytes)],
    ['attachment', () => hasAttachment(file, catalog)],
    ['info', () => hasInfo(file)],
    ['address', () => hasAddress(file, catalog)],
    ['text', () => bearsUs(shownText(file, catalog))],
  ] as const
  const found = searches.find(([, search]) => orIfDamaged(search, false))
  return { preview: false, found: found?.[0] ?? null }
}

/** Marks in the bytes as they stand, where the catalog does not lead to them. */
function hasRawMark(bytes: Buffer): boolean {
  return bytes.includes(DCERT_NAMESPACE) || bytes.includes(ATTACHMENT)
}

function readXmp(file: PdfFile, catalog: PdfDict): Map<string, string> {
  return orIfDamaged(() => {
    const metadata = file.resolve(catalog.entries.get('Metadata'))
    const packet = isStream(metadata) ? file.decode(metadata) : undefined
    return packet === undefined ? new Map<string, string>() : dcertProperties(packet)
  }, new Map<string, string>())
}

function hasAttachment(file: PdfFile, catalog: PdfDict): boolean {
  const names = file.resolve(catalog.entries.get('Names'))
  const waiting: PdfObject[] = isDict(names) ? [file.resolve(names.entries.get('EmbeddedFiles'))] : []
  const associated = file.resolve(catalog.entries.get('AF'))
  if (isArray(associated)) waiting.push(...associated.slice(0, 100).map((value) => file.resolve(value)))
  for (let steps = 0, node = waiting.pop(); node !== undefined && steps < 500; steps += 1, node = waiting.pop()) {
    if (!isDict(node)) continue
    if (['F', 'UF'].some((key) => textIn(file, node.entries.get(key)) === ATTACHMENT)) return true
    for (const key of ['Names', 'Kids']) {
      const list = file.resolve(node.entries.get(key))
      if (!isArray(list)) continue
      if (list.slice(0, 500).some((value) => textIn(file, value) === ATTACHMENT)) return true
      waiting.push(...list.slice(0, 500).map((value) => file.resolve(value)))
    }
  }
  return false
}

function hasInfo(file: PdfFile): boolean {
  const info = file.resolve(file.trailer.entries.get('Info'))
  if (!isDict(info)) return false
  return [...info.entries.values()].slice(0, 50).some((value) => bearsUs(textIn(file, value)))
}

function hasAddress(file: PdfFile, catalog: PdfDict): boolean {
  for (const page of firstPages(file, catalog)) {
    const annotations = file.resolve(page.entries.get('Annots'))
    for (const annotation of isArray(annotations) ? annotations.slice(0, 200) : []) {
      const dict = file.resolve(annotation)
      const action = isDict(dict) ? file.resolve(dict.entries.get('A')) : null
      if (isDict(action) && ADDRESS.test(textIn(file, action.entries.get('URI')))) return true
    }
  }
  return false
}

function textIn(file: PdfFile, value: PdfObject | undefined): string {
  const found = file.resolve(value)
  return isString(found) ? decodeAny(found) : ''
}

function decodeAny(value: PdfString): string {
  const text = textOf(value)
  // Some writers put UTF-8 without a mark: our number would not be found in its Latin-1 reading.
  return /[\x80-\xff]/.test(text) ? `${text}\n${stringBytes(value).toString('utf8')}` : text
}

function bearsUs(text: string): boolean {
  return NUMBER.test(text) || ADDRESS.test(text)
}
