import { locateText } from '../fonts/font-chain.ts'
import type { Fonts } from '../fonts/load-fonts.ts'
import { drawOrnament } from './draw-ornaments.ts'
import { fillPattern } from './fill-pattern.ts'
import type { FieldElement, Flag, QrElement, SealElement, Template, TextElement } from './load-template.ts'

type Doc = PDFKit.PDFDocument

/** What draws the parts that differ from certificate to certificate; called inside their structure element. */
export type Varying = { field(element: FieldElement): void; qr(element: QrElement): void }

/**
 * Draws a template on the current page, tagged in reading order.
 * @param flags which elements with `when` are drawn
 * @param values for the `{…}` places of the fixed text
 * @throws AppError INVALID_INPUT when a character of the fixed text has no glyph (E63)
 */
export function drawTemplate(
  doc: Doc,
  template: Template,
  fonts: Fonts,
  flags: ReadonlySet<Flag>,
  values: Readonly<Record<string, string>>,
  varying: Varying,
): void {
  const { layout, wording } = template
  const color = (name: string): string => layout.colors[name] ?? '#000000'
  const text = (name: string): string => fillPattern(wording.texts[name] ?? '', values)
  doc.registerFont('kai', fonts.files.kai())
  doc.registerFont('latin', fonts.files.latin())
  const root = doc.struct('Document')
  doc.addStructure(root)
  for (const element of layout.elements) {
    if ('when' in element && element.when !== undefined && !flags.has(element.when)) continue
    switch (element.type) {
      case 'text':
        locateText(fonts.styles[element.style], text(element.text), element.text)
        root.add(doc.struct(element.tag, {}, () => drawText(doc, element, text(element.text), color(element.color))))
        break
      case 'field':
        root.add(doc.struct('P', {}, () => varying.field(element)))
        break
      case 'seal': {
        const draw = () => drawSeal(doc, element, text(element.text), text(element.sample), color(element.color))
        root.add(doc.struct('Figure', { alt: text(element.alt), ...boxOf(element) }, draw))
        break
      }
      case 'qr':
        root.add(doc.struct('Figure', { alt: text(element.alt), ...boxOf(element) }, () => varying.qr(element)))
        break
      default:
        doc.markContent('Artifact', { type: 'Layout' })
        drawOrnament(doc, element, color(element.color))
        doc.endMarkedContent()
    }
  }
  root.end()
}

/** Where a line begins so that it stands left, centred or right in its place. */
export function startOf(place: { x: number; width: number }, lineWidth: number, align: string | undefined): number {
  if (align === 'center') return place.x + (place.width - lineWidth) / 2
  if (align === 'right') return place.x + place.width - lineWidth
  return place.x
}

function drawText(doc: Doc, element: TextElement, text: string, color: string): void {
  const options = { lineBreak: false, baseline: 'alphabetic', characterSpacing: element.spacing ?? 0 } as const
  doc.font(element.style).fontSize(element.size).fillColor(color)
  const width = doc.widthOfString(text, options) - (element.spacing ?? 0)
  if (width > element.width + 0.01) throw new Error(`the text «${text}» is wider than its place`)
  doc.text(text, startOf(element, width, element.align), element.y, options)
}

/** A square seal with up to four characters, read in columns from the right, and a band that says it is a sample. */
function drawSeal(doc: Doc, { x, y, size }: SealElement, text: string, sample: string, color: string): void {
  doc.save()
  doc
    .lineWidth(size * 0.045)
    .rect(x, y, size, size)
    .stroke(color)
  const inner = size * 0.07
  doc
    .lineWidth(size * 0.012)
    .rect(x + inner, y + inner, size - 2 * inner, size - 2 * inner)
    .stroke(color)
  const cell = (size - 2 * inner) / 2
  const fontSize = cell * 0.86
  const options = { lineBreak: false, baseline: 'alphabetic' } as const
  doc.font('kai').fontSize(fontSize).fillColor(color)
  for (const [i, character] of Array.from(text).slice(0, 4).entries()) {
    const column = i < 2 ? 1 : 0
    const left = x + inner + column * cell + (cell - fontSize) / 2
    doc.text(character, left, y + inner + (i % 2) * cell + cell * 0.79, options)
  }
  const band = { width: size * 0.5, height: size * 0.2 }
  const middle = { x: x + size / 2, y: y + size / 2 }
  doc.rotate(-18, { origin: [middle.x, middle.y] })
  doc
    .rect(middle.x - band.width / 2, middle.y - band.height / 2, band.width, band.height)
    .fillAndStroke('#ffffff', color)
  doc.fontSize(band.height * 0.72).fillColor(color)
  const spacing = band.height * 0.3
  const width = doc.widthOfString(sample, { characterSpacing: spacing }) - spacing
  const at = { x: middle.x - width / 2, y: middle.y + band.height * 0.26 }
  doc.text(sample, at.x, at.y, { ...options, characterSpacing: spacing })
  doc.restore()
}

function boxOf(element: SealElement | QrElement): { bbox: [number, number, number, number] } {
  const { x, y, size } = element
  return { bbox: [x, y, x + size, y + size] }
}
