import fc from 'fast-check'
import { PDFDocument } from 'pdf-lib'
import PDFKit from 'pdfkit'
import { describe, expect, test } from 'vitest'
import { explainFile } from '../../src/verification/explain-file.ts'
import { trustAnchors } from '../../src/verification/trust.ts'
import {
  appendRevision,
  NUMBER,
  patchSignature,
  signatureObject,
  signedPdf,
  stream,
  TOKEN,
  unsignedPdf,
} from '../support/signed-pdf.ts'
import { makeCertificate, makePki, pemOf } from '../support/test-pki.ts'

const pki = makePki('p-256')
const stranger = makePki('p-256', 'Somebody else')
const trust = trustAnchors([pemOf(pki.root)])
const ours = signedPdf(pki)
const plain = { kind: null, attachment: false } as const

function reasonOf(bytes: Buffer): string {
  return explainFile(bytes, trust).reason
}

function edited(from: string | RegExp, to: string): Buffer {
  const text = ours.toString('latin1')
  const out = Buffer.from(text.replace(from, to), 'latin1')
  expect(out.equals(ours)).toBe(false)
  return out
}

function pdfkit(options: PDFKit.PDFDocumentOptions, draw: (doc: PDFKit.PDFDocument) => void): Promise<Buffer> {
  return new Promise((resolve) => {
    const doc = new PDFKit(options)
    const chunks: Buffer[] = []
    doc.on('data', (chunk: Buffer) => chunks.push(chunk))
    doc.on('end', () => resolve(Buffer.concat(chunks)))
    draw(doc)
    doc.end()
  })
}

describe('what is no PDF of any use', () => {
  test('text, a picture, an archive, noise: not-pdf (E32)', () => {
    for (const bytes of [
      'Hello',
      'PK\u0003\u0004 word/document.xml',
      '\u0089PNG\r\n',
      ' ',
      '%PDF',
      '\0'.repeat(2000),
    ]) {
      expect(reasonOf(Buffer.from(bytes, 'latin1'))).toBe('not-pdf')
    }
    expect(reasonOf(Buffer.concat([Buffer.alloc(2000, 0x20), ours]))).toBe('not-pdf')
  })

  test('a header and nothing behind it: damaged', () => {
    for (const bytes of ['%PDF-1.7', '%PDF-1.7\n%%EOF\n', '%PDF-1.7\nstartxref\n0\n%%EOF', '%PDF-1.7\ntrailer<<>>']) {
      expect(reasonOf(Buffer.from(bytes))).toBe('damaged')
    }
  })

  test('an archive that is a PDF as well is judged as the PDF', () => {
    expect(reasonOf(Buffer.concat([unsignedPdf(plain), Buffer.from('PK\u0003\u0004')]))).toBe('unknown')
  })

  test('encrypted by pdfkit: encrypted, with or without a password to open it', async () => {
    for (const options of [{ userPassword: 'secret' }, { ownerPassword: 'owner' }]) {
      for (const pdfVersion of ['1.3', '1.4', '1.6', '1.7ext3'] as const) {
        const bytes = await pdfkit({ ...options, pdfVersion }, (doc) => doc.text('x'))
        expect(reasonOf(bytes)).toBe('encrypted')
      }
    }
  })

  test('encryption appended to a file of ours: encrypted comes first', () => {
    expect(reasonOf(appendRevision(ours, { 40: '<</Filter/Standard/V 5>>' }, '/Encrypt 40 0 R'))).toBe('encrypted')
  })
})

describe('a file that we signed and the register does not know: not-registered', () => {
  test('signed with any algorithm, with tables or streams', () => {
    expect(reasonOf(ours)).toBe('not-registered')
    expect(reasonOf(signedPdf(pki, { xref: 'stream' }))).toBe('not-registered')
    for (const kind of ['rsa-2048', 'p-384'] as const) {
      const own = makePki(kind)
      expect(explainFile(signedPdf(own), trustAnchors([own.root.der])).reason).toBe('not-registered')
    }
  })

  test('only when the certificate was valid at the time of signing and is for signing documents', () => {
    const late = { ...pki, signer: makeCertificate('signer', pki.issuing, { until: '2022-01-01' }) }
    expect(reasonOf(signedPdf(late))).toBe('foreign-signature')
    const server = { ...pki, signer: makeCertificate('www', pki.issuing, { extendedKeyUsage: '1.3.6.1.5.5.7.3.1' }) }
    expect(reasonOf(signedPdf(server))).toBe('foreign-signature')
  })
})

describe('something after what our signature covers: appended', () => {
  const second = { 50: signatureObject(), 51: '<</FT/Sig/V 50 0 R/T(S2)>>' }
  test.each<[string, Buffer]>([
    ['one byte', Buffer.concat([ours, Buffer.from(' ')])],
    ['a picture', Buffer.concat([ours, Buffer.alloc(5000, 0xd8)])],
    ['an end of file that leads nowhere', Buffer.concat([ours, Buffer.from('startxref\n99999999\n%%EOF\n')])],
    ['a revision with another page', appendRevision(ours, { 4: stream('', Buffer.from('BT (forged) Tj ET')) })],
    ['a revision without our signature field', appendRevision(ours, { 1: '<</Type/Catalog/Pages 2 0 R>>' })],
    ['a revision whose signature object is null', appendRevision(ours, { 9: 'null' })],
    ['a revision without pages', appendRevision(ours, { 1: '<</Type/Catalog>>' })],
    ['a second signature of somebody else', patchSignature(appendRevision(ours, second), stranger)],
    ['an encryption dictionary that is none', appendRevision(ours, { 40: '40 0 R' }, '/Encrypt 40 0 R')],
    ['an object stream in a circle', appendRevision(ours, { 41: '<</Type/ObjStm/N 1/First 0/Length 41 0 R>>' })],
  ])('%s', (_, bytes) => {
    expect(reasonOf(bytes)).toBe('appended')
  })

  test('a second signature of ours over an appended revision does not mend it: we sign a file once', () => {
    expect(reasonOf(patchSignature(appendRevision(ours, second), pki))).toBe('appended')
  })
})

describe('one byte changed anywhere: altered, and never anything like success (E26)', () => {
  test('any byte, anywhere after the header', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: ours.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bytes = Buffer.from(ours)
        bytes[at]! ^= change
        expect(reasonOf(bytes)).toBe('altered')
      }),
      { numRuns: 600 },
    )
  })

  test.each<[string, string, string]>([
    ['the version', '%PDF-1.7', '%PDF-1.6'],
    ['the catalog', '/Type/Catalog', '/Type/Cbtalog'],
    ['the pages', '/Pages 2 0 R', '/Pagez 2 0 R'],
    ['an object header', '9 0 obj\n<</Type/Sig', '7 0 obj\n<</Type/Sig'],
    ['the key of ByteRange', '/ByteRange', '/ByteRangf'],
    ['the key of Contents', '/Contents<', '/Contentz<'],
    ['the first digit of Contents', '<30', '<20'],
    ['the opening of Contents', '/Contents<', '/Contents='],
    ['the cross-reference table', 'xref\n0', 'xreg\n0'],
    ['the trailer', 'trailer', 'trailes'],
    ['the way to the form', '/AcroForm', '/BcroForm'],
    ['startxref', 'startxref', 'startxreg'],
    ['the end of the file', '%%EOF\n', '%%EOG\n'],
  ])('in %s', (_, from, to) => {
    expect(reasonOf(edited(from, to))).toBe('altered')
  })

  test.each<[string, string]>([
    ['swapped', '[$2 $3 0 $1]'],
    ['overlapping', '[0 $2 $1 $3]'],
    ['shifted', '[0 0000000001 0000000002 0000000003]'],
    ['null', '                                null'],
    ['gone', '                                    '],
  ])('with ByteRange %s', (_, range) => {
    expect(reasonOf(edited(/\[0 (\d{10}) (\d{10}) (\d{10})\]/, range))).toBe('altered')
  })

  test('Contents emptied to zeros, or overwritten in part', () => {
    const start = ours.indexOf('/Contents<') + 10
    expect(reasonOf(Buffer.from(ours).fill('0', start, start + 8192))).toBe('altered')
    expect(reasonOf(Buffer.from(ours).fill('f', start + 100, start + 400))).toBe('altered')
  })

  test('something put before the file', () => {
    expect(reasonOf(Buffer.concat([Buffer.from('%PDF-1.4\n%junk\n'), ours]))).toBe('altered')
  })
})

describe('cut off: damaged', () => {
  test('at every 97th byte', () => {
    for (let length = 5; length < ours.length; length += 97) expect(reasonOf(ours.subarray(0, length))).toBe('damaged')
  })

  test('by the last bytes only', () => {
    for (let cut = 1; cut < 40; cut += 1) expect(reasonOf(ours.subarray(0, ours.length - cut))).toBe('damaged')
  })
})

describe('saved again: resaved', () => {
  test('by pdf-lib, with and without object streams', async () => {
    for (const useObjectStreams of [true, false]) {
      const doc = await PDFDocument.load(ours)
      expect(reasonOf(Buffer.from(await doc.save({ useObjectStreams })))).toBe('resaved')
    }
  })

  test('by pdf-lib, when nothing but the displaced signature tells that it was ours', async () => {
    const doc = await PDFDocument.load(signedPdf(pki, plain))
    expect(reasonOf(Buffer.from(await doc.save()))).toBe('resaved')
  })

  test('without the signature, by each of our marks', async () => {
    expect(reasonOf(unsignedPdf({ attachment: false }))).toBe('resaved')
    expect(reasonOf(unsignedPdf({ kind: null }))).toBe('resaved')
    const texts = [`See https://dcert.example/c/${TOKEN} for it`, `(c) /c/${TOKEN}.`]
    for (const text of texts) expect(reasonOf(await pdfkit({}, (doc) => doc.text(text)))).toBe('resaved')
    const link = await pdfkit({}, (doc) => doc.text('verify', { link: `https://dcert.example/c/${TOKEN}` }))
    expect(reasonOf(link)).toBe('resaved')
    expect(reasonOf(await pdfkit({ info: { Title: `證書 ${NUMBER}` } }, (doc) => doc.text('x')))).toBe('resaved')
  })

  test('printed to PDF: the number is found through ToUnicode, also in ranges and form XObjects', () => {
    const map = `beginbfchar <0001> <6559> endbfchar 2 beginbfrange <0002> <0003> [<5B57> <7B2C>] <0010> <0019> <0030> endbfrange 1 beginbfchar <0004> <865F> endbfchar`
    const font = '<</Type/Font/Subtype/Type0/Encoding/Identity-H/ToUnicode 10 0 R>>'
    const page = '<</Type/Page/Parent 2 0 R/Contents 13 0 R/Resources<</XObject<</X 12 0 R>>>>>>'
    const form = stream(
      '/Subtype/Form/Resources<</Font<</F 11 0 R>>>>',
      Buffer.from('BT /F 9 Tf [<000100020003>-20<00110014>] TJ <001200110019> Tj <00150004> Tj ET'),
    )
    const printed = unsignedPdf({
      ...plain,
      catalogExtra: '/Pages 14 0 R',
      extraObjects: [
        'null',
        'null',
        stream('', Buffer.from(map)),
        font,
        form,
        stream('', Buffer.from('q /X Do Q')),
        '<</Kids[15 0 R]>>',
        page,
      ],
    })
    expect(reasonOf(printed)).toBe('resaved')
  })
})

describe('not ours', () => {
  test('preview: the marker in the XMP, whatever prefix, element or attribute', () => {
    expect(reasonOf(unsignedPdf({ kind: 'preview' }))).toBe('preview')
    const as = (own: string): Buffer =>
      unsignedPdf({ ...plain, extraObjects: [stream('', Buffer.from(own))], catalogExtra: '/Metadata 8 0 R' })
    const uri = 'https://dcert.moe.gov.tw/ns/1.0/'
    expect(reasonOf(as(`<r:D xmlns:q='${uri}' q:kind = 'preview'/>`))).toBe('preview')
    expect(reasonOf(as(`<r:D xmlns:q="${uri}"><q:kind>\n preview </q:kind></r:D>`))).toBe('preview')
    expect(reasonOf(as('<r:D xmlns:dcert="https://other.example/" dcert:kind="preview"/>'))).toBe('unknown')
  })

  test("foreign-signature: somebody else's signature, of any kind, also with our marks or names copied", () => {
    expect(reasonOf(signedPdf(stranger, plain))).toBe('foreign-signature')
    expect(reasonOf(signedPdf(stranger))).toBe('foreign-signature')
    expect(reasonOf(signedPdf(makePki('p-256')))).toBe('foreign-signature')
    const adobe = { subFilter: 'adbe.pkcs7.detached', cms: { withSigningTime: true, withoutSigningCertificate: true } }
    expect(reasonOf(signedPdf(stranger, plain, adobe))).toBe('foreign-signature')
    expect(reasonOf(appendRevision(signedPdf(stranger, plain), { 4: '<<>>' }))).toBe('foreign-signature')
  })

  test('unknown: any other PDF', async () => {
    expect(reasonOf(unsignedPdf(plain))).toBe('unknown')
    expect(reasonOf(await pdfkit({}, (doc) => doc.text('A letter about /c/short and 142195')))).toBe('unknown')
  })
})
