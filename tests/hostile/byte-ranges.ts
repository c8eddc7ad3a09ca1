import { withByteRange, writtenAt } from './edit-pdf.ts'
import { type Base, type Family, hostile } from './hostile-file.ts'

type Numbers = { readonly a: number; readonly b: number; readonly c: number; readonly size: number }

/** ByteRange as it could be written instead, from the beginning and end of Contents and the rest of the file. */
const RANGES: readonly (readonly [name: string, does: string, range: (n: Numbers) => string])[] = [
  ['swapped', 'the two parts change places', ({ a, b, c }) => `[${b} ${c} 0 ${a}]`],
  ['overlapping', 'the second part begins within the first', ({ a, c }) => `[0 ${a} ${a - 100} ${c}]`],
  ['first-part-twice', 'the first part covered twice', ({ a }) => `[0 ${a} 0 ${a}]`],
  ['second-part-twice', 'the second part covered twice', ({ b, c }) => `[${b} ${c} ${b} ${c}]`],
  ['gap-wider-before', 'the gap begins 200 bytes before Contents', ({ a, b, c }) => `[0 ${a - 200} ${b} ${c}]`],
  ['gap-wider-behind', 'the gap ends 200 bytes behind Contents', ({ a, b, c }) => `[0 ${a} ${b + 200} ${c - 200}]`],
  [
    'gap-narrower',
    'the gap leaves out a part of Contents only',
    ({ a, b, c }) => `[0 ${a + 100} ${b - 100} ${c + 100}]`,
  ],
  [
    'gap-without-delimiters',
    'the gap leaves out the digits without < and >',
    ({ a, b, c }) => `[0 ${a + 1} ${b - 1} ${c + 1}]`,
  ],
  ['gap-nothing', 'no gap at all', ({ a, size }) => `[0 ${a} ${a} ${size - a}]`],
  ['gap-everything', 'nothing covered but the first byte', ({ size }) => `[0 1 ${size - 1} 1]`],
  ['begins-at-one', 'the first byte is not covered', ({ a, b, c }) => `[1 ${a - 1} ${b} ${c}]`],
  ['ends-early', 'the last 100 bytes are not covered', ({ a, b, c }) => `[0 ${a} ${b} ${c - 100}]`],
  ['ends-before-it-ends', 'the last byte is not covered', ({ a, b, c }) => `[0 ${a} ${b} ${c - 1}]`],
  ['reaches-too-far', 'one byte more than there is', ({ a, b, c }) => `[0 ${a} ${b} ${c + 1}]`],
  ['empty', 'no numbers', () => '[]'],
  ['two-numbers', 'one part only', ({ a }) => `[0 ${a}]`],
  ['three-numbers', 'three numbers', ({ a, b }) => `[0 ${a} ${b}]`],
  ['six-numbers', 'three parts', ({ a, b, c }) => `[0 ${a} ${b} ${c} 0 0]`],
  ['zeros', 'four zeros', () => '[0 0 0 0]'],
  ['negative', 'negative numbers', ({ a, b, c }) => `[0 ${a} ${b} -${c}]`],
  ['negative-begin', 'begins before the file', ({ a, b, c }) => `[-10 ${a} ${b} ${c}]`],
  ['plus-signs', 'the same numbers with signs', ({ a, b, c }) => `[+0 +${a} +${b} +${c}]`],
  ['reals', 'the same numbers with decimal points', ({ a, b, c }) => `[0.0 ${a}.0 ${b}.0 ${c}.0]`],
  ['leading-zeros', 'the same numbers with zeros before', ({ a, b, c }) => `[0 00${a} 00${b} 00${c}]`],
  ['exponent', 'a number with an exponent, which PDF has not', ({ a, b }) => `[0 ${a} ${b} 1e3]`],
  ['huge', 'numbers of 32 bits that run over', ({ a, b }) => `[0 ${a} ${b} 4294967295]`],
  ['beyond-all-numbers', 'a number of twenty digits', ({ a, b }) => `[0 ${a} ${b} 99999999999999999999]`],
  ['references', 'references instead of numbers', () => '[1 0 R 2 0 R 3 0 R 4 0 R]'],
  ['names', 'names instead of numbers', () => '[/A /B /C /D]'],
  ['nested', 'an array in the array', ({ a, b, c }) => `[[0 ${a} ${b} ${c}]]`],
  ['with-comment', 'the same numbers with a comment between', ({ a, b, c }) => `[0 ${a}%\n${b} ${c}]`],
  ['string', 'a string instead of an array', ({ a, b, c }) => `(0 ${a} ${b} ${c})`],
  ['dictionary', 'a dictionary instead of an array', () => '<</A 0>>'],
  ['null', 'null', () => ' null'],
  ['reference', 'a reference to an object that is missing', () => ' 199 0 R'],
  ['missing', 'no value, so that the next key is the value', () => ''],
]

function numbersOf({ bytes, parts }: Base): Numbers {
  const { start: a, end: b } = parts.contents
  return { a, b, c: bytes.length - b, size: bytes.length }
}

export const byteRanges: Family = {
  title: 'ByteRange',
  files: [
    ...RANGES.map(([name, does, range]) =>
      hostile(`range-${name}`, `ByteRange: ${does}`, 'altered', (base) => withByteRange(base, range(numbersOf(base)))),
    ),
    // Its length still fits and its place does not: so it is after saving again, and that is what is told.
    hostile('range-shifted-by-one', 'ByteRange: everything one byte later', 'resaved', (base) => {
      const { a, b, c } = numbersOf(base)
      return withByteRange(base, `[0 ${a + 1} ${b + 1} ${c - 1}]`)
    }),
    hostile('range-other-key', 'ByteRange: the key is another one', 'altered', ({ bytes, parts }) =>
      writtenAt(bytes, parts.byteRange.start - 9, 'ByteRangf'),
    ),
    hostile('range-twice', 'ByteRange: a second one follows, over the first part only', 'altered', (base) =>
      withByteRange(base, `[0 1 2 3]/ByteRange[0 ${base.parts.contents.start} 9 9]`),
    ),
    hostile('range-escaped', 'ByteRange: the key written with an escape', 'altered', (base) => {
      const { a, b, c } = numbersOf(base)
      const { start } = base.parts.byteRange
      return writtenAt(base.bytes, start - 10, `/Byte#52ange[0 ${a} ${b} ${c}]`.padEnd(54))
    }),
  ],
}
