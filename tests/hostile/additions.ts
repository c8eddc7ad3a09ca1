import { latin1 } from './edit-pdf.ts'
import { noise, zip } from './foreign-bytes.ts'
import { type Family, hostile } from './hostile-file.ts'

const TEN_MIB = 10_485_760

/** Behind the certificate. */
const BEHIND: readonly (readonly [name: string, does: string, text: string])[] = [
  ['space', 'a space', ' '],
  ['end-of-line', 'an end of line', '\n'],
  ['carriage-return', 'a carriage return', '\r'],
  ['nul', 'a zero byte', '\0'],
  ['comment', 'a comment of PDF', '% seen and approved\n'],
  ['second-eof', 'a second %%EOF', '%%EOF\n'],
  ['startxref-nowhere', 'a startxref that leads nowhere', 'startxref\n99999999\n%%EOF\n'],
  ['startxref-zero', 'a startxref of 0', 'startxref\n0\n%%EOF\n'],
  ['startxref-huge', 'a startxref beyond all numbers', `startxref\n${'9'.repeat(400)}\n%%EOF\n`],
  ['half-an-object', 'the beginning of an object', '200 0 obj\n<</Type/Page'],
  ['mail-boundary', 'the boundary of a mail', '\r\n--=_Part_12.34--\r\n'],
  ['html', 'a script of a web page', '<script>alert(1)</script>'],
  ['id3', 'a tag of music files', `TAG${'x'.repeat(125)}`],
]

/** Before the certificate; PDF allows the header within the first 1024 bytes. */
const BEFORE: readonly (readonly [name: string, does: string, text: string])[] = [
  ['end-of-line', 'an end of line', '\n'],
  ['nul', 'a zero byte', '\0'],
  ['byte-order-mark', 'a byte order mark of UTF-8', '\xef\xbb\xbf'],
  ['mail-header', 'the headers of a mail', 'Content-Type: application/pdf\r\n\r\n'],
  ['second-header', 'another header line', '%PDF-1.4\n'],
  ['shell-script', 'a shell script', '#!/bin/sh\necho hello; exit\n'],
  ['web-page', 'the beginning of a web page', '<!doctype html><script>alert(1)</script><!--\n'],
  ['filled-to-limit', 'as much as a header may be away from the beginning', ' '.repeat(1023)],
]

export const additions: Family = {
  title: 'Bytes before and behind',
  files: [
    ...BEHIND.map(([name, does, text]) =>
      hostile(`behind-${name}`, `behind the file: ${does}`, 'appended', ({ bytes }) =>
        Buffer.concat([bytes, latin1(text)]),
      ),
    ),
    hostile('behind-noise', 'behind the file: 5 KB of noise', 'appended', ({ bytes }) =>
      Buffer.concat([bytes, noise(5000)]),
    ),
    hostile('behind-itself', 'behind the file: the same file once more', 'appended', ({ bytes }) =>
      Buffer.concat([bytes, bytes]),
    ),
    hostile('behind-other-certificate', 'behind the file: another certificate of ours', 'appended', (base) =>
      Buffer.concat([base.bytes, base.other]),
    ),
    hostile('behind-zip', 'behind the file: a ZIP (both a PDF and an archive)', 'appended', ({ bytes }) =>
      Buffer.concat([bytes, zip('evil.exe', noise(500))]),
    ),
    hostile('behind-ten-mebibytes', 'behind the file: zeros up to 10 MiB', 'appended', ({ bytes }) =>
      Buffer.concat([bytes, Buffer.alloc(TEN_MIB - bytes.length)]),
    ),
    ...BEFORE.map(([name, does, text]) =>
      hostile(`before-${name}`, `before the file: ${does}`, 'altered', ({ bytes }) =>
        Buffer.concat([latin1(text), bytes]),
      ),
    ),
    hostile('before-too-much', 'before the file: more than 1024 bytes', 'not-pdf', ({ bytes }) =>
      Buffer.concat([Buffer.alloc(1025, 0x20), bytes]),
    ),
    hostile('before-zip', 'inside a stored ZIP, its header within 1024 bytes', 'altered', ({ bytes }) =>
      zip('certificate.pdf', bytes),
    ),
    hostile('before-other-pdf', 'before the file: a small PDF of a letter', 'altered', ({ bytes }) =>
      Buffer.concat([latin1('%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n'), bytes]),
    ),
  ],
}
