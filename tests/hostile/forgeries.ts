import { withContents, writtenAt } from './edit-pdf.ts'
import { type Base, type Family, type HostileFile, hostile } from './hostile-file.ts'

/**
 * Universal signature forgery: parts of the signature missing, null or empty. A ByteRange that still fits the file tells
 * that a signature was there (altered); without it nothing of a signature is left but the marks of ours (resaved).
 */
const CONTENTS: readonly (readonly [name: string, does: string, text: string])[] = [
  ['missing', 'no value', ''],
  ['null', 'null', ' null'],
  ['zero-byte', 'a zero byte', '<00>'],
  ['empty', 'an empty string', '<>'],
  ['empty-literal', 'an empty literal string', '()'],
  ['reference', 'a reference to an object that is missing', ' 199 0 R'],
  ['number', 'a number', ' 0'],
]
const RANGES: readonly (readonly [name: string, does: string, text: string])[] = [
  ['as-it-was', 'as it was', ''],
  ['null', 'null', ' null'],
  ['zeros', 'four zeros', '[0 0 0 0]'],
  ['negative', 'all negative', '[-1 -1 -1 -1]'],
  ['empty', 'empty', '[]'],
]

function forged(base: Base, contents: string, range: string): Buffer {
  const { byteRange, contents: gap } = base.parts
  const emptied = writtenAt(base.bytes, gap.start, contents.padEnd(gap.end - gap.start))
  return range === '' ? emptied : writtenAt(emptied, byteRange.start, range.padEnd(byteRange.end - byteRange.start))
}

const universal: readonly HostileFile[] = CONTENTS.flatMap(([name, does, text]) =>
  RANGES.map(([rangeName, rangeDoes, range]) =>
    hostile(
      `usf-contents-${name}-range-${rangeName}`,
      `Contents: ${does}; ByteRange: ${rangeDoes}`,
      range === '' ? 'altered' : 'resaved',
      (base) => forged(base, text, range),
    ),
  ),
)

const digits = (base: Base): number => base.parts.contents.end - base.parts.contents.start - 2

const spoilt: readonly HostileFile[] = [
  hostile('cms-zeros', 'nothing but zeros in Contents', 'altered', (base) =>
    withContents(base, 0, '0'.repeat(digits(base))),
  ),
  hostile('cms-ff', 'nothing but ff in Contents', 'altered', (base) => withContents(base, 0, 'f'.repeat(digits(base)))),
  hostile('cms-first-half-zeros', 'the first half of the CMS is zeros', 'altered', (base) =>
    withContents(base, 0, '0'.repeat(base.parts.cmsDigits >> 1)),
  ),
  hostile(
    'cms-second-half-zeros',
    'the second half of the CMS is zeros: what names our root',
    'foreign-signature',
    (base) => withContents(base, base.parts.cmsDigits >> 1, '0'.repeat(base.parts.cmsDigits >> 1)),
  ),
  hostile('cms-outer-length', 'the CMS says that it is longer than Contents', 'altered', (base) =>
    withContents(base, 4, 'ffff'),
  ),
  hostile('cms-outer-tag', 'the CMS is no sequence', 'altered', (base) => withContents(base, 0, '31')),
  hostile('cms-nested-bomb', 'sequences in sequences instead of the CMS', 'altered', (base) =>
    withContents(base, 0, '3080'.repeat(digits(base) >> 2)),
  ),
  hostile('cms-of-another-file', 'the signature of another certificate of ours', 'altered', (base) => {
    const start = base.other.indexOf('/Contents<') + 10
    const cms = base.other.toString('latin1', start, base.other.indexOf('>', start))
    return withContents(base, 0, cms.slice(0, digits(base)))
  }),
  hostile('cms-signature-value-zero', 'the signature value is zeros', 'altered', (base) =>
    withContents(base, base.parts.cmsDigits - 64, '0'.repeat(64)),
  ),
]

export const forgeries: Family = { title: 'Universal forgery, and a spoilt CMS', files: [...universal, ...spoilt] }
