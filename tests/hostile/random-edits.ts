import fc from 'fast-check'

/** One edit of a file; places are shares of its length, so that the same edit fits every file. */
type Edit =
  | { readonly kind: 'turn'; readonly at: number; readonly mask: number }
  | { readonly kind: 'overwrite' | 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'delete' | 'repeat' | 'empty'; readonly at: number; readonly length: number }
  | { readonly kind: 'move'; readonly at: number; readonly length: number; readonly to: number }
  | { readonly kind: 'number'; readonly at: number; readonly value: string }

/** Where a change tells most: what leads from one part of a file to another. */
const POINTS = [
  'obj',
  'stream',
  'endstream',
  'xref',
  'trailer',
  'startxref',
  '/Length',
  '/ByteRange',
  '/Contents',
  '/Kids',
]
const NUMBERS = ['0', '1', '-1', '9', '65536', '2147483648', '4294967296', '99999999999', '1.5', '1e9', '+0', '']
const WORDS = [
  '<<',
  '>>',
  '[',
  ']',
  '(',
  ')',
  '<',
  '>',
  '%',
  '/',
  ' R',
  ' 0 R',
  'endobj\n',
  '1 0 obj\n',
  'stream\n',
  '/Length 9',
]

const place = fc.oneof(
  fc.double({ min: 0, max: 0.999999, noNaN: true }),
  // A point of structure, counted by its number among them: told apart by being negative.
  fc.nat(400).map((n) => -1 - n),
)
const length = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 5000 }))
const bytes = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 60 }),
  fc.constantFrom(...WORDS).map((word) => new Uint8Array(Buffer.from(word))),
)

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constant('turn' as const), at: place, mask: fc.integer({ min: 1, max: 255 }) }),
  fc.record({ kind: fc.constantFrom('overwrite' as const, 'insert' as const), at: place, bytes }),
  fc.record({ kind: fc.constantFrom('delete' as const, 'repeat' as const, 'empty' as const), at: place, length }),
  fc.record({ kind: fc.constant('move' as const), at: place, length, to: place }),
  fc.record({ kind: fc.constant('number' as const), at: place, value: fc.constantFrom(...NUMBERS) }),
)

/** One to six edits, one after the other. */
export const edits = fc.array(edit, { minLength: 1, maxLength: 6 })

export function edited(file: Buffer, all: readonly Edit[]): Buffer {
  return all.reduce(apply, file)
}

function apply(file: Buffer, change: Edit): Buffer {
  const at = offsetOf(file, change.at)
  switch (change.kind) {
    case 'turn':
      return file.length === 0 ? file : spliced(file, at, 1, Buffer.from([file[at]! ^ change.mask]))
    case 'overwrite':
      return spliced(file, at, change.bytes.length, change.bytes)
    case 'insert':
      return spliced(file, at, 0, change.bytes)
    case 'delete':
      return spliced(file, at, change.length, Buffer.alloc(0))
    case 'empty':
      return spliced(file, at, change.length, Buffer.alloc(Math.min(change.length, file.length - at)))
    case 'repeat':
      return spliced(file, at, 0, file.subarray(at, at + change.length))
    case 'number':
      return withNumber(file, at, change.value)
    case 'move': {
      const rest = spliced(file, at, change.length, Buffer.alloc(0))
      return spliced(rest, offsetOf(rest, change.to), 0, file.subarray(at, at + change.length))
    }
  }
}

function spliced(file: Buffer, at: number, length: number, instead: Uint8Array): Buffer {
  return Buffer.concat([file.subarray(0, at), instead, file.subarray(at + length)])
}

/** The next number behind the offset becomes another. */
function withNumber(file: Buffer, at: number, value: string): Buffer {
  const match = /\d+/.exec(file.toString('latin1', at, at + 200))
  return match === null ? file : spliced(file, at + match.index, match[0].length, Buffer.from(value))
}

function offsetOf(file: Buffer, share: number): number {
  if (share >= 0) return Math.floor(share * file.length)
  const number = -1 - share
  const word = POINTS[number % POINTS.length]!
  let at = -1
  for (let i = 0; i <= number / POINTS.length; i += 1) {
    const next = file.indexOf(word, at + 1)
    if (next < 0) break
    at = next
  }
  return Math.max(0, at)
}
