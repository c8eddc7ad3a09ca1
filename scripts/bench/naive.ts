import { pdflibAddPlaceholder } from '@signpdf/placeholder-pdf-lib'
import { P12Signer } from '@signpdf/signer-p12'
import { SignPdf } from '@signpdf/signpdf'
import * as fontkit from 'fontkit'
import { PDFDocument, rgb } from 'pdf-lib'
import type { plainPage } from './plain-page.ts'

/**
 * (a) What most projects do: pdf-lib with the font embedded anew for each file, and @signpdf with P12Signer. With
 * fontkit 2, because @pdf-lib/fontkit leaves most Chinese glyphs blank; pdf-lib still asks for fontkit 1's stream.
 */
export async function naiveCertificate(
  { page, texts, squares }: ReturnType<typeof plainPage>,
  font: Buffer,
  p12: Buffer,
  password: string,
): Promise<Buffer> {
  const pdf = await PDFDocument.create()
  pdf.registerFontkit({ create: createForPdfLib } as never)
  const embedded = await pdf.embedFont(font, { subset: true })
  const sheet = pdf.addPage([page.width, page.height])
  for (const { text, x, y, width, size, align } of texts) {
    const room = align === undefined || align === 'left' ? 0 : width - embedded.widthOfTextAtSize(text, size)
    const left = x + (align === 'center' ? room / 2 : room)
    sheet.drawText(text, { x: left, y: page.height - y, size, font: embedded })
  }
  for (const { x, y, width, height } of squares) {
    sheet.drawRectangle({ x, y: page.height - y - height, width, height, color: rgb(0, 0, 0) })
  }
  pdflibAddPlaceholder({ pdfDoc: pdf, reason: '', contactInfo: '', name: '', location: '', signatureLength: 12_288 })
  const unsigned = Buffer.from(await pdf.save({ useObjectStreams: false }))
  return new SignPdf().sign(unsigned, new P12Signer(p12, { passphrase: password }))
}

function createForPdfLib(bytes: Uint8Array) {
  const font = fontkit.create(Buffer.from(bytes)) as unknown as { createSubset(): { encode(): Uint8Array } }
  const createSubset = font.createSubset.bind(font)
  font.createSubset = () => {
    const subset = createSubset() as ReturnType<typeof createSubset> & { encodeStream: unknown }
    subset.encodeStream = () => {
      const listeners: Record<string, (chunk?: Uint8Array) => void> = {}
      const stream = {
        on(event: string, listener: (chunk?: Uint8Array) => void) {
          listeners[event] = listener
          return stream
        },
      }
      queueMicrotask(() => {
        listeners.data?.(subset.encode())
        listeners.end?.()
      })
      return stream
    }
    return subset
  }
  return font
}
