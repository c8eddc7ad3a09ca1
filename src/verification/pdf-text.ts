import { type Budget, orIfDamaged, spendToken } from './pdf-error.ts'
import { CLASS, type Cursor, cursor, nextByte, REGULAR } from './pdf-lexer.ts'
import {
  isArray,
  isDict,
  isRef,
  isStream,
  isString,
  nameOf,
  type PdfDict,
  type PdfObject,
  readValue,
} from './pdf-objects.ts'
import type { PdfFile } from './pdf-reader.ts'
import { stringBytes, utf16be } from './pdf-strings.ts'

/** Most characters that are looked at, of all pages together. */
const MAX_TEXT = 200_000
const MAX_PAGES = 20
const MAX_FORMS = 8

type Font = { readonly wide: boolean; readonly toText: ReadonlyMap<number, string> }
type Reading = { readonly file: PdfFile; readonly fonts: Map<PdfObject, Font>; text: string }

/**
 * The text that the first pages show, in the order of the content streams, without white space: enough to find our
 * number in a file that was printed to PDF. Throws PdfError `limit`; what is merely damaged is left out.
 */
export function shownText(file: PdfFile, catalog: PdfDict): string {
  const reading: Reading = { file, fonts: new Map(), text: '' }
  for (const page of firstPages(file, catalog)) {
    const contents = file.resolve(page.entries.get('Contents'))
    for (const part of isArray(contents) ? contents.slice(0, 64) : [contents]) {
      readContent(reading, file.resolve(part), page.entries.get('Resources'), 0)
    }
  }
  return reading.text.replace(/\s+/g, '')
}

/** The first pages of the page tree (7.7.3), each node once. Throws PdfError. */
export function firstPages(file: PdfFile, catalog: PdfDict): PdfDict[] {
  const pages: PdfDict[] = []
  const seen = new Set<number>()
  const waiting: PdfObject[] = [catalog.entries.get('Pages') ?? null]
  let steps = 0
  for (let next = waiting.pop(); next !== undefined && pages.length < MAX_PAGES; next = waiting.pop()) {
    steps += 1
    if (steps > 2000 || (isRef(next) && seen.has(next.number))) continue
    if (isRef(next)) seen.add(next.number)
    const node = file.resolve(next)
    if (!isDict(node)) continue
    const kids = file.resolve(node.entries.get('Kids'))
    if (isArray(kids)) waiting.push(...kids.slice(0, 1000).reverse())
    else if (nameOf(node.entries.get('Type')) !== 'Pages') pages.push(node)
  }
  return pages
}

function readContent(reading: Reading, stream: PdfObject, resources: PdfObject | undefined, depth: number): void {
  if (!isStream(stream) || depth > MAX_FORMS || reading.text.length > MAX_TEXT) return
  const named = reading.file.resolve(resources)
  orIfDamaged(() => {
    const data = reading.file.decode(stream)
    if (data !== undefined) readOperators(reading, data, isDict(named) ? named : null, depth)
  }, undefined)
}

function readOperators(reading: Reading, data: Buffer, resources: PdfDict | null, depth: number): void {
  const c = cursor(data, 0, reading.file.budget)
  let operands: PdfObject[] = []
  let font: Font | undefined
  while (more(c) && reading.text.length < MAX_TEXT) {
    const operator = readOperator(c)
    if (operator === undefined) {
      operands.push(readValue(c))
      if (operands.length > 64) operands = []
      continue
    }
    const last = operands.at(-1)
    if (operator === 'Tf') font = fontNamed(reading, resources, operands.at(-2))
    else if (operator === 'Tj' || operator === "'" || operator === '"') show(reading, font, last)
    else if (operator === 'TJ' && isArray(last)) for (const part of last) show(reading, font, part)
    else if (operator === 'Do') readForm(reading, resources, last, depth)
    else if (operator === 'ID') skipInlineImage(c)
    operands = []
  }
}

function more(c: Cursor): boolean {
  return orIfDamaged(() => nextByte(c) >= 0, false)
}

/** An operator begins with a letter or quote; true, false and null are operands. */
function readOperator(c: Cursor): string | undefined {
  const first = c.bytes[c.at]!
  const letter = (first | 0x20) >= 0x61 && (first | 0x20) <= 0x7a
  if (!letter && first !== 0x27 && first !== 0x22) return undefined
  let end = c.at
  while (end < c.end && CLASS[c.bytes[end]!] === REGULAR) end += 1
  const word = c.bytes.toString('latin1', c.at, Math.min(end, c.at + 16))
  if (word === 'true' || word === 'false' || word === 'null') return undefined
  c.at = end
  return word
}

function skipInlineImage(c: Cursor): void {
  const end = c.bytes.indexOf('EI', c.at)
  c.at = end < 0 ? c.end : end + 2
}

function resource(reading: Reading, resources: PdfDict | null, kind: string, name: PdfObject | undefined): PdfObject {
  const group = reading.file.resolve(resources?.entries.get(kind))
  const key = nameOf(name)
  return isDict(group) && key !== undefined ? reading.file.resolve(group.entries.get(key)) : null
}

function readForm(reading: Reading, resources: PdfDict | null, name: PdfObject | undefined, depth: number): void {
  const form = resource(reading, resources, 'XObject', name)
  if (!isStream(form) || nameOf(form.dict.entries.get('Subtype')) !== 'Form') return
  readContent(reading, form, form.dict.entries.get('Resources') ?? resources ?? undefined, depth + 1)
}

function fontNamed(reading: Reading, resources: PdfDict | null, name: PdfObject | undefined): Font | undefined {
  const dict = resource(reading, resources, 'Font', name)
  if (!isDict(dict)) return undefined
  const known = reading.fonts.get(dict)
  if (known !== undefined) return known
  const map = reading.file.resolve(dict.entries.get('ToUnicode'))
  const data = isStream(map) ? reading.file.decode(map) : undefined
  const toText = data === undefined ? new Map<number, string>() : readToUnicode(data, reading.file.budget)
  const font = { wide: nameOf(dict.entries.get('Subtype')) === 'Type0', toText }
  reading.fonts.set(dict, font)
  return font
}

function show(reading: Reading, font: Font | undefined, value: PdfObject | undefined): void {
  if (!isString(value) || reading.text.length > MAX_TEXT) return
  const bytes = stringBytes(value, 4096)
  const step = font?.wide === true ? 2 : 1
  for (let at = 0; at + step <= bytes.length; at += step) {
    const code = bytes.readUIntBE(at, step)
    reading.text += font?.toText.get(code) ?? (step === 1 ? String.fromCharCode(code) : '')
  }
}

/** The mappings of a ToUnicode CMap (9.10.3): bfchar and bfrange, at most 65,536 codes. */
function readToUnicode(data: Buffer, budget: Budget): Map<number, string> {
  const map = new Map<number, string>()
  const c = cursor(data, 0, budget)
  let operands: PdfObject[] = []
  while (more(c) && map.size < 65_536) {
    const operator = readOperator(c)
    if (operator === undefined) {
      operands.push(readValue(c))
      if (operands.length > 400) operands = []
      continue
    }
    if (operator === 'endbfchar')
      for (let i = 0; i + 1 < operands.length; i += 2) mapOne(map, operands[i], operands[i + 1])
    if (operator === 'endbfrange')
      for (let i = 0; i + 2 < operands.length; i += 3) mapRange(map, operands.slice(i, i + 3), budget)
    operands = []
  }
  return map
}

function mapOne(map: Map<number, string>, code: PdfObject | undefined, text: PdfObject | undefined): void {
  if (isString(code) && isString(text)) map.set(codeOf(stringBytes(code, 16)), utf16be(stringBytes(text, 64)))
}

function mapRange(map: Map<number, string>, [low, high, text]: readonly PdfObject[], budget: Budget): void {
  if (!isString(low) || !isString(high)) return
  const first = codeOf(stringBytes(low, 16))
  const last = Math.min(codeOf(stringBytes(high, 16)), first + 0xffff)
  if (isArray(text)) {
    for (const [i, part] of text.entries()) if (isString(part)) map.set(first + i, utf16be(stringBytes(part, 64)))
    return
  }
  if (!isString(text)) return
  const start = utf16be(stringBytes(text, 64)).codePointAt(0)
  for (let code = first; code <= last && start !== undefined; code += 1) {
    // a few bytes of file make many entries: each is paid for
    for (let i = 0; i < 4; i += 1) spendToken(budget)
    const point = start + code - first
    if (point <= 0x10ffff) map.set(code, String.fromCodePoint(point))
  }
}

function codeOf(bytes: Buffer): number {
  return bytes.length === 0 ? 0 : bytes.readUIntBE(0, Math.min(bytes.length, 4))
}
