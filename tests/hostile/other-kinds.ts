import { gzipSync } from 'node:zlib'
import PDFKit from 'pdfkit'
import { latin1, unsigned } from './edit-pdf.ts'
import { noise, zip } from './foreign-bytes.ts'
import { type Family, hostile } from './hostile-file.ts'

const TEN_MIB = 10_485_760
const sentence = 'This is no certificate. '

function pdfkit(options: PDFKit.PDFDocumentOptions, draw: (doc: PDFKit.PDFDocument) => void): Promise<Buffer> {
  return new Promise((resolve) => {
    const doc = new PDFKit({ info: { CreationDate: new Date(0) }, ...options })
    const chunks: Buffer[] = []
    doc.on('data', (chunk: Buffer) => chunks.push(chunk))
    doc.on('end', () => resolve(Buffer.concat(chunks)))
    draw(doc)
    doc.end()
  })
}

export const otherKinds: Family = {
  title: 'Files of other kinds',
  files: [
    hostile('zeros-ten-mebibytes', '10 MiB of zeros', 'not-pdf', () => Buffer.alloc(TEN_MIB)),
    hostile('noise-ten-mebibytes', '10 MiB of noise', 'not-pdf', () => noise(TEN_MIB)),
    hostile('one-byte', 'one byte', 'not-pdf', () => Buffer.from('x')),
    hostile('header-only', 'the words %PDF-1.7 and nothing else', 'damaged', () => latin1('%PDF-1.7')),
    hostile('header-and-eof', 'a header, %%EOF and nothing between', 'damaged', () => latin1('%PDF-1.7\n%%EOF\n')),
    hostile('header-and-zeros', 'a header and 10 MiB of zeros', 'damaged', () =>
      Buffer.concat([latin1('%PDF-1.7\n'), Buffer.alloc(TEN_MIB - 9)]),
    ),
    hostile('header-and-noise', 'a header and 10 MiB of noise', 'damaged', () =>
      Buffer.concat([latin1('%PDF-1.7\n'), noise(TEN_MIB - 9)]),
    ),
    hostile('header-too-late', 'a header behind 1 KiB of spaces', 'not-pdf', () =>
      Buffer.concat([Buffer.alloc(1025, 32), latin1('%PDF-1.7\n')]),
    ),
    hostile('zip', 'a ZIP with the certificate inside, packed', 'not-pdf', ({ bytes }) =>
      zip('certificate.pdf.gz', gzipSync(bytes)),
    ),
    hostile('gzip', 'the certificate packed by gzip', 'not-pdf', ({ bytes }) => gzipSync(bytes)),
    hostile('base64', 'the certificate in Base64', 'not-pdf', ({ bytes }) => Buffer.from(bytes.toString('base64'))),
    hostile('hexadecimal', 'the certificate in hexadecimal', 'not-pdf', ({ bytes }) =>
      Buffer.from(bytes.toString('hex')),
    ),
    hostile('utf-16', 'the certificate in UTF-16', 'not-pdf', ({ bytes }) =>
      Buffer.from(bytes.toString('latin1'), 'utf16le'),
    ),
    hostile('reversed', 'the certificate from its end to its beginning', 'not-pdf', ({ bytes }) =>
      Buffer.from(bytes).reverse(),
    ),
    hostile('inverted', 'every bit of the certificate turned', 'not-pdf', ({ bytes }) =>
      Buffer.from(bytes.map((byte) => byte ^ 0xff)),
    ),
    hostile('text', 'a text', 'not-pdf', () => Buffer.from(sentence.repeat(40))),
    hostile('web-page', 'a web page', 'not-pdf', () =>
      Buffer.from(`<!doctype html><title>x</title>${sentence.repeat(60)}`),
    ),
    hostile('json', 'the answer of this service', 'not-pdf', () =>
      Buffer.from('{"outcome":"success","reason":"current"}'),
    ),
    hostile('picture-png', 'the beginning of a picture', 'not-pdf', () =>
      Buffer.concat([latin1('\x89PNG\r\n\x1a\n'), noise(3000)]),
    ),
    hostile('picture-jpeg', 'the beginning of a photograph', 'not-pdf', () =>
      Buffer.concat([latin1('\xff\xd8\xff\xe0'), noise(3000)]),
    ),
    hostile('postscript', 'PostScript', 'not-pdf', () => latin1(`%!PS-Adobe-3.0\n${'showpage\n'.repeat(50)}`)),
    hostile('word', 'the beginning of an old Word file', 'not-pdf', () =>
      Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), noise(3000)]),
    ),
    hostile('program', 'the beginning of a program', 'not-pdf', () => Buffer.concat([latin1('MZ'), noise(3000)])),
    hostile('form-data', 'data of a form (FDF)', 'not-pdf', () =>
      latin1('%FDF-1.2\n1 0 obj\n<</FDF<<>>>>\nendobj\ntrailer\n<</Root 1 0 R>>\n'),
    ),
    hostile('letter', 'any other PDF', 'unknown', () => pdfkit({}, (doc) => doc.text(sentence))),
    hostile('letter-of-pages', 'a PDF of 30 pages', 'unknown', () =>
      pdfkit({}, (doc) => {
        for (let page = 0; page < 30; page += 1) doc.text(sentence.repeat(50)).addPage()
      }),
    ),
    hostile('letter-with-number', 'a letter that names a certificate in its title', 'resaved', () =>
      pdfkit({ info: { Title: '證書 教字第142195號' } }, (doc) => doc.text(sentence)),
    ),
    hostile('encrypted-letter', 'an encrypted letter', 'encrypted', () =>
      pdfkit({ userPassword: 'secret' }, (doc) => doc.text(sentence)),
    ),
    hostile('encrypted-rights-only', 'a letter with an owner password, which opens without', 'encrypted', () =>
      pdfkit({ ownerPassword: 'secret', pdfVersion: '1.7ext3' }, (doc) => doc.text(sentence)),
    ),
    hostile(
      'encrypted-certificate',
      'the certificate written anew with an encryption dictionary',
      'encrypted',
      (base) => unsigned(base, { 120: '<</Filter/Standard/V 2/R 3/Length 128/P -4/O(x)/U(y)>>' }, '/Encrypt 120 0 R'),
    ),
    hostile('polyglot-zip', 'a PDF of a letter that is a ZIP as well', 'unknown', async () =>
      Buffer.concat([await pdfkit({}, (doc) => doc.text(sentence)), zip('evil.exe', noise(2000))]),
    ),
    hostile('polyglot-web-page', 'a PDF of a letter that is a web page as well', 'unknown', async () =>
      Buffer.concat([
        latin1('<!doctype html><script>alert(1)</script><!--\n'),
        await pdfkit({}, (doc) => doc.text(sentence)),
      ]),
    ),
    hostile('polyglot-picture', 'a PDF of a letter behind the header of a picture', 'unknown', async () =>
      Buffer.concat([latin1('GIF89a'), Buffer.alloc(200), await pdfkit({}, (doc) => doc.text(sentence))]),
    ),
  ],
}
