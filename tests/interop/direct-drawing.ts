import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { type CertificateContent, fieldTexts, flagsOf } from '../../src/certificates/certificate-content.ts'
import { locateText } from '../../src/certificates/fonts/font-chain.ts'
import { loadFonts } from '../../src/certificates/fonts/load-fonts.ts'
import { drawTemplate, startOf } from '../../src/certificates/template/draw-template.ts'
import { fitText, textWidth } from '../../src/certificates/template/fit-text.ts'
import { type FieldElement, loadTemplate } from '../../src/certificates/template/load-template.ts'
import { collect, openDocument } from '../../src/certificates/template/pdfkit-document.ts'
import { QUIET_ZONE, qrMatrix } from '../../src/certificates/template/qr-path.ts'

const FONTS = loadFonts('/nowhere')
const FOLDER = join(import.meta.dirname, '../../templates/fonts')
/** The font files by the name that each calls itself. */
const FILES: Readonly<Record<string, Buffer>> = {
  'TW-Kai-981': readFont('tw-kai'),
  'TW-Kai-Ext-B-981': readFont('tw-kai-ext-b'),
  'EBGaramond-Regular': readFont('eb-garamond'),
}

/**
 * Draws a certificate from beginning to end with pdfkit, as one would who had no compiled template: pdfkit and fontkit
 * make fonts, codes and operators of the values; only where each character stands comes from dcert.
 */
export function drawDirectly(content: CertificateContent, verifyAddress: string): Buffer {
  const template = loadTemplate(content.kind, 'v1', content.language)
  const texts = fieldTexts(content, template.wording)
  const doc = openDocument(template)
  for (const [name, file] of Object.entries(FILES)) doc.registerFont(name, file)
  const color = (name: string): string => template.layout.colors[name] ?? ''
  drawTemplate(
    doc,
    template,
    FONTS,
    flagsOf(content),
    { verifyAddress },
    {
      field(element) {
        doc.fillColor(color(element.color))
        drawField(doc, element, texts[element.field] ?? '')
      },
      qr({ x, y, size, color: name }) {
        const matrix = qrMatrix(content.address)
        const module = size / (matrix.size + 2 * QUIET_ZONE)
        for (let row = 0; row < matrix.size; row++) {
          for (let column = 0; column < matrix.size; column++) {
            if (matrix.modules[row * matrix.size + column] !== 1) continue
            doc.rect(x + (column + QUIET_ZONE) * module, y + (row + QUIET_ZONE) * module, module, module)
          }
        }
        doc.fill(color(name))
      },
    },
  )
  return collect(doc)
}

function drawField(doc: PDFKit.PDFDocument, element: FieldElement, text: string): void {
  const placed = locateText(FONTS.styles[element.style], text, element.field)
  const glyphs = new Map(Array.from(text, (character, i) => [character, placed[i]]))
  const advances = placed.map(({ glyph }) => glyph.advance)
  const fitted = fitText(text, advances, element)
  if (fitted === undefined) throw new Error(`${text} does not fit`)
  const { size, lines } = fitted
  for (const [row, line] of lines.entries()) {
    const characters = Array.from(line)
    const widths = characters.map((character) => glyphs.get(character)?.glyph.advance ?? 0)
    const y = element.y - ((lines.length - 1) / 2 - row) * size * 1.32
    let x = startOf(element, textWidth(widths, size, element.spacing), element.align)
    for (const [i, character] of characters.entries()) {
      const name = glyphs.get(character)?.face.postscriptName ?? ''
      doc.font(name).fontSize(size).text(character, x, y, { lineBreak: false, baseline: 'alphabetic' })
      x += ((widths[i] ?? 0) * size) / 1000 + (element.spacing ?? 0)
    }
  }
}

function readFont(name: string): Buffer {
  return brotliDecompressSync(readFileSync(join(FOLDER, `${name}.ttf.br`)))
}
