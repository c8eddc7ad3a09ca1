import { deflateSync } from 'node:zlib'
import type { Reason } from '../../src/verification/verification-result.ts'
import { appendRevision, layOut, unsignedPdf } from '../support/signed-pdf.ts'
import { latin1, type Objects, objectWith, unsigned } from './edit-pdf.ts'
import { type Base, type Family, hostile } from './hostile-file.ts'
import { stream } from './resign-pdf.ts'

const CATALOG = '<</Type/Catalog/Pages 2 0 R>>'
const PAGES = '<</Type/Pages/Kids[3 0 R]/Count 1>>'
const PAGE = '<</Type/Page/Parent 2 0 R/Contents 4 0 R>>'

/** Large things are made once. */
function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}

/** 100 MB of zeros in 100 KB, and 1 GB in a few hundred bytes more when packed again. */
const zeros = once(() => deflateSync(Buffer.alloc(100 << 20)))
const nested = '['.repeat(200_000)
const flate = (data: Buffer, more = ''): string => stream(`${more}/Filter/FlateDecode`, data)
const headed = (text: string): Buffer => latin1(`%PDF-1.7\n${text}`)

/** Small files that want much: each is read alone and behind a whole certificate. */
type Bomb = readonly [name: string, does: string, reason: Reason, make: () => Buffer]
const BOMBS: readonly Bomb[] = [
  [
    'pages-without-end',
    'a tree of pages without end',
    'damaged',
    () => layOut([CATALOG, '<</Kids[[<</Kids[2 0 R]>>] 2 0 R]>>']),
  ],
  ['reference-to-itself', 'a reference to itself', 'damaged', () => layOut([CATALOG, '2 0 R'])],
  ['references-in-circle', 'references in a circle', 'damaged', () => layOut([CATALOG, '3 0 R', '4 0 R', '2 0 R'])],
  [
    'prev-in-circle',
    'a trailer whose Prev is its own',
    'unknown',
    () => circularPrev(unsignedPdf({ kind: null, attachment: false })),
  ],
  [
    'zeros-as-content',
    '100 MB of zeros as the drawing, packed',
    'damaged',
    () => layOut([CATALOG, PAGES, PAGE, flate(zeros())]),
  ],
  [
    'zeros-packed-twice',
    '100 MB of zeros packed twice',
    'damaged',
    () => layOut([CATALOG, PAGES, PAGE, stream('/Filter[/FlateDecode/FlateDecode]', deflateSync(zeros()))]),
  ],
  [
    'zeros-as-metadata',
    '100 MB of zeros as XMP',
    'damaged',
    () => layOut(['<</Type/Catalog/Pages 2 0 R/Metadata 4 0 R>>', PAGES, PAGE, flate(zeros())]),
  ],
  [
    'zeros-as-object-stream',
    '100 MB of zeros as an object stream',
    'damaged',
    () => layOut([CATALOG, PAGES, PAGE, flate(zeros(), '/Type/ObjStm/N 9/First 9')]),
  ],
  ['zeros-many-times', 'twenty streams of 15 MB of zeros each', 'damaged', manyStreams],
  ['rows-three-million', 'a cross-reference stream of three million rows', 'damaged', millionRows],
  [
    'rows-announced',
    'a table that announces eight million rows',
    'damaged',
    () => headed('xref\n0 8000000\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF'),
  ],
  [
    'filters-five-thousand',
    'five thousand filters',
    'damaged',
    () => layOut([CATALOG, PAGES, PAGE, stream(`/Filter[${'/A85'.repeat(5000)}]`, 'z'.repeat(9999))]),
  ],
  [
    'ascii85-expands',
    'ASCII85 of a million zeros, five times',
    'damaged',
    () => layOut([CATALOG, PAGES, PAGE, ...[1].map(() => stream('/Filter[/A85/A85/A85/A85]', 'z'.repeat(4_000_000)))]),
  ],
  [
    'predictor-columns',
    'a predictor of two billion columns',
    'damaged',
    () =>
      layOut([
        CATALOG,
        PAGES,
        PAGE,
        flate(deflateSync(Buffer.from('abc')), '/DecodeParms<</Predictor 15/Columns 2000000000>>'),
      ]),
  ],
  ['arrays-nested', 'arrays nested 200,000 deep', 'damaged', () => layOut([CATALOG, nested, PAGE])],
  [
    'dictionaries-nested',
    'dictionaries nested 100,000 deep',
    'damaged',
    () => layOut([CATALOG, '<</A'.repeat(100_000), PAGE]),
  ],
  [
    'arrays-nested-in-content',
    'arrays nested in the drawing',
    'damaged',
    () => layOut([CATALOG, PAGES, PAGE, stream('', nested)]),
  ],
  [
    'parentheses-nested',
    'a string of half a million parentheses',
    'damaged',
    () => layOut([CATALOG, PAGES, `(${'('.repeat(500_000)}`]),
  ],
  ['comment-without-end', 'a comment of a million bytes', 'damaged', () => headed(`1 0 obj\n${'%'.repeat(1_000_000)}`)],
  ['strings-not-closed', '300,000 strings that do not end', 'damaged', () => headed('1 0 obj (\n'.repeat(300_000))],
  [
    'hexadecimal-not-closed',
    'two million hexadecimal strings that do not end',
    'damaged',
    () => headed('<30'.repeat(2_000_000)),
  ],
  [
    'hexadecimal-closed-late',
    'two million hexadecimal strings that end together',
    'damaged',
    () => headed(`${'<30'.repeat(2_000_000)}>`),
  ],
  [
    'objects-half-a-million',
    'half a million objects',
    'damaged',
    () => headed(Array.from({ length: 500_000 }, (_, i) => `${i} 0 obj\n`).join('')),
  ],
  ['trailers-half-a-million', 'half a million trailers', 'damaged', () => headed('trailer<<'.repeat(500_000))],
  [
    'byte-ranges-300-thousand',
    '300,000 ByteRanges',
    'damaged',
    () => headed('/ByteRange[0 9 5000000 9]'.repeat(300_000)),
  ],
  [
    'byte-ranges-wide',
    '64 ByteRanges, each over ten megabytes of digits',
    'damaged',
    () => headed('/ByteRange[0 2000 9000000 9]'.repeat(64) + 'a'.repeat(9_500_000)),
  ],
  ['signatures-sixty-four', '64 signatures over nine megabytes each', 'damaged', manySignatures],
  ['forms-draw-forms', 'forms that draw forms, twice each, 30 deep', 'unknown', formsOfForms],
  [
    'forms-many',
    'a drawing that draws one form 200,000 times',
    'damaged',
    () =>
      layOut([
        CATALOG,
        PAGES,
        '<</Type/Page/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>',
        stream('', '/X Do '.repeat(200_000)),
        stream('/Subtype/Form', '0 0 m '.repeat(2000)),
      ]),
  ],
  ['unicode-ranges', 'ToUnicode maps of 2,000 full ranges', 'damaged', manyRanges],
  [
    'kids-thousands',
    'a tree of pages of a hundred thousand branches',
    'damaged',
    () => layOut([CATALOG, `<</Type/Pages/Kids[${'2 0 R '.repeat(100_000)}]>>`]),
  ],
  ['object-stream-million', 'an object stream of a million objects', 'damaged', objectStream],
  [
    'name-of-a-megabyte',
    'a name of a million characters',
    'damaged',
    () => layOut([CATALOG, `<</${'a'.repeat(1_000_000)} 1>>`]),
  ],
  ['number-of-a-megabyte', 'a number of a million digits', 'damaged', () => layOut([CATALOG, '9'.repeat(1_000_000)])],
  ['xmp-prefixes', 'XMP that names our namespace 50,000 times', 'resaved', xmpPrefixes],
]

function circularPrev(pdf: Buffer): Buffer {
  const base = appendRevision(pdf, { 40: 'null' })
  const at = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(base.toString('latin1'))![1]!
  return latin1(base.toString('latin1').replace(/\/Prev \d+/, `/Prev ${at}`))
}

function manyStreams(): Buffer {
  const packed = deflateSync(Buffer.alloc(15 << 20))
  const contents = Array.from({ length: 20 }, (_, i) => `${4 + i} 0 R`).join(' ')
  return layOut([
    CATALOG,
    PAGES,
    `<</Type/Page/Contents[${contents}]>>`,
    ...Array.from({ length: 20 }, () => flate(packed)),
  ])
}

function millionRows(): Buffer {
  const rows = deflateSync(Buffer.alloc(2_900_000))
  const dict = `/Type/XRef/W[0 1 0]/Size 8388607/Root 1 0 R/Filter/FlateDecode/Length ${rows.length}`
  return Buffer.concat([
    headed(`1 0 obj\n<<${dict}>>\nstream\n`),
    rows,
    latin1('\nendstream\nendobj\nstartxref\n9\n%%EOF\n'),
  ])
}

/** Each says that it covers all of the file and is a CMS, so that each might be digested. */
function manySignatures(): Buffer {
  const one = `/ByteRange[0 100 9000000 9]/Contents<3082${'06092a864886f70d010702'}${'ab'.repeat(4000)}>\n`
  return headed(`${one.repeat(64)}${' '.repeat(8_500_000)}`)
}

function formsOfForms(): Buffer {
  const drawn = '<</Type/Page/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>'
  const forms = Array.from({ length: 30 }, (_, i) =>
    stream(`/Subtype/Form/Resources<</XObject<</X ${6 + i} 0 R/Y ${6 + i} 0 R>>>>`, '/X Do /Y Do'),
  )
  return layOut([CATALOG, PAGES, drawn, stream('', '/X Do'), ...forms])
}

function manyRanges(): Buffer {
  const map = flate(deflateSync(Buffer.from('<0000> <ffff> <0041> endbfrange '.repeat(2000))))
  const fonts = Array.from({ length: 200 }, (_, i) => `/F${i} <</Subtype/Type0/ToUnicode 5 0 R>>`).join('')
  const content = Array.from({ length: 200 }, (_, i) => `/F${i} 1 Tf <0001> Tj `).join('')
  return layOut([
    CATALOG,
    PAGES,
    `<</Type/Page/Contents 4 0 R/Resources<</Font<<${fonts}>>>>>>`,
    stream('', content),
    map,
  ])
}

function objectStream(): Buffer {
  const packed = deflateSync(Buffer.from('7 0 '.repeat(1_000_000)))
  const container = flate(packed, '/Type/ObjStm/N 1000000/First 4000000')
  return headed(`1 0 obj\n${CATALOG}\nendobj\n4 0 obj\n${container}\nendobj\ntrailer<</Root 7 0 R>>\n%%EOF\n`)
}

function xmpPrefixes(): Buffer {
  const packet = '<x xmlns:d="https://dcert.moe.gov.tw/ns/1.0/" '.repeat(50_000)
  return layOut([CATALOG.replace('>>', '/Metadata 4 0 R>>'), PAGES, PAGE, stream('', packet)])
}

/** What a bomb makes of the certificate that it is put into; its signature is taken away, its marks stay. */
type Loaded = readonly [name: string, does: string, reason: Reason, objects: (base: Base) => Objects]
const LOADED: readonly Loaded[] = [
  ['zeros-as-drawing', '100 MB of zeros as its drawing', 'resaved', (b) => ({ [b.parts.content]: flate(zeros()) })],
  ['zeros-as-metadata', '100 MB of zeros as its XMP', 'damaged', (b) => ({ [b.parts.metadata]: flate(zeros()) })],
  ['arrays-as-catalog', 'its catalog nested 200,000 deep', 'damaged', (b) => ({ [b.parts.root]: `<</A ${nested}` })],
  ['arrays-as-metadata', 'its XMP nested 200,000 deep', 'damaged', (b) => ({ [b.parts.metadata]: nested })],
  [
    'pages-many',
    'a hundred thousand pages',
    'resaved',
    (b) => ({ 1: `<</Type/Pages/Kids[${`${b.parts.page} 0 R `.repeat(100_000)}]>>` }),
  ],
  [
    'forms-many',
    'its drawing draws a form 200,000 times',
    'resaved',
    (b) => ({ [b.parts.content]: stream('', '/F0 Do '.repeat(200_000)) }),
  ],
  [
    'annotations-many',
    'a hundred thousand annotations',
    'resaved',
    (b) => ({
      [b.parts.page]: objectWith(
        b,
        b.parts.page,
        `/Annots [${b.parts.field} 0 R]`,
        `/Annots [${'120 0 R '.repeat(100_000)}]`,
      ),
      120: '<</Subtype/Link/A<</S/URI/URI(x)>>>>',
    }),
  ],
]

export const bombs: Family = {
  title: 'Bombs: small files that want much',
  files: [
    ...BOMBS.map(([name, does, reason, make]) => hostile(`bomb-${name}`, does, reason, make)),
    ...BOMBS.map(([name, does, , make]) =>
      hostile(`behind-bomb-${name}`, `behind the certificate: ${does}`, 'appended', ({ bytes }) =>
        Buffer.concat([bytes, make()]),
      ),
    ),
    ...LOADED.map(([name, does, reason, objects]) =>
      hostile(`loaded-${name}`, `the certificate written anew, ${does}`, reason, (base) =>
        unsigned(base, objects(base)),
      ),
    ),
  ],
}
