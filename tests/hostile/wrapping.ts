import { deflateSync } from 'node:zlib'
import { inserted, latin1, revised, unsigned, withByteRange, withContents, without, writtenAt } from './edit-pdf.ts'
import { type Base, type Family, hostile } from './hostile-file.ts'
import { objectsOf } from './pdf-parts.ts'
import { stream } from './resign-pdf.ts'

const FORGED = latin1('\n120 0 obj\n<</Type/Catalog/Pages 121 0 R>>\nendobj\n')
const digits = (base: Base): string =>
  base.bytes.toString('latin1', base.parts.contents.start + 1, base.parts.contents.end - 1)
const end = (base: Base): string => base.bytes.toString('latin1', base.parts.contents.end)

/** Room between the two signed parts that is not covered any more: the second part moved back (signature wrapping). */
function wrapped(base: Base, range: (moved: number, rest: number) => string): Buffer {
  const { bytes, parts } = base
  const junk = Buffer.concat([FORGED, Buffer.alloc(3000, 0x20)])
  const moved = parts.contents.end + junk.length
  const file = Buffer.concat([bytes.subarray(0, parts.contents.end), junk, bytes.subarray(parts.contents.end)])
  return withByteRange({ ...base, bytes: file }, range(moved, bytes.length - parts.contents.end))
}

const EMBEDDED = '/Type/EmbeddedFile/Subtype/application#2Fpdf'

/** Another document, with the certificate as its only embedded file (ISO 32000-2, 12.3.5). */
function portfolio(base: Base, embedded: string): Buffer {
  const objects = [
    '<</Type/Catalog/Pages 2 0 R/Collection<</Type/Collection/View/D>>/Names<</EmbeddedFiles<</Names[(c) 4 0 R]>>>>>>',
    '<</Type/Pages/Count 1/Kids[3 0 R]>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>',
    `<</Type/Filespec/F(${base.name}.pdf)/EF<</F 5 0 R>>>>`,
    embedded,
  ]
  return revised(latin1('%PDF-1.7\n'), {
    objects: Object.fromEntries(objects.map((value, i) => [i + 1, value])),
    prev: null,
  })
}

/** What stands in the room of Contents, which ByteRange leaves out. */
const IN_CONTENTS: readonly (readonly [name: string, does: string, text: (base: Base) => string])[] = [
  ['upper-case', 'its digits in upper case', (b) => digits(b).toUpperCase()],
  ['mixed-case', 'one digit in upper case', (b) => digits(b).replace(/[a-f]/, (digit) => digit.toUpperCase())],
  ['white-space', 'a space between its digits', (b) => `${digits(b).slice(0, 100)} ${digits(b).slice(100, -1)}`],
  [
    'end-of-line',
    'an end of line between its digits',
    (b) => `${digits(b).slice(0, 101)}\n${digits(b).slice(101, -1)}`,
  ],
  ['not-hexadecimal', 'a letter that is no digit', (b) => `${digits(b).slice(0, -5)}zzzzz`],
  ['padding-not-zero', 'something in the zeros behind the CMS', (b) => `${digits(b).slice(0, -2)}01`],
  ['padding-filled', 'a text in the zeros behind the CMS', (b) => `${digits(b).slice(0, -400)}${'4f'.repeat(200)}`],
  [
    'closed-early',
    'closed behind the CMS, objects in the room that is left',
    (b) => {
      const cms = digits(b).slice(0, b.parts.cmsDigits)
      return `${cms}>>>${FORGED.toString('latin1')}`.padEnd(digits(b).length)
    },
  ],
  [
    'closed-by-brackets',
    'closed behind the CMS, a dictionary key in the room that is left',
    (b) => {
      const cms = digits(b).slice(0, b.parts.cmsDigits)
      return `${cms}>/Name(FORGED)/X<`.padEnd(digits(b).length, '0')
    },
  ],
  [
    'second-cms',
    'a second CMS behind the first',
    (b) => {
      const cms = digits(b).slice(0, b.parts.cmsDigits)
      return cms.length * 2 > digits(b).length
        ? digits(b).slice(0, -200) + cms.slice(0, 200)
        : (cms + cms).padEnd(digits(b).length, '0')
    },
  ],
  ['odd-digits', 'one digit less, filled with a space', (b) => `${digits(b).slice(0, -1)} `],
]

export const wrapping: Family = {
  title: 'Contents moved or written otherwise, signature wrapping',
  files: [
    hostile(
      'wrapping-second-part-moved',
      'objects between the two covered parts; ByteRange leads to the second',
      'altered',
      (base) => wrapped(base, (moved, rest) => `[0 ${base.parts.contents.start} ${moved} ${rest}]`),
    ),
    hostile('wrapping-range-kept', 'objects between the two covered parts; ByteRange as it was', 'altered', (base) =>
      wrapped(base, (_, rest) => `[0 ${base.parts.contents.start} ${base.parts.contents.end} ${rest}]`),
    ),
    hostile('wrapping-two-ranges', 'objects between the parts, and a second ByteRange', 'altered', (base) =>
      wrapped(base, (moved, rest) => `[0 1 2 3]/ByteRange[0 9 ${moved} ${rest}]`),
    ),
    hostile('wrapping-to-the-end', 'the signed end of the file moved behind other objects', 'altered', (base) => {
      const head = base.bytes.subarray(0, base.parts.contents.end)
      return Buffer.concat([head, latin1('>>\nendobj\n'), FORGED, Buffer.alloc(5000, 0x0a), latin1(end(base))])
    }),
    hostile('wrapping-copy-in-stream', 'the whole certificate as a stream of another file', 'altered', (base) => {
      const inner = `<</Length ${base.bytes.length}>>\nstream\n${base.bytes.toString('latin1')}\nendstream`
      return unsigned(base, { 120: inner })
    }),
    hostile('portfolio-of-certificate', 'a portfolio in which the whole certificate lies', 'altered', (base) =>
      portfolio(base, stream(EMBEDDED, base.bytes)),
    ),
    hostile(
      'portfolio-of-packed-certificate',
      'a portfolio in which the whole certificate lies compressed: nothing of ours can be seen',
      'unknown',
      (base) => portfolio(base, stream(`${EMBEDDED}/Filter/FlateDecode`, deflateSync(base.bytes))),
    ),
    hostile('contents-moved', 'Contents in an object of its own at the end of the file', 'appended', (base) => {
      const object = `\n120 0 obj\n<${digits(base)}>\nendobj\n`
      return Buffer.concat([base.bytes, latin1(object)])
    }),
    hostile(
      'contents-moved-reference',
      'Contents an object of its own, and a reference in its place',
      'altered',
      (base) => {
        const gap = base.parts.contents
        const reference = ' 120 0 R'.padEnd(gap.end - gap.start)
        return Buffer.concat([
          writtenAt(base.bytes, gap.start, reference),
          latin1(`\n120 0 obj\n<${digits(base)}>\nendobj\n`),
        ])
      },
    ),
    hostile('contents-literal', 'Contents as a literal string', 'altered', (base) => {
      const literal = Buffer.from(digits(base).slice(0, base.parts.cmsDigits), 'hex').toString('latin1')
      const escaped = literal.replace(/[\\()]/g, (character) => `\\${character}`)
      const gap = base.parts.contents
      return writtenAt(base.bytes, gap.start, `(${escaped})`.padEnd(gap.end - gap.start))
    }),
    hostile('contents-longer', 'two more digits in Contents', 'altered', (base) =>
      inserted(base.bytes, base.parts.contents.end - 1, '00'),
    ),
    hostile('contents-shorter', 'two digits less in Contents', 'altered', (base) =>
      without(base.bytes, base.parts.contents.end - 3, base.parts.contents.end - 1),
    ),
    hostile('contents-other-key', 'the key of Contents is another one', 'altered', ({ bytes, parts }) =>
      writtenAt(bytes, parts.contents.start - 9, '/Contentz'),
    ),
    hostile('contents-first', 'the signature dictionary copied before itself', 'altered', (base) => {
      const copy = `150 0 obj\n${objectsOf(base.bytes).get(base.parts.signature)!}\nendobj\n`
      return inserted(base.bytes, 15, copy)
    }),
    ...IN_CONTENTS.map(([name, does, text]) =>
      hostile(`contents-${name}`, `Contents: ${does}`, 'altered', (base) => withContents(base, 0, text(base))),
    ),
  ],
}
