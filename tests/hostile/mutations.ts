import type { Reason } from '../../src/verification/verification-result.ts'
import { noise, random } from './foreign-bytes.ts'
import { type Base, type Family, type HostileFile, hostile } from './hostile-file.ts'

type Next = (below: number) => number
type Kind = readonly [name: string, does: string, reason: Reason, mutate: (base: Base, next: Next) => Buffer]

const TIMES = 6
/** The header, and what tells that the file has its end: changes there have names of their own in other families. */
const HEADER = 16
const TAIL = 64

/** An offset of the file, signature and all. */
function anywhere({ bytes }: Base, next: Next): number {
  return HEADER + next(bytes.length - HEADER - TAIL)
}

/** An offset before the signature dictionary, so that a piece of this length fits between. */
function before({ parts }: Base, next: Next, length = 0): number {
  return HEADER + next(parts.byteRange.start - 500 - HEADER - length)
}

const KINDS: readonly Kind[] = [
  [
    'one-bit',
    'one bit turned',
    'altered',
    (base, next) => {
      const out = Buffer.from(base.bytes)
      out[anywhere(base, next)]! ^= 1 << next(8)
      return out
    },
  ],
  [
    'some-bytes',
    'ten bytes here and there turned',
    'altered',
    (base, next) => {
      const out = Buffer.from(base.bytes)
      for (let i = 0; i < 10; i += 1) out[before(base, next)]! ^= 1 + next(255)
      return out
    },
  ],
  [
    'overwritten',
    'a piece overwritten with noise',
    'altered',
    (base, next) => {
      const length = 1 + next(200)
      const at = before(base, next, length)
      const out = Buffer.from(base.bytes)
      noise(length, at).copy(out, at)
      return out
    },
  ],
  [
    'deleted',
    'a piece taken out',
    'altered',
    (base, next) => {
      const length = 1 + next(300)
      const at = before(base, next, length)
      return Buffer.concat([base.bytes.subarray(0, at), base.bytes.subarray(at + length)])
    },
  ],
  [
    'inserted',
    'a piece of noise put in',
    'altered',
    (base, next) => {
      const at = before(base, next)
      return Buffer.concat([base.bytes.subarray(0, at), noise(1 + next(300), at), base.bytes.subarray(at)])
    },
  ],
  [
    'moved',
    'a piece moved to another place',
    'altered',
    (base, next) => {
      const length = 10 + next(300)
      const from = before(base, next, length)
      const piece = base.bytes.subarray(from, from + length)
      const rest = Buffer.concat([base.bytes.subarray(0, from), base.bytes.subarray(from + length)])
      const to = before(base, next, length)
      return Buffer.concat([rest.subarray(0, to), piece, rest.subarray(to)])
    },
  ],
  [
    'spliced',
    'a piece of another certificate of ours in it',
    'altered',
    (base, next) => {
      const length = 20 + next(500)
      const out = Buffer.from(base.bytes)
      base.other.copy(out, before(base, next, length), 20_000, 20_000 + length)
      return out
    },
  ],
  ['truncated', 'cut off at any place', 'damaged', (base, next) => base.bytes.subarray(0, anywhere(base, next))],
  [
    'appended',
    'any bytes behind',
    'appended',
    (base, next) => Buffer.concat([base.bytes, noise(1 + next(4000), next(999))]),
  ],
]

function mutations(): HostileFile[] {
  return KINDS.flatMap(([name, does, reason, mutate], kind) =>
    Array.from({ length: TIMES }, (_, time) =>
      hostile(`random-${name}-${time + 1}`, `${does} (seed ${kind * 100 + time})`, reason, (base) =>
        mutate(base, random(kind * 100 + time)),
      ),
    ),
  )
}

export const randomMutations: Family = { title: 'Random changes, each with its seed', files: mutations() }
