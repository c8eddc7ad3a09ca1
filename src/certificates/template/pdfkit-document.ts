import PDFDocument from 'pdfkit'
import type { Template } from './load-template.ts'

/** A pdfkit document set up as certificates are: PDF 1.7, PDF/A-3a, tagged, one page of the template's size. */
export function openDocument(template: Template): PDFKit.PDFDocument {
  const { width, height } = template.layout.page
  return new PDFDocument({
    size: [width, height],
    margin: 0,
    pdfVersion: '1.7',
    subset: 'PDF/A-3a',
    tagged: true,
    lang: template.language,
    displayTitle: true,
    font: null as never,
    info: { CreationDate: new Date(0) },
  } as PDFKit.PDFDocumentOptions)
}

/** Ends the document and gives its bytes; pdfkit has them all when `end` returns. */
export function collect(doc: PDFKit.PDFDocument): Buffer {
  doc.end()
  const chunks: Buffer[] = []
  for (let chunk = doc.read(); chunk !== null; chunk = doc.read()) chunks.push(chunk)
  return Buffer.concat(chunks)
}
