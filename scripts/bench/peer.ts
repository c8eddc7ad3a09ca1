import { createHash } from 'node:crypto'
import { SignPdf } from '@signpdf/signpdf'
import { Signer as SignpdfSigner } from '@signpdf/utils'
import { Null, ObjectIdentifier, OctetString, Sequence } from 'asn1js'
import type * as fontkit from 'fontkit'
import PDFDocument from 'pdfkit'
import * as pkijs from 'pkijs'
import type { Signer } from '../../src/signing/signer.ts'
import type { plainPage } from './plain-page.ts'

const PLACE = { contents: 4096, byteRange: '**********' }

/** (p) The best usual way: pdfkit with the font parsed once and shared, @signpdf with a node:crypto key and pkijs. */
export async function peerCertificate(
  { page, texts, squares }: ReturnType<typeof plainPage>,
  font: fontkit.Font,
  signer: SignpdfSigner,
): Promise<Buffer> {
  const doc = new PDFDocument({ size: [page.width, page.height], margin: 0, font: null as never, pdfVersion: '1.7' })
  doc.font(font as never)
  for (const { text, x, y, width, size, align = 'left', spacing = 0 } of texts) {
    doc.fontSize(size)
    const options = { lineBreak: false, baseline: 'alphabetic', characterSpacing: spacing } as const
    const room = align === 'left' ? 0 : width - doc.widthOfString(text, options)
    doc.text(text, x + (align === 'center' ? room / 2 : room), y, options)
  }
  for (const { x, y, width, height } of squares) doc.rect(x, y, width, height)
  doc.fill('#000000')
  addPlaceholder(doc)
  doc.end()
  const chunks: Buffer[] = []
  for (let chunk = doc.read(); chunk !== null; chunk = doc.read()) chunks.push(chunk)
  return new SignPdf().sign(Buffer.concat(chunks), signer)
}

type Reference = { data: Record<string, unknown>; end(): void }

/** @signpdf/placeholder-pdfkit asks for pdfkit 0.11; this is what it writes. */
function addPlaceholder(doc: PDFKit.PDFDocument): void {
  const inside = doc as unknown as {
    ref(data: object): Reference
    _root: Reference
    page: { dictionary: Reference; annotations: unknown[] }
  }
  const signature = inside.ref({
    Type: 'Sig',
    Filter: 'Adobe.PPKLite',
    SubFilter: 'ETSI.CAdES.detached',
    ByteRange: [0, PLACE.byteRange, PLACE.byteRange, PLACE.byteRange],
    Contents: Buffer.alloc(PLACE.contents),
    M: new Date(),
  })
  const widget = inside.ref({
    Type: 'Annot',
    Subtype: 'Widget',
    FT: 'Sig',
    Rect: [0, 0, 0, 0],
    V: signature,
    T: new String('Signature1'),
    F: 4,
    P: inside.page.dictionary,
  })
  inside.page.annotations.push(widget)
  doc.initForm()
  const form = (inside._root.data.AcroForm as Reference).data
  form.SigFlags = 3
  ;(form.Fields as unknown[]).push(widget)
  signature.end()
  widget.end()
}

/** PAdES signed attributes by pkijs, the signature by an open node:crypto key; certificates parsed once. */
export function peerSigner(signer: Signer): SignpdfSigner {
  const certificates = signer.chain.map((der) => pkijs.Certificate.fromBER(new Uint8Array(der)))
  const own = certificates[0] as pkijs.Certificate
  const octets = (bytes: Uint8Array) => new OctetString({ valueHex: new Uint8Array(bytes).buffer })
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
  const certificateHash = sha256(signer.chain[0] as Uint8Array)

  return new (class extends SignpdfSigner {
    override async sign(pdf: Buffer): Promise<Buffer> {
      const essCertId = new Sequence({ value: [octets(certificateHash)] })
      const attribute = (type: string, value: unknown) => new pkijs.Attribute({ type, values: [value] })
      const signedAttrs = new pkijs.SignedAndUnsignedAttributes({
        type: 0,
        attributes: [
          attribute('1.2.840.113549.1.9.3', new ObjectIdentifier({ value: '1.2.840.113549.1.7.1' })),
          attribute('1.2.840.113549.1.9.4', octets(sha256(pdf))),
          attribute('1.2.840.113549.1.9.16.2.47', new Sequence({ value: [new Sequence({ value: [essCertId] })] })),
        ],
      })
      const toSign = Buffer.from(signedAttrs.toSchema().toBER())
      toSign[0] = 0x31
      const digestAlgorithm = new pkijs.AlgorithmIdentifier({ algorithmId: '2.16.840.1.101.3.4.2.1' })
      const signedData = new pkijs.SignedData({
        version: 1,
        digestAlgorithms: [digestAlgorithm],
        encapContentInfo: new pkijs.EncapsulatedContentInfo({ eContentType: '1.2.840.113549.1.7.1' }),
        certificates,
        signerInfos: [
          new pkijs.SignerInfo({
            version: 1,
            sid: new pkijs.IssuerAndSerialNumber({ issuer: own.issuer, serialNumber: own.serialNumber }),
            digestAlgorithm,
            signedAttrs,
            signatureAlgorithm: new pkijs.AlgorithmIdentifier({
              algorithmId: '1.2.840.113549.1.1.11',
              algorithmParams: new Null(),
            }),
            signature: octets(signer.sign(toSign)),
          }),
        ],
      })
      const content = new pkijs.ContentInfo({
        contentType: '1.2.840.113549.1.7.2',
        content: signedData.toSchema(true),
      })
      return Buffer.from(content.toSchema().toBER())
    }
  })()
}
