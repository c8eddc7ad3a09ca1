import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { explainFile } from '../../src/verification/explain-file.ts'
import { checkIssuedFile } from '../../src/verification/signature-check.ts'
import { trustAnchors } from '../../src/verification/trust.ts'
import { appendRevision, layOut, signedPdf, stream, unsignedPdf } from '../support/signed-pdf.ts'
import { makePki, pemOf } from '../support/test-pki.ts'

const pki = makePki('p-256')
const trust = trustAnchors([pemOf(pki.root)])
const catalog = '<</Type/Catalog/Pages 2 0 R>>'
const pages = '<</Type/Pages/Kids[3 0 R]/Count 1>>'
const page = '<</Type/Page/Parent 2 0 R/Contents 4 0 R>>'

/** A bomb of zeros: 100 MB in 100 KB. */
const bomb = deflateSync(Buffer.alloc(100 << 20))
const nested = '['.repeat(200_000)
const forms = Array.from({ length: 30 }, (_, i) =>
  stream(`/Subtype/Form/Resources<</XObject<</X ${6 + i} 0 R/Y ${6 + i} 0 R>>>>`, Buffer.from('/X Do /Y Do')),
)

const hostile: [string, Buffer][] = [
  ['Pages in a circle', layOut([catalog, '<</Type/Pages/Kids[2 0 R 2 0 R]/Parent 2 0 R>>'])],
  ['a page tree without end', layOut([catalog, '<</Kids[[<</Kids[2 0 R]>>] 2 0 R]>>'])],
  ['a reference to itself', layOut([catalog, '2 0 R'])],
  ['references in a circle', layOut([catalog, '3 0 R', '4 0 R', '2 0 R'])],
  ['a catalog that is a number', layOut(['1', pages, page])],
  ['Length in a circle', layOut([catalog, pages, page, '<</Length 4 0 R>>\nstream\nx\nendstream'])],
  ['a Length that lies', layOut([catalog, pages, page, '<</Length 99999999>>\nstream\nBT ET\nendstream'])],
  ['a negative Length', layOut([catalog, pages, page, '<</Length -5>>\nstream\nBT ET\nendstream'])],
  [
    'Prev in a circle',
    Buffer.from(layOut([catalog, pages, page]).toString('latin1').replace('/Root 1', '/Prev 0/Root 1'), 'latin1'),
  ],
  ['a revision whose Prev is its own', circularPrev()],
  ['a bomb as content', layOut([catalog, pages, page, stream('/Filter/FlateDecode', bomb)])],
  [
    'a cross-reference stream of three million rows',
    (() => {
      const rows = deflateSync(Buffer.alloc(2_900_000))
      const head = Buffer.from(
        `%PDF-1.7\n1 0 obj\n<</Type/XRef/W[0 1 0]/Size 8388607/Root 1 0 R/Filter/FlateDecode/Length ${rows.length}>>\nstream\n`,
      )
      return Buffer.concat([head, rows, Buffer.from('\nendstream\nendobj\nstartxref\n9\n%%EOF\n')])
    })(),
  ],
  ['a bomb in a bomb', layOut([catalog, pages, page, stream('/Filter[/FlateDecode/FlateDecode]', deflateSync(bomb))])],
  [
    'a bomb as XMP',
    layOut([`<</Type/Catalog/Pages 2 0 R/Metadata 4 0 R>>`, pages, page, stream('/Filter/FlateDecode', bomb)]),
  ],
  [
    'a bomb as object stream',
    layOut([catalog, pages, page, stream('/Type/ObjStm/N 9/First 9/Filter/FlateDecode', bomb)]),
  ],
  [
    'filters without end',
    layOut([catalog, pages, page, stream(`/Filter[${'/A85'.repeat(5000)}]`, Buffer.from('z'.repeat(9999)))]),
  ],
  [
    'a predictor of huge columns',
    layOut([
      catalog,
      pages,
      page,
      stream('/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 2000000000>>', deflateSync('abc')),
    ]),
  ],
  ['arrays nested deep', layOut([catalog, nested, page])],
  ['dictionaries nested deep', layOut([catalog, '<</A'.repeat(100_000), page])],
  ['arrays nested deep in a content stream', layOut([catalog, pages, page, stream('', Buffer.from(nested))])],
  ['parentheses without end', layOut([catalog, pages, `(${'('.repeat(500_000)}`])],
  ['a comment without end', Buffer.from(`%PDF-1.7\n1 0 obj\n${'%'.repeat(1_000_000)}`)],
  ['unterminated strings in every object', Buffer.from(`%PDF-1.7\n${'1 0 obj (\n'.repeat(300_000)}`)],
  ['unterminated hexadecimal strings', Buffer.from(`%PDF-1.7\n${'<30'.repeat(2_000_000)}`)],
  ['hexadecimal strings far from their end', Buffer.from(`%PDF-1.7\n${'<30'.repeat(2_000_000)}>`)],
  [
    'a million object headers',
    Buffer.from(`%PDF-1.7\n${Array.from({ length: 500_000 }, (_, i) => `${i} 0 obj\n`).join('')}`),
  ],
  ['a million trailers', Buffer.from(`%PDF-1.7\n${'trailer<<'.repeat(500_000)}`)],
  ['a million ByteRanges', Buffer.from(`%PDF-1.7\n${'/ByteRange[0 9 5000000 9]'.repeat(300_000)}`)],
  [
    'a table of a billion objects',
    Buffer.from('%PDF-1.7\nxref\n0 8000000\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF'),
  ],
  [
    'forms that draw forms, twice each',
    layOut([
      catalog,
      pages,
      '<</Type/Page/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>',
      stream('', Buffer.from('/X Do')),
      ...forms,
    ]),
  ],
  [
    'a form that draws itself',
    layOut([
      catalog,
      pages,
      '<</Type/Page/Contents 4 0 R/Resources<</XObject<</X 4 0 R>>>>>>',
      stream('/Subtype/Form', Buffer.from('/X Do /X Do /X Do')),
    ]),
  ],
  ['ToUnicode ranges without end', manyRanges()],
  [
    'fields in a circle',
    layOut([
      '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]>>>>',
      pages,
      page,
      '<</Kids[4 0 R 4 0 R]/V 4 0 R/FT/Sig/ByteRange 4 0 R/Contents 4 0 R>>',
    ]),
  ],
  [
    'a name tree in a circle',
    layOut([
      '<</Type/Catalog/Pages 2 0 R/Names 4 0 R/AF[4 0 R]>>',
      pages,
      page,
      '<</EmbeddedFiles 4 0 R/Kids[4 0 R]/Names[4 0 R]>>',
    ]),
  ],
  [
    'object streams in one another',
    layOut([
      catalog,
      pages,
      page,
      stream('/Type/ObjStm/N 2/First 8/Extends 5 0 R', Buffer.from('4 0 5 0 (x)')),
      stream('/Type/ObjStm/N 1/First 4', Buffer.from('4 0 (x)')),
    ]),
  ],
]

function circularPrev(): Buffer {
  const base = appendRevision(unsignedPdf(), { 40: 'null' })
  const at = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(base.toString('latin1'))![1]!
  return Buffer.from(base.toString('latin1').replace(/\/Prev \d+/, `/Prev ${at}`), 'latin1')
}

function manyRanges(): Buffer {
  const map = stream('/Filter/FlateDecode', deflateSync('<0000> <ffff> <0041> endbfrange '.repeat(2000)))
  const fonts = Array.from({ length: 200 }, (_, i) => `/F${i} <</Subtype/Type0/ToUnicode 5 0 R>>`).join('')
  const content = Array.from({ length: 200 }, (_, i) => `/F${i} 1 Tf <0001> Tj `).join('')
  const drawn = `<</Type/Page/Contents 4 0 R/Resources<</Font<<${fonts}>>>>>>`
  return layOut([catalog, pages, drawn, stream('', Buffer.from(content)), map])
}

test.each(hostile)(
  '%s ends in a reason, soon, and within bounded memory (pdf.md, Reading files from strangers)',
  (_, bytes) => {
    const before = process.memoryUsage().rss
    const began = performance.now()
    const { reason, checks } = explainFile(bytes, trust)
    expect(performance.now() - began).toBeLessThan(4000)
    expect(process.memoryUsage().rss - before).toBeLessThan(400 << 20)
    expect(['damaged', 'unknown', 'resaved', 'foreign-signature', 'altered']).toContain(reason)
    expect(checks.length).toBeGreaterThan(0)
    expect(checkIssuedFile(bytes, trust).sound).toBe(false)
  },
)

test('behind a file of ours the same are appended, or too much; never anything better', () => {
  const ours = signedPdf(pki)
  for (const [, bytes] of hostile)
    expect(['appended', 'damaged']).toContain(explainFile(Buffer.concat([ours, bytes]), trust).reason)
})

test('random bytes, random bytes after a header, and shuffled pieces of real files end in failure without throwing', () => {
  const real = [signedPdf(pki), signedPdf(pki, { xref: 'stream' }), unsignedPdf()]
  const piece = fc
    .tuple(fc.constantFrom(...real), fc.nat(10_000), fc.nat(3000))
    .map(([b, at, n]) => b.subarray(at, at + n))
  const pieces = fc.array(fc.oneof(piece, fc.uint8Array({ maxLength: 200 })), { maxLength: 8 })
  fc.assert(
    fc.property(fc.boolean(), pieces, (header, parts) => {
      const bytes = Buffer.concat([Buffer.from(header ? '%PDF-1.7\n' : ''), ...parts])
      expect(explainFile(bytes, trust).reason).not.toBe('not-registered')
      expect(checkIssuedFile(bytes, trust).sound).toBe(false)
    }),
    { numRuns: 400 },
  )
})

test('a limit that is exceeded is told', () => {
  const { reason, checks } = explainFile(hostile[10]![1], trust)
  expect(reason).toBe('damaged')
  expect(checks.at(-1)).toMatchObject({ name: 'limits', passed: false })
})

test('depth is limited by count, not by the stack', () => {
  const [structure] = checkIssuedFile(layOut([nested]), trust).checks.slice(-1)
  expect(structure).toMatchObject({ name: 'structure', passed: false, detail: 'nested too deep' })
})
