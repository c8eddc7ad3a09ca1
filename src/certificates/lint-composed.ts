import { attachmentOf } from './certificate-content.ts'
import type { Composed } from './compose-certificate.ts'
import { QUIET_ZONE, qrMatrix } from './template/qr-path.ts'

/** What stands between a composed file and its signature. */
export class LintError extends Error {
  override readonly name = 'LintError'
}

/**
 * Checks a composed file by what is written in it, not by what the composer meant: one page, every font embedded, the
 * codes placed give back the data through ToUnicode, the QR code is that of this certificate's address, the
 * attachment is its case, and what PDF/A-3a asks for is there. That it also looks right is shown by tests on samples.
 * @throws LintError naming what is wrong; such a file is never signed
 */
export function lintComposed(composed: Composed): void {
  const file = readComposed(composed.bytes)
  lintDocument(file, composed)
  const fonts = lintFonts(file, composed)
  lintFields(file, composed, fonts)
  lintQr(file, composed)
  lintAttachment(file, composed)
}

type ComposedFile = {
  /** the object as text, from after `obj` to before `endobj` */
  object(number: number): string
  /** its dictionary, when a stream follows */
  dictionary(number: number): string
}

/** The objects by number, from the cross-reference table that the file ends with. */
function readComposed(bytes: Buffer): ComposedFile {
  const tail = bytes.toString('latin1', bytes.length - 40)
  const table = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(tail)?.[1])
  if (Number.isNaN(table)) throw new LintError('no startxref at the end')
  const start = bytes.toString('latin1', table, table + 24)
  const count = Number(/^xref\n0 (\d+)\n/.exec(start)?.[1])
  if (Number.isNaN(count)) throw new LintError('no cross-reference table where startxref points')
  const entries = bytes.toString('latin1', table + `xref\n0 ${count}\n`.length, table + 30 + count * 20)

  /** Where the content of an object begins. */
  function startOf(number: number): number {
    const offset = Number(entries.slice(number * 20, number * 20 + 10))
    const beginning = `${number} 0 obj\n`
    const inUse = entries[number * 20 + 17] === 'n'
    if (!inUse || bytes.toString('latin1', offset, offset + beginning.length) !== beginning) {
      throw new LintError(`object ${number} is not where the cross-reference table says`)
    }
    return offset + beginning.length
  }

  for (let number = 1; number < count; number++) if (entries[number * 20 + 17] !== 'f') startOf(number)
  return {
    object(number) {
      const start = startOf(number)
      return bytes.toString('latin1', start, bytes.indexOf('endobj\n', start, 'latin1'))
    },
    dictionary(number) {
      const start = startOf(number)
      return bytes.toString('latin1', start, bytes.indexOf('stream\n', start, 'latin1'))
    },
  }
}

function lintDocument(file: ComposedFile, { template, content }: Composed): void {
  const catalog = file.object(template.catalog)
  for (const key of [
    '/MarkInfo',
    '/StructTreeRoot',
    '/OutputIntents',
    '/Metadata',
    '/AF',
    '/Lang',
    '/Perms',
    '/AcroForm',
  ]) {
    if (!catalog.includes(key)) throw new LintError(`the catalog has no ${key}`)
  }
  const pages = file.object(Number(/\/Pages (\d+) 0 R/.exec(catalog)?.[1]))
  if (!/\/Count 1\b/.test(pages)) throw new LintError('there is not exactly one page')
  const xmp = file.object(template.numbers.metadata)
  if (!xmp.includes('<pdfaid:part>3<') || !xmp.includes('<pdfaid:conformance>A<')) {
    throw new LintError('the XMP does not say PDF/A-3a')
  }
  if (!xmp.includes(`<dcert:token>${content.token}<`))
    throw new LintError("the XMP does not carry this version's token")
}

type Decoder = ReadonlyMap<string, string>

/** Every font of the values is embedded whole; gives for each the text of its codes. */
function lintFonts(file: ComposedFile, { template }: Composed): ReadonlyMap<string, Decoder> {
  const resources = file.object(template.numbers.resources)
  const decoders = new Map<string, Decoder>()
  for (const [, name = '', number] of resources.matchAll(/\/(V\d+) (\d+) 0 R/g)) {
    const font = file.object(Number(number))
    const descendant = file.object(Number(/DescendantFonts\[(\d+) 0 R\]/.exec(font)?.[1]))
    const descriptor = file.object(Number(/FontDescriptor (\d+) 0 R/.exec(descendant)?.[1]))
    const program = file.dictionary(Number(/FontFile2 (\d+) 0 R/.exec(descriptor)?.[1]))
    if (!/\/Length1 [1-9]/.test(program)) throw new LintError(`the font ${name} is not embedded`)
    const codes = new Map<string, string>()
    for (const [, code = '', text = ''] of file
      .object(Number(/ToUnicode (\d+) 0 R/.exec(font)?.[1]))
      .matchAll(/^<([0-9A-F]{4})> <((?:[0-9A-F]{4})+)>$/gm)) {
      codes.set(code, Buffer.from(text, 'hex').swap16().toString('utf16le'))
    }
    decoders.set(name, codes)
  }
  return decoders
}

function lintFields(file: ComposedFile, { template, texts }: Composed, fonts: ReadonlyMap<string, Decoder>): void {
  for (const { element, number } of template.fields) {
    if (!isShown(texts[element.field] ?? '', linesOf(file.object(number), fonts))) {
      throw new LintError(`the field ${element.field} does not show its data`)
    }
  }
}

/** What the text operators of a field say, line by line. */
function linesOf(operators: string, fonts: ReadonlyMap<string, Decoder>): string[] {
  const lines: string[] = []
  for (const [, move, font = '', codes = ''] of operators.matchAll(/( Tm)$|\/(V\d+) [\d.]+ Tf <([0-9A-F]+)> Tj/gm)) {
    if (move !== undefined) lines.push('')
    const decoder = fonts.get(font)
    let text = lines.pop() ?? ''
    for (let i = 0; i < codes.length; i += 4) text += decoder?.get(codes.slice(i, i + 4)) ?? '\uFFFD'
    lines.push(text)
  }
  return lines
}

/** Whether the lines are the text, whole and in order; only where a line ends may spaces have gone. */
function isShown(text: string, lines: readonly string[]): boolean {
  let rest = text
  for (const line of lines) {
    if (!rest.startsWith(line)) return false
    rest = rest.slice(line.length).trimStart()
  }
  return rest === ''
}

function lintAttachment(file: ComposedFile, { template, content }: Composed): void {
  const expected = attachmentOf(content).toString('latin1')
  if (!file.object(template.numbers.attachment).includes(`stream\n${expected}\nendstream`)) {
    throw new LintError('the attachment is not the data of the case')
  }
}

/** Reads the rectangles of the drawn symbol back into modules and compares them with the address' own. */
function lintQr(file: ComposedFile, { template, content }: Composed): void {
  const { size, modules } = qrMatrix(content.address)
  const drawn = new Uint8Array(size * size)
  const stream = file.object(template.qr.number)
  const [color = '', matrix = ''] = stream.slice(stream.indexOf('stream\n') + 7).split('\n', 2)
  if (!isDark(color) || !isSquare(matrix)) throw new LintError('the QR code is not drawn dark and square')
  const path = stream.slice(stream.indexOf(' cm\n') + 4, stream.lastIndexOf('f\nendstream'))
  // Rectangles `x y width 1 re`, one a line, and nothing else.
  for (const rectangle of path.split(' 1 re\n')) {
    if (rectangle === '') continue
    const [x, y, width] = wholeNumbers(rectangle)
    const row = size + QUIET_ZONE - 1 - y
    const first = x - QUIET_ZONE
    const inside = row >= 0 && row < size && first >= 0 && width >= 1 && first + width <= size
    if (!inside) throw new LintError('the QR code has something that is no row of modules')
    for (let module = 0; module < width; module++) drawn[row * size + first + module] = 1
  }
  if (Buffer.compare(drawn, modules) !== 0) throw new LintError('the QR code is not that of the address')
}

/** `r g b rg` of a colour that a reader tells from paper: at most a third of white in every part. */
function isDark(operator: string): boolean {
  const parts = /^([\d.]+) ([\d.]+) ([\d.]+) rg$/.exec(operator)?.slice(1)
  return parts?.every((part) => Number(part) <= 1 / 3) === true
}

/** `a 0 0 a x y cm` with modules of at least 0.8 pt, a quarter of a millimetre. */
function isSquare(operator: string): boolean {
  const [, width, height] = /^([\d.]+) 0 0 ([\d.]+) [\d.]+ [\d.]+ cm$/.exec(operator) ?? []
  return width !== undefined && width === height && Number(width) >= 0.8
}

/** Three whole numbers with a space between them; NaN where it is anything else. */
function wholeNumbers(text: string): [number, number, number] {
  const numbers: [number, number, number] = [0, 0, 0]
  let which = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === SPACE) which++
    else numbers[which as 0] = numbers[which as 0] * 10 + (code >= ZERO && code <= ZERO + 9 ? code - ZERO : Number.NaN)
  }
  return which === 2 ? numbers : [Number.NaN, Number.NaN, Number.NaN]
}

const SPACE = 0x20
const ZERO = 0x30
