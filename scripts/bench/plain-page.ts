import type { CertificateContent } from '../../src/certificates/certificate-content.ts'
import { fieldTexts, flagsOf } from '../../src/certificates/certificate-content.ts'
import { fillPattern } from '../../src/certificates/template/fill-pattern.ts'
import type { Template, TextElement } from '../../src/certificates/template/load-template.ts'
import { qrMatrix } from '../../src/certificates/template/qr-path.ts'

export type PlainText = Pick<TextElement, 'x' | 'y' | 'width' | 'size' | 'align' | 'spacing'> & {
  readonly text: string
}
export type Square = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

/** The texts and the QR code of a certificate as a plain page has them: what the other ways of making one draw. */
export function plainPage(content: CertificateContent, template: Template, verifyAddress: string) {
  const { layout, wording } = template
  const fields = fieldTexts(content, wording)
  const flags = flagsOf(content)
  const texts: PlainText[] = []
  const squares: Square[] = []
  for (const element of layout.elements) {
    if ('when' in element && element.when !== undefined && !flags.has(element.when)) continue
    if (element.type === 'text') {
      texts.push({ ...element, text: fillPattern(wording.texts[element.text] ?? '', { verifyAddress }) })
    } else if (element.type === 'field') {
      texts.push({ ...element, text: fields[element.field] ?? '' })
    } else if (element.type === 'seal') {
      texts.push({
        ...element,
        width: element.size,
        size: 20,
        text: `${wording.texts.seal}${wording.texts.sealSample}`,
      })
    } else if (element.type === 'qr') {
      const matrix = qrMatrix(content.address)
      const module = element.size / (matrix.size + 8)
      for (let row = 0; row < matrix.size; row++) {
        for (let column = 0; column < matrix.size; column++) {
          if (matrix.modules[row * matrix.size + column] !== 1) continue
          const start = column
          while (column + 1 < matrix.size && matrix.modules[row * matrix.size + column + 1] === 1) column++
          const [x, y] = [element.x + (4 + start) * module, element.y + (4 + row) * module]
          squares.push({ x, y, width: (column + 1 - start) * module, height: module })
        }
      }
    }
  }
  return { page: layout.page, texts, squares }
}
