import { decodePDFRawStream, PDFDict, PDFDocument, PDFName, PDFRawStream } from 'pdf-lib'
import { readGlyphTables } from '../../src/certificates/fonts/truetype-tables.ts'
import { checkIssuedFile } from '../../src/verification/signature-check.ts'
import type { TrustAnchors } from '../../src/verification/trust.ts'

/**
 * Whether a benchmarked file is a good one: signed over all its bytes by a trusted key, and the glyphs of its text
 * really in its fonts (a subset that lost its outlines passes every other check).
 * @throws Error naming what is wrong
 */
export async function checkFile(name: string, pdf: Buffer, trust: TrustAnchors, characters: number): Promise<void> {
  const report = checkIssuedFile(pdf, trust)
  if (name !== 'a' && !report.intact) throw new Error(`${name}: the signature does not hold`)
  let outlines = 0
  const document = await PDFDocument.load(pdf)
  for (const [, object] of document.context.enumerateIndirectObjects()) {
    if (!(object instanceof PDFDict) || !object.has(PDFName.of('FontFile2'))) continue
    const program = object.lookup(PDFName.of('FontFile2'))
    if (!(program instanceof PDFRawStream)) continue
    const tables = readGlyphTables(Buffer.from(decodePDFRawStream(program).decode()))
    for (let id = 1; id < tables.maxp.readUInt16BE(4); id++) if (tables.outline(id).length > 0) outlines++
  }
  if (outlines < characters * 0.9) throw new Error(`${name}: ${outlines} outlines for ${characters} characters`)
}
