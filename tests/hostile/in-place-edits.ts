import { latin1, overwritten, writtenAt } from './edit-pdf.ts'
import { type Base, type Family, type HostileFile, hostile } from './hostile-file.ts'

/** In place: nothing moves, so the signature stands where it says, and what it covers has changed. */
const IN_PLACE: readonly (readonly [name: string, does: string, from: string, to: string])[] = [
  ['version', 'another version in the header', '%PDF-1.7', '%PDF-9.9'],
  ['root-missing', 'no Root in the trailer', '/Root ', '/Roos '],
  ['root-elsewhere', 'Root leads to the pages', '/Root 3 0 R', '/Root 1 0 R'],
  ['root-in-range-of-none', 'Root leads to an object that is missing', '/Root 3 0 R', '/Root 0 0 R'],
  ['catalog-type', 'the catalog is none', '/Type /Catalog', '/Type /Cbtalog'],
  ['catalog-pages', 'the catalog has no pages', '/Pages 1 0 R', '/Pagez 1 0 R'],
  ['pages-in-circle', 'the pages lead to themselves', '/Kids [10 0 R]', '/Kids [1 0 R] '],
  ['kids-negative', 'the page is of a negative number', '/Kids [10 0 R]', '/Kids [-1 0 R]'],
  ['count-huge', 'a huge number of pages', '/Count 1', '/Count 9'],
  ['form-missing', 'the form hidden', '/AcroForm', '/BcroForm'],
  ['certification-missing', 'the certification hidden', '/DocMDP', '/DocMDQ'],
  ['permission', 'changes permitted: P 2', '/P 1/V/1.2', '/P 2/V/1.2'],
  ['signing-date', 'another date of signing', '/M(D:2026', '/M(D:2025'],
  ['sub-filter', 'another SubFilter', '/ETSI.CAdES', '/ETSI.CAdEZ'],
  ['field-type', 'the field is of another type', '/FT/Sig', '/FT/Btn'],
  ['field-value', 'the field has no value', '/F 132/V ', '/F 132/W '],
  ['metadata-stream', 'the XMP hidden', '/Metadata ', '/Metadatb '],
  ['stream-length', 'a Length that lies', '/Subtype/XML/Length 2', '/Subtype/XML/Length 9'],
  ['object-number', 'an object under another number', '\n10 0 obj', '\n11 0 obj'],
  ['object-keyword', 'an object whose keyword is misspelt', '\n10 0 obj', '\n10 0 obk'],
  ['endobj', 'an object that does not end', 'endobj\nxref', 'endobk\nxref'],
  ['xref-keyword', 'the cross-reference table misspelt', '\nxref\n0', '\nxreg\n0'],
  ['xref-count', 'a table of a million rows', '\nxref\n0 ', '\nxref\n9 '],
  ['xref-free', 'an object marked as free', ' 00000 n \n', ' 00000 f \n'],
  ['xref-generation', 'an object of another generation', ' 00000 n \n', ' 00009 n \n'],
  ['trailer-keyword', 'the trailer misspelt', '\ntrailer\n', '\ntrailes\n'],
  ['startxref-keyword', 'startxref misspelt', '\nstartxref\n', '\nstartxreg\n'],
  ['eof', '%%EOF misspelt', '%%EOF', '%%EOG'],
  ['identity', 'another file identifier', '/ID[<', '/IE[<'],
  ['text', 'another character in the data', 'A123456707', 'A123456708'],
]

const others: readonly HostileFile[] = [
  hostile('in-place-xref-zeros', 'all offsets are zero', 'altered', ({ bytes, parts }) => {
    const rows = bytes.toString('latin1', parts.xref, parts.trailer).replace(/\d{10} 00000 n/g, '0000000000 00000 n')
    return writtenAt(bytes, parts.xref, rows)
  }),
  hostile('in-place-xref-all-the-same', 'all offsets lead to one object', 'altered', ({ bytes, parts }) => {
    const rows = bytes.toString('latin1', parts.xref, parts.trailer).replace(/\d{10} 00000 n/g, '0000000015 00000 n')
    return writtenAt(bytes, parts.xref, rows)
  }),
  hostile('in-place-xref-outside', 'all offsets lie outside the file', 'altered', ({ bytes, parts }) => {
    const rows = bytes.toString('latin1', parts.xref, parts.trailer).replace(/\d{10} 00000 n/g, '9999999999 00000 n')
    return writtenAt(bytes, parts.xref, rows)
  }),
  hostile('in-place-startxref-zero', 'startxref of 0', 'altered', (base) => withStartxref(base, '0')),
  hostile('in-place-startxref-outside', 'startxref outside the file', 'altered', (base) =>
    withStartxref(base, '99999'),
  ),
  hostile('in-place-startxref-letters', 'startxref that is no number', 'altered', (base) =>
    withStartxref(base, 'abcde'),
  ),
  hostile('in-place-prev-in-circle', 'the trailer leads to itself', 'altered', ({ bytes, parts }) =>
    overwritten(
      bytes,
      bytes.toString('latin1', parts.trailer + 8, parts.startxref - 1),
      `<</Size 70/Root 3 0 R/Prev ${parts.xref}>>`,
    ),
  ),
  hostile('in-place-encrypt', 'the trailer says that the file is encrypted', 'encrypted', ({ bytes, parts }) =>
    overwritten(
      bytes,
      bytes.toString('latin1', parts.trailer + 8, parts.startxref - 1),
      '<</Size 70/Root 3 0 R/Encrypt<</Filter/Standard>>>>',
    ),
  ),
  hostile('line-ends-of-windows', 'sent as text: every LF became CR LF', 'resaved', ({ bytes }) =>
    latin1(bytes.toString('latin1').replaceAll('\n', '\r\n')),
  ),
  hostile('seven-bits', 'sent as text: the eighth bit is gone', 'altered', ({ bytes }) =>
    Buffer.from(bytes.map((byte) => byte & 0x7f)),
  ),
  hostile('as-utf-8', 'opened and saved in a text editor: Latin-1 became UTF-8', 'altered', ({ bytes }) =>
    Buffer.from(bytes.toString('latin1'), 'utf8'),
  ),
  hostile(
    'replacement-characters',
    'opened and saved in a text editor: no UTF-8, so characters were lost',
    'altered',
    ({ bytes }) => Buffer.from(bytes.toString('utf8'), 'utf8'),
  ),
]

function withStartxref({ bytes, parts }: Base, number: string): Buffer {
  return overwritten(bytes, bytes.toString('latin1', parts.startxref + 10, parts.eof - 1), number)
}

export const inPlaceEdits: Family = {
  title: 'Changed in place, or by transport',
  files: [
    ...IN_PLACE.map(([name, does, from, to]) =>
      hostile(`in-place-${name}`, does, 'altered', ({ bytes }) =>
        writtenAt(bytes, bytes.lastIndexOf(from, undefined, 'latin1'), to),
      ),
    ),
    ...others,
  ],
}
