import { deflateSync } from 'node:zlib'
import { type CmsFlaws, signCms } from './test-cms.ts'
import type { TestPki } from './test-pki.ts'

/** A small PDF made by hand, so that tests can spoil every part of it. Objects by number, values as text. */
export type PdfParts = {
  /** dcert:kind in the XMP; null leaves our properties out */
  readonly kind?: 'certificate' | 'preview' | null
  readonly attachment?: boolean
  readonly text?: string
  /** bytes of incompressible filling, to reach the size of a real certificate */
  readonly filling?: number
  readonly extraObjects?: readonly string[]
  readonly catalogExtra?: string
  readonly xref?: 'table' | 'stream'
}

export type SignatureParts = {
  readonly subFilter?: string
  readonly signedAt?: string
  readonly permission?: number | null
  /** hexadecimal digits kept free for the CMS */
  readonly room?: number
  readonly cms?: CmsFlaws
  readonly upperCase?: boolean
}

export const NUMBER = '教字第142195號'
export const TOKEN = '0123456789ABCDEFGHJKMNPQRS'
const BLANK_RANGE = '[0 0000000000 0000000000 0000000000]'

/** A PDF that bears our marks and no signature. */
export function unsignedPdf(parts: PdfParts = {}): Buffer {
  return layOut(bodyObjects(parts, ''), parts)
}

/** A certified PDF in one revision, as the composer and signer will make it. */
export function signedPdf(pki: TestPki, parts: PdfParts = {}, signature: SignatureParts = {}): Buffer {
  const field = '<</FT/Sig/T(Signature1)/Type/Annot/Subtype/Widget/Rect[0 0 0 0]/F 132/P 3 0 R/V 9 0 R>>'
  const objects = bodyObjects(parts, '/AcroForm<</Fields[8 0 R]/SigFlags 3>>/Perms<</DocMDP 9 0 R>>')
  const all = [...objects.slice(0, 7), field, signatureObject(signature), ...objects.slice(7)]
  return patchSignature(layOut(all, parts), pki, signature)
}

export function signatureObject(signature: SignatureParts = {}): string {
  const room = '0'.repeat(signature.room ?? 8192)
  const permission = signature.permission === undefined ? 1 : signature.permission
  const reference =
    permission === null
      ? ''
      : `/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P ${permission}/V/1.2>>>>]`
  const subFilter = signature.subFilter ?? 'ETSI.CAdES.detached'
  const at = signature.signedAt ?? "D:20240501103000+08'00'"
  return `<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/${subFilter}/M(${at})/ByteRange${BLANK_RANGE}/Contents<${room}>${reference}>>`
}

/** Fills ByteRange and Contents of the last blank signature in `pdf`. */
export function patchSignature(pdf: Buffer, pki: TestPki, signature: SignatureParts = {}): Buffer {
  const out = Buffer.from(pdf)
  const rangeAt = out.lastIndexOf(BLANK_RANGE)
  const start = out.indexOf('/Contents<', rangeAt) + 9
  const end = out.indexOf('>', start) + 1
  const numbers = [start, end, out.length - end].map((n) => String(n).padStart(10, '0'))
  out.write(`[0 ${numbers.join(' ')}]`, rangeAt, 'latin1')
  const covered = Buffer.concat([out.subarray(0, start), out.subarray(end)])
  const hex = signCms(covered, pki, signature.cms).toString('hex')
  if (hex.length > end - start - 2) throw new Error('the signature does not fit')
  out.write(signature.upperCase === true ? hex.toUpperCase() : hex, start + 1, 'latin1')
  return out
}

/** Appends a revision with these objects, its own table and trailer. */
export function appendRevision(pdf: Buffer, objects: Readonly<Record<number, string>>, trailerExtra = ''): Buffer {
  const previous = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(pdf.toString('latin1'))![1])
  const chunks = [pdf]
  let length = pdf.length
  let table = 'xref\n'
  for (const [number, value] of Object.entries(objects)) {
    const chunk = Buffer.from(`${number} 0 obj\n${value}\nendobj\n`, 'latin1')
    table += `${number} 1\n${String(length).padStart(10, '0')} 00000 n \n`
    chunks.push(chunk)
    length += chunk.length
  }
  const trailer = `trailer\n<</Size 60/Root 1 0 R/Prev ${previous}${trailerExtra}>>\nstartxref\n${length}\n%%EOF\n`
  return Buffer.concat([...chunks, Buffer.from(table + trailer, 'latin1')])
}

function bodyObjects(parts: PdfParts, catalogSigned: string): string[] {
  const names = parts.attachment === false ? '' : '/Names<</EmbeddedFiles<</Names[(dcert-certificate.json)7 0 R]>>>>'
  const content = `BT /F1 12 Tf 72 720 Td (${parts.text ?? 'Certificate'}) Tj ET`
  const objects = [
    `<</Type/Catalog/Pages 2 0 R/Metadata 6 0 R${names}${catalogSigned}${parts.catalogExtra ?? ''}>>`,
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>',
    stream('/Filter/FlateDecode', deflateSync(content)),
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
    stream('/Type/Metadata/Subtype/XML', Buffer.from(xmp(parts.kind === undefined ? 'certificate' : parts.kind))),
    parts.attachment === false ? 'null' : '<</Type/Filespec/F(dcert-certificate.json)/AFRelationship/Data>>',
  ]
  if (parts.filling !== undefined) objects.push(stream('', noise(parts.filling)))
  return [...objects, ...(parts.extraObjects ?? [])]
}

export function stream(dict: string, data: Buffer): string {
  return `<<${dict}/Length ${data.length}>>\nstream\n${data.toString('latin1')}\nendstream`
}

function xmp(kind: 'certificate' | 'preview' | null): string {
  const own =
    kind === null
      ? ''
      : `<rdf:Description rdf:about="" xmlns:dcert="https://dcert.moe.gov.tw/ns/1.0/"><dcert:kind>${kind}</dcert:kind><dcert:number>${NUMBER}</dcert:number><dcert:token>${TOKEN}</dcert:token></rdf:Description>`
  return `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">${own}</rdf:RDF></x:xmpmeta><?xpacket end="r"?>`
}

/** bytes that hold no PDF syntax and do not compress */
function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length)
  let state = 1
  for (let i = 0; i < length; i += 1) {
    state = (state * 48271) % 2147483647
    bytes[i] = 128 + (state & 127)
  }
  return bytes
}

/** Header, objects from 1 on, cross-references, trailer; every value is a string of Latin-1 characters, one per byte. */
export function layOut(objects: readonly string[], parts: Pick<PdfParts, 'xref'> = {}): Buffer {
  const chunks = [Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1')]
  let length = chunks[0]!.length
  const offsets: number[] = []
  for (const [index, value] of objects.entries()) {
    const chunk = Buffer.from(`${index + 1} 0 obj\n${value}\nendobj\n`, 'latin1')
    offsets.push(length)
    chunks.push(chunk)
    length += chunk.length
  }
  const references = parts.xref === 'stream' ? xrefStream(offsets, length) : xrefTable(offsets)
  return Buffer.concat([...chunks, Buffer.from(`${references}startxref\n${length}\n%%EOF\n`, 'latin1')])
}

function xrefTable(offsets: readonly number[]): string {
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`)
  const size = offsets.length + 1
  return `xref\n0 ${size}\n0000000000 65535 f \n${rows.join('')}trailer\n<</Size ${size}/Root 1 0 R>>\n`
}

function xrefStream(offsets: readonly number[], at: number): string {
  const rows = Buffer.alloc((offsets.length + 2) * 5)
  for (const [index, offset] of [...offsets, at].entries()) {
    rows[(index + 1) * 5] = 1
    rows.writeUInt32BE(offset, (index + 1) * 5 + 1)
  }
  const number = offsets.length + 1
  const dict = `/Type/XRef/Size ${number + 1}/Root 1 0 R/W[1 4 0]/Filter/FlateDecode`
  return `${number} 0 obj\n${stream(dict, deflateSync(rows))}\nendobj\n`
}
