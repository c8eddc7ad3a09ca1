import { deflateSync } from 'node:zlib'
import type { Reason } from '../../src/verification/verification-result.ts'
import { inserted, latin1, type Objects, objectWith, rebuilt, replaced, unsigned } from './edit-pdf.ts'
import { type Base, type Family, hostile } from './hostile-file.ts'
import { objectsOf } from './pdf-parts.ts'
import { stream } from './resign-pdf.ts'

/** Written anew without the signature: what remains to tell are our marks. */
type Rewriting = readonly [name: string, does: string, reason: Reason, make: (base: Base) => Buffer]
const change = (base: Base, number: number, from: string, to: string): Objects => ({
  [number]: objectWith(base, number, from, to),
})

const REWRITTEN: readonly Rewriting[] = [
  ['with-stale-signature', 'with the signature as it was', 'resaved', (b) => rebuilt(b)],
  [
    'another-name',
    'another text in the drawing',
    'resaved',
    (b) => unsigned(b, { [b.parts.content]: stream('', 'BT (FORGED) Tj ET') }),
  ],
  [
    'pages-in-circle',
    'the pages lead to themselves',
    'damaged',
    (b) => unsigned(b, { 1: '<</Type/Pages/Kids[1 0 R]>>' }),
  ],
  ['pages-missing', 'without pages', 'damaged', (b) => unsigned(b, { 1: null })],
  ['catalog-missing', 'without catalog', 'damaged', (b) => unsigned(b, { [b.parts.root]: null })],
  [
    'catalog-in-circle',
    'the catalog is a reference to itself',
    'damaged',
    (b) => unsigned(b, { [b.parts.root]: `${b.parts.root} 0 R` }),
  ],
  [
    'catalog-is-a-stream',
    'the catalog is a stream',
    'damaged',
    (b) => unsigned(b, { [b.parts.root]: stream('/Type/Catalog/Pages 1 0 R', '') }),
  ],
  [
    'references-in-circle',
    'the drawing is references in a circle',
    'resaved',
    (b) => unsigned(b, { [b.parts.content]: '120 0 R', 120: `${b.parts.content} 0 R` }),
  ],
  [
    'length-in-circle',
    'a Length that is its own stream',
    'resaved',
    (b) => unsigned(b, { [b.parts.content]: `<</Length ${b.parts.content} 0 R>>\nstream\nx\nendstream` }),
  ],
  [
    'length-lies',
    'a Length that lies',
    'resaved',
    (b) => unsigned(b, { [b.parts.content]: '<</Length 99999999>>\nstream\nBT ET\nendstream' }),
  ],
  [
    'length-negative',
    'a negative Length',
    'resaved',
    (b) => unsigned(b, { [b.parts.content]: '<</Length -5>>\nstream\nBT ET\nendstream' }),
  ],
  [
    'filter-unknown',
    'a filter that does not exist',
    'resaved',
    (b) => unsigned(b, { [b.parts.content]: stream('/Filter/NoSuchDecode', 'x') }),
  ],
  [
    'filter-broken',
    'a stream that does not unpack',
    'resaved',
    (b) => unsigned(b, { [b.parts.content]: stream('/Filter/FlateDecode', 'not deflated') }),
  ],
  [
    'metadata-in-circle',
    'the XMP leads to itself',
    'resaved',
    (b) => unsigned(b, { [b.parts.metadata]: `${b.parts.metadata} 0 R` }),
  ],
  [
    'names-in-circle',
    'the name tree leads to itself',
    'resaved',
    (b) => unsigned(b, { 2: '<</EmbeddedFiles 2 0 R/Kids[2 0 R]/Names[2 0 R]>>' }),
  ],
  [
    'fields-in-circle',
    'form fields in a circle',
    'resaved',
    (b) =>
      unsigned(b, {
        ...change(b, b.parts.root, `/Fields [${b.parts.field} 0 R]`, '/Fields [120 0 R]'),
        120: '<</Kids[120 0 R 120 0 R]/V 120 0 R/FT/Sig/ByteRange 120 0 R/Contents 120 0 R>>',
      }),
  ],
  [
    'annotations-in-circle',
    'annotations that are the page',
    'resaved',
    (b) =>
      unsigned(
        b,
        change(
          b,
          b.parts.page,
          `/Annots [${b.parts.field} 0 R]`,
          `/Annots [${b.parts.page} 0 R]/A ${b.parts.page} 0 R`,
        ),
      ),
  ],
  [
    'forms-in-circle',
    'a drawing that draws itself',
    'resaved',
    (b) =>
      unsigned(b, {
        [b.parts.content]: stream('/Subtype/Form', '/F0 Do /F1 Do'),
        16: stream('/Subtype/Form/Resources<</XObject<</F0 16 0 R/F1 16 0 R>>>>', '/F0 Do /F1 Do'),
      }),
  ],
  [
    'preview',
    'the mark of a preview',
    'preview',
    (b) =>
      unsigned(b, {
        [b.parts.metadata]: stream('', '<r:D xmlns:d="https://dcert.moe.gov.tw/ns/1.0/" d:kind="preview"/>'),
      }),
  ],
  [
    'empty-signature',
    'with a signature field that nobody signed',
    'resaved',
    (b) => rebuilt(b, { [b.parts.signature]: 'null' }),
  ],
  [
    'signature-in-object-stream',
    'with the signature in an object stream',
    'resaved',
    (b) => {
      const value = objectsOf(b.bytes).get(b.parts.signature)!
      const head = `${b.parts.signature} 0 `
      return rebuilt(b, {
        [b.parts.signature]: null,
        120: stream(`/Type/ObjStm/N 1/First ${head.length}`, head + value),
      })
    },
  ],
  [
    'object-streams-in-circle',
    'object streams in one another',
    'resaved',
    (b) =>
      unsigned(b, {
        120: stream('/Type/ObjStm/N 2/First 10/Extends 121 0 R', '120 0 121 0 (x)'),
        121: stream('/Type/ObjStm/N 1/First 6', '120 0 (x)'),
      }),
  ],
  [
    'every-object-twice',
    'every object once more behind, with other content, which the table does not lead to',
    'resaved',
    everyObjectTwice,
  ],
  [
    'keys-twice',
    'every key of the catalog twice',
    'resaved',
    (b) =>
      unsigned(b, {
        [b.parts.root]: objectWith(b, b.parts.root, '/Type /Catalog', '/Type /Catalog /Metadata 1 0 R /Names 1 0 R'),
      }),
  ],
  [
    'names-escaped',
    'names written with escapes',
    'resaved',
    (b) => unsigned(b, { [b.parts.root]: objectWith(b, b.parts.root, '/Type /Catalog', '/T#79pe /C#61talog') }),
  ],
  [
    'comments-everywhere',
    'comments between all words',
    'resaved',
    (b) => unsigned(b, { 1: '<<%x\n/Type%>>\n/Pages%endobj\n/Kids%]\n[10%\r0%\nR]%>>\n/Count 1>>' }),
  ],
  ['cross-reference-stream', 'with a cross-reference stream', 'resaved', crossReferenceStream],
  [
    'cross-reference-stream-broken',
    'with a cross-reference stream that does not unpack',
    'resaved',
    (b) => replaced(crossReferenceStream(b), '/W[1 4 0]', '/W[0 0 0]'),
  ],
  ['table-missing', 'without any cross-references', 'damaged', (b) => withoutTable(b)],
  [
    'table-missing-end-there',
    'without any cross-references, but with %%EOF',
    'resaved',
    (b) => Buffer.concat([withoutTable(b), latin1('%%EOF\n')]),
  ],
  [
    'header-only-late',
    'the header at the last place where it may be',
    'resaved',
    (b) => Buffer.concat([Buffer.alloc(1023, 0x0a), unsigned(b)]),
  ],
]

function everyObjectTwice(base: Base): Buffer {
  const numbers = [...objectsOf(base.bytes).keys()]
  const forged = latin1(numbers.map((number) => `${number} 0 obj\n<</Forged true>>\nendobj\n`).join(''))
  const bytes = unsigned(base)
  const table = bytes.lastIndexOf('\nxref\n') + 1
  const moved = replaced(bytes, `startxref\n${table}\n`, `startxref\n${table + forged.length}\n`)
  return inserted(moved, table, forged)
}

function withoutTable(base: Base): Buffer {
  const bytes = unsigned(base)
  return bytes.subarray(0, bytes.lastIndexOf('\nxref\n') + 1)
}

function crossReferenceStream(base: Base): Buffer {
  const bytes = unsigned(base)
  const table = bytes.lastIndexOf('\nxref\n') + 1
  const text = bytes.toString('latin1', table)
  const rows: number[] = []
  const index: number[] = []
  for (const [, number, offset] of text.matchAll(/(\d+) 1\n(\d{10}) 00000 n/g)) {
    index.push(Number(number), 1)
    rows.push(1, ...[24, 16, 8, 0].map((shift) => (Number(offset) >> shift) & 255))
  }
  const dict = `/Type/XRef/Size 200/Root ${base.parts.root} 0 R/W[1 4 0]/Index[${index.join(' ')}]/Filter/FlateDecode`
  const object = `199 0 obj\n${stream(dict, deflateSync(Buffer.from(rows)))}\nendobj\nstartxref\n${table}\n%%EOF\n`
  return Buffer.concat([bytes.subarray(0, table), latin1(object)])
}

export const rewritings: Family = {
  title: 'Written anew: circles, object streams, what readers disagree about',
  files: REWRITTEN.map(([name, does, reason, make]) =>
    hostile(`rewritten-${name}`, `written anew, ${does}`, reason, make),
  ),
}
