import { inflateSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { deflatePiece, joinPieces, storePiece } from '../../src/certificates/fonts/deflate-pieces.ts'

/** zlib checks the Adler-32 at the end itself, and throws when it is wrong. */
test('pieces deflated or stored one by one inflate to their bytes one after the other (RFC 1950, RFC 1951)', () => {
  const bytes = fc.uint8Array({ maxLength: 3000 }).map((array) => Buffer.from(array))
  const runs = fc.tuple(fc.nat(255), fc.nat(60_000)).map(([byte, length]) => Buffer.alloc(length, byte))
  const pieces = fc.array(fc.tuple(fc.oneof(bytes, runs), fc.boolean()), { maxLength: 12 })
  fc.assert(
    fc.property(pieces, (given) => {
      const joined = joinPieces(given.map(([raw, store]) => (store ? storePiece(raw) : deflatePiece(raw))))
      expect(inflateSync(joined).equals(Buffer.concat(given.map(([raw]) => raw)))).toBe(true)
    }),
    { numRuns: 60 },
  )
})

test('sums that run over the modulus of Adler-32 come out right', () => {
  const high = Buffer.alloc(65_521 * 2, 0xff)
  const joined = joinPieces([deflatePiece(high), storePiece(Buffer.alloc(65_535, 0xff)), deflatePiece(high)])
  expect(inflateSync(joined)).toHaveLength(high.length * 2 + 65_535)
})

test('a stored block holds no more than 65535 bytes (RFC 1951 §3.2.4)', () => {
  expect(() => storePiece(Buffer.alloc(65_536))).toThrow()
})
