import { createHash } from 'node:crypto'
import { AppError } from '../shared/app-error.ts'
import type { Placeholder } from '../signing/pades.ts'
import { attachmentOf, type CertificateContent, fieldTexts, fullNumber } from './certificate-content.ts'
import { locateText, type PlacedGlyph } from './fonts/font-chain.ts'
import type { Fonts } from './fonts/load-fonts.ts'
import {
  fontObjects,
  number,
  object,
  type PdfObject,
  stream,
  utf16Hex,
  type ValueFonts,
  valueFonts,
} from './fonts/value-fonts.ts'
import type { CompiledTemplate } from './template/compile-template.ts'
import { startOf } from './template/draw-template.ts'
import { fillPattern } from './template/fill-pattern.ts'
import { fitText, textWidth } from './template/fit-text.ts'
import type { FieldElement, Layout } from './template/load-template.ts'
import { qrMatrix, qrPath } from './template/qr-path.ts'
import { xrefEntry } from './template/static-pdf.ts'
import { type FileKind, PRODUCER, xmpOf } from './xmp.ts'

/** A certificate file that is complete but for its signature. */
export type Composed = {
  /** ByteRange and Contents are there, at their full width, still to be filled */
  readonly bytes: Buffer
  /** where the head that all certificates of this template share ends */
  readonly sharedHead: Buffer

  readonly placeholder: Placeholder
  /** what each field shows, by name, for the lint */
  readonly texts: Readonly<Record<string, string>>
  readonly content: CertificateContent
  readonly template: CompiledTemplate
}

/** Width of the four numbers of a ByteRange with their spaces; enough for files up to 10 GB. */
const BYTE_RANGE_WIDTH = 44

/**
 * Fills a compiled template with the data of one certificate. Pure: the same content and template give the same bytes.
 * @param contentsSize bytes of DER the signature may take
 * @throws AppError INVALID_INPUT naming field and character that cannot be drawn (E63), or the field that does not fit
 */
export function composeCertificate(
  content: CertificateContent,
  template: CompiledTemplate,
  fonts: Fonts,
  contentsSize: number,
  kind: FileKind = 'certificate',
): Composed {
  const { layout, wording } = template.template
  const { numbers } = template
  const texts = fieldTexts(content, wording)
  const set = valueFonts()
  const page = { width: layout.page.width, height: layout.page.height }
  const pieces: (string | Buffer)[] = [template.head]
  const entries = template.entries.slice()
  let offset = template.head.length
  const put = (id: number, object: PdfObject): void => {
    entries[id] = xrefEntry(offset)
    for (const piece of object) {
      pieces.push(piece)
      offset += piece.length
    }
  }

  const form = `/Type/XObject/Subtype/Form/BBox[0 0 ${page.width} ${page.height}]/Matrix[1 0 0 -1 0 ${page.height}]/Resources ${numbers.resources} 0 R`
  for (const { element, number: id } of template.fields) {
    const label = wording.fields[element.field]?.label ?? element.field
    const operators = fieldOperators(element, texts[element.field] ?? '', label, layout, fonts, set)
    put(id, stream(id, form, operators))
  }
  const qr = template.qr.element
  const matrix = qrMatrix(content.address)
  const path = qrPath(matrix, qr.x, page.height - qr.y - qr.size, qr.size)
  put(template.qr.number, stream(template.qr.number, form, `${rgb(layout, qr.color)} rg\n${path}`))

  let next = numbers.next
  const fontNames: string[] = []
  const tag = subsetTag(content.token)
  for (const font of set.list()) {
    fontNames.push(`/${font.name} ${next} 0 R`)
    for (const [i, part] of fontObjects(font, next, tag).entries()) put(next + i, part)
    next += 6
  }
  put(numbers.resources, object(numbers.resources, `<</Font<<${fontNames.join('')}>>>>`))

  const title = fillPattern(wording.documentTitle, { number: fullNumber(content.case) })
  const author = wording.texts.authority ?? ''
  const date = pdfDate(content.composedAt)
  put(numbers.metadata, stream(numbers.metadata, '/Type/Metadata/Subtype/XML', xmpOf(content, title, author, kind)))
  const info = `<</Title<FEFF${utf16Hex(title)}>/Author<FEFF${utf16Hex(author)}>/Producer(${PRODUCER})/Creator(${PRODUCER})/CreationDate(${date})/ModDate(${date})>>`
  put(numbers.info, object(numbers.info, info))
  const attachment = attachmentOf(content)
  const params = `/Params<</Size ${attachment.length}/ModDate(${date})/CheckSum<${createHash('md5').update(attachment).digest('hex')}>>>`
  put(
    numbers.attachment,
    stream(numbers.attachment, `/Type/EmbeddedFile/Subtype/application#2Fjson${params}`, attachment),
  )
  put(
    numbers.signatureField,
    object(
      numbers.signatureField,
      `<</Type/Annot/Subtype/Widget/FT/Sig/T(Signature)/Rect[0 0 0 0]/F 132/V ${numbers.signature} 0 R>>`,
    ),
  )

  const before = `${numbers.signature} 0 obj\n<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(${date})/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P 1/V/1.2>>>>]/ByteRange[`
  const between = `${' '.repeat(BYTE_RANGE_WIDTH)}]/Contents`
  const byteRange = offset + before.length
  const contents = byteRange + between.length
  const contentsLength = contentsSize * 2 + 2
  put(numbers.signature, [`${before}${between}<${'0'.repeat(contentsSize * 2)}>>>\nendobj\n`])

  const id = createHash('sha256').update(content.token).update(content.composedAt).digest('hex').slice(0, 32)
  const trailer = `xref\n0 ${next}\n${entries.join('')}trailer\n<</Size ${next}/Root ${template.catalog} 0 R/Info ${numbers.info} 0 R/ID[<${id}><${id}>]>>\nstartxref\n${offset}\n%%EOF\n`
  const bytes = join([...pieces, trailer], offset + trailer.length)
  const placeholder = { byteRange, byteRangeWidth: BYTE_RANGE_WIDTH, contents, contentsLength }
  return { bytes, sharedHead: template.head, placeholder, texts, content, template }
}

function join(pieces: readonly (string | Buffer)[], length: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(length)
  let at = 0
  for (const piece of pieces) {
    if (typeof piece === 'string') bytes.write(piece, at, 'latin1')
    else bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}

/** The operators that draw a field, text in the fonts of the values (ISO 32000-2, 9.4). */
function fieldOperators(
  element: FieldElement,
  text: string,
  label: string,
  layout: Layout,
  fonts: Fonts,
  set: ValueFonts,
): string {
  const placed = locateText(fonts.styles[element.style], text, label)
  const advances = placed.map(({ glyph }) => glyph.advance)
  const fitted = fitText(text, advances, element)
  if (fitted === undefined)
    throw new AppError('INVALID_INPUT', `「${label}」太長，證書上放不下（${advances.length} 個字元）`, {
      column: label,
    })
  const glyphOf = new Map(Array.from(text, (character, i) => [character, placed[i] as PlacedGlyph]))
  const { size, lines } = fitted
  const leading = size * 1.32
  const spacing = element.spacing ?? 0
  const out = [`BT\n${rgb(layout, element.color)} rg`]
  if (spacing > 0) out.push(`${spacing} Tc`)
  for (const [row, line] of lines.entries()) {
    const characters = Array.from(line)
    const width = textWidth(
      characters.map((character) => glyphOf.get(character)?.glyph.advance ?? 0),
      size,
      spacing,
    )
    const x = startOf(element, width, element.align)
    const y = layout.page.height - element.y + ((lines.length - 1) / 2 - row) * leading
    out.push(`1 0 0 1 ${number(x)} ${number(y)} Tm`)
    let current = ''
    let codes = ''
    const flush = (): void => {
      if (codes !== '') out.push(`/${current} ${number(size)} Tf <${codes}> Tj`)
      codes = ''
    }
    for (const character of characters) {
      const { font, code } = set.encode(character, glyphOf.get(character) as PlacedGlyph)
      if (font !== current) flush()
      current = font
      codes += code
    }
    flush()
  }
  out.push('ET')
  return out.join('\n')
}

function rgb(layout: Layout, color: string): string {
  const hex = layout.colors[color] ?? '#000000'
  return [1, 3, 5].map((i) => number(Number.parseInt(hex.slice(i, i + 2), 16) / 255)).join(' ')
}

/** Six capital letters (ISO 32000-2, 9.9.2), another for each certificate. */
function subsetTag(token: string): string {
  const digest = createHash('sha256').update(token).digest()
  return Array.from(digest.subarray(0, 6), (byte) => String.fromCharCode(65 + (byte % 26))).join('')
}

/** `D:20230801000000Z` of an RFC 3339 time in UTC (ISO 32000-2, 7.9.4). */
function pdfDate(rfc3339: string): string {
  return `D:${rfc3339.slice(0, 19).replaceAll(/[-:T]/g, '')}Z`
}
