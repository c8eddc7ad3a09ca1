import { PDFDocument, rgb } from 'pdf-lib'
import PDFKit from 'pdfkit'
import { type Base, type Family, hostile } from './hostile-file.ts'

const save = async (doc: PDFDocument, useObjectStreams: boolean): Promise<Buffer> =>
  Buffer.from(await doc.save({ useObjectStreams }))

async function copied(base: Base): Promise<PDFDocument> {
  const [from, to] = [await PDFDocument.load(base.bytes), await PDFDocument.create()]
  const [page] = await to.copyPages(from, [0])
  to.addPage(page)
  return to
}

/** What programs make of a certificate; those of other makers are in tests/interop/hostile-tools.test.ts. */
export const libraryCopies: Family = {
  title: 'Saved again by a library',
  files: [
    hostile('pdf-lib-saved', 'saved again by pdf-lib', 'resaved', async ({ bytes }) =>
      save(await PDFDocument.load(bytes), false),
    ),
    hostile('pdf-lib-object-streams', 'saved again by pdf-lib, with object streams', 'resaved', async ({ bytes }) =>
      save(await PDFDocument.load(bytes), true),
    ),
    hostile('pdf-lib-drawn', 'another name drawn by pdf-lib', 'resaved', async ({ bytes }) => {
      const doc = await PDFDocument.load(bytes)
      doc.getPage(0).drawRectangle({ x: 90, y: 400, width: 400, height: 200, color: rgb(1, 1, 1) })
      doc.getPage(0).drawText('FORGED NAME', { x: 100, y: 500 })
      return save(doc, false)
    }),
    hostile('pdf-lib-title', 'another title by pdf-lib', 'resaved', async ({ bytes }) => {
      const doc = await PDFDocument.load(bytes)
      doc.setTitle('FORGED')
      return save(doc, true)
    }),
    hostile('pdf-lib-copied', 'the page copied into a new file by pdf-lib', 'resaved', async (base) =>
      save(await copied(base), true),
    ),
    hostile('pdf-lib-merged', 'the page behind another one, by pdf-lib', 'resaved', async (base) => {
      const doc = await copied(base)
      doc.insertPage(0).drawText('Cover')
      return save(doc, false)
    }),
    hostile('pdf-lib-turned', 'the page turned by pdf-lib', 'resaved', async ({ bytes }) => {
      const doc = await PDFDocument.load(bytes)
      doc.getPage(0).setSize(842, 595)
      return save(doc, false)
    }),
    hostile(
      'pdfkit-imitation',
      'drawn from nothing by pdfkit, with number and address',
      'resaved',
      () =>
        new Promise((resolve) => {
          const doc = new PDFKit({ info: { CreationDate: new Date(0) } })
          const chunks: Buffer[] = []
          doc.on('data', (chunk: Buffer) => chunks.push(chunk))
          doc.on('end', () => resolve(Buffer.concat(chunks)))
          doc.text('Certificate', { link: `https://verify.example.tw/c/${'0123456789ABCDEFGHJKMNPQRS'}` })
          doc.end()
        }),
    ),
  ],
}
