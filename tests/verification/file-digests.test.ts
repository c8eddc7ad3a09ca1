import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fileDigests } from '../../src/verification/file-digests.ts'

/** Files around the length from which on a beginning is shared, and places of a gap anywhere in them. */
const FILE_WITH_GAP = fc
  .record({ length: fc.integer({ min: 0, max: 60_000 }), seed: fc.integer(), cuts: fc.tuple(fc.nat(), fc.nat()) })
  .map(({ length, seed, cuts }) => {
    const bytes = Buffer.from(Array.from({ length }, (_, i) => (i * 31 + seed) & 0xff))
    const [a = 0, b = 0] = cuts.map((cut) => cut % (length + 1)).sort((x, y) => x - y)
    return { bytes, range: { a, b, c: length - b } }
  })

describe('digests of a file, hashed once as far as they agree', () => {
  test('are those of the bytes taken one by one, wherever the signature stands', () => {
    fc.assert(
      fc.property(FILE_WITH_GAP, fc.constantFrom('sha256' as const, 'sha384' as const), ({ bytes, range }, hash) => {
        const digests = fileDigests(bytes)
        const covered = Buffer.concat([bytes.subarray(0, range.a), bytes.subarray(range.b, range.b + range.c)])
        expect(digests.fingerprint()).toBe(createHash('sha256').update(bytes).digest('hex'))
        expect(digests.covered(range, hash)).toEqual(createHash(hash).update(covered).digest())
        expect(digests.covered({ ...range, c: 0 }, hash)).toEqual(
          createHash(hash).update(bytes.subarray(0, range.a)).digest(),
        )
      }),
    )
  })

  test('may be asked for in any order, again and again', () => {
    const bytes = Buffer.alloc(40_000, 7)
    const digests = fileDigests(bytes)
    const range = { a: 38_000, b: 39_000, c: 1000 }
    const first = digests.covered(range, 'sha256')
    digests.fingerprint()
    expect(digests.covered(range, 'sha256')).toEqual(first)
  })
})
