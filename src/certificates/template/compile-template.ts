import type { Fonts } from '../fonts/load-fonts.ts'
import { drawTemplate } from './draw-template.ts'
import type { FieldElement, Flag, QrElement, Template } from './load-template.ts'
import { collect, openDocument } from './pdfkit-document.ts'
import { readStaticPdf } from './static-pdf.ts'

/** The attachment's name; readers of the file find the case's data under it. */
const ATTACHMENT_NAME = 'dcert-certificate.json'

/**
 * A template laid out once: everything that is the same on every certificate as finished bytes, and the numbers of
 * the objects that each certificate brings itself.
 */
export type CompiledTemplate = {
  readonly template: Template
  /** from `%PDF-1.7` to the end of the last fixed object */
  readonly head: Buffer
  /** entries of the cross-reference table by object number, 20 bytes each; undefined where the object varies */
  readonly entries: readonly (string | undefined)[]
  /** objects of the certificate's own; `next` is the first number never used */
  readonly numbers: Readonly<Record<OwnObject, number>> & { readonly next: number }
  readonly catalog: number
  readonly fields: readonly { readonly element: FieldElement; readonly number: number }[]
  readonly qr: { readonly element: QrElement; readonly number: number }
}

export type OwnObject = 'resources' | 'signatureField' | 'signature' | 'info' | 'metadata' | 'attachment'

/**
 * Lays a template out with pdfkit and keeps the result.
 * @param flags what this variant of the template has
 * @param values for the `{…}` places of the fixed text
 * @throws AppError INVALID_INPUT for a character that no font can draw (E63); Error when the template is not in order
 */
export function compileTemplate(
  template: Template,
  fonts: Fonts,
  flags: ReadonlySet<Flag>,
  values: Readonly<Record<string, string>>,
): CompiledTemplate {
  const doc = openDocument(template)
  const fields: { element: FieldElement; number: number }[] = []
  let qr: { element: QrElement; number: number } | undefined
  drawTemplate(doc, template, fonts, flags, values, {
    field: (element) => fields.push({ element, number: placeObject(doc, `F${fields.length}`) }),
    qr: (element) => {
      qr = { element, number: placeObject(doc, 'Q') }
    },
  })
  if (qr === undefined) throw new Error(`the template ${template.kind} ${template.version} has no QR code`)
  doc.file(Buffer.from('{}'), { name: ATTACHMENT_NAME, type: 'application/json', relationship: 'Data' } as never)

  const own = new Set([...fields.map((field) => field.number), qr.number])
  return { template, fields, qr, ...readStaticPdf(collect(doc), own) }
}

/** Draws an object on the page whose content each certificate brings; gives its number. */
function placeObject(doc: PDFKit.PDFDocument, name: string): number {
  const placeholder = doc.ref({}) as unknown as { id: number; end(): void }
  placeholder.end()
  const page = doc.page as unknown as { xobjects: Record<string, unknown> }
  page.xobjects[name] = placeholder
  doc.addContent(`/${name} Do`)
  return placeholder.id
}
