import { verify } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { withLowS } from '../../src/signing/ecdsa-value.ts'
import { generateKeys, KEY_ALGORITHMS, signBytes } from '../../src/signing/key-algorithms.ts'
import { ORDERS, otherForm, sOf } from '../support/ecdsa-forms.ts'

const CURVES = { 'p-256': 'prime256v1', 'p-384': 'secp384r1' } as const
const TIMES = 200

describe.each(['p-256', 'p-384'] as const)(
  '%s: of (r, s) and (r, n - s), which both verify, one is written',
  (kind) => {
    const order = ORDERS[CURVES[kind]]!
    const { digest } = KEY_ALGORITHMS[kind]

    test(`${TIMES} signatures have the lower s, and verify`, async () => {
      const { privateKey, publicKey } = await generateKeys(kind)
      for (let i = 0; i < TIMES; i += 1) {
        const bytes = Buffer.from(`signed attributes ${i}`)
        const value = Buffer.from(signBytes(kind, privateKey, bytes))
        expect(sOf(value) <= order / 2n).toBe(true)
        // OpenSSL refuses a value that is not minimal DER.
        expect(verify(digest, bytes, publicKey, value)).toBe(true)
        const other = otherForm(value, CURVES[kind])
        expect(verify(digest, bytes, publicKey, other)).toBe(true)
        expect(Buffer.from(withLowS(kind, other))).toEqual(value)
      }
    })

    test.each([
      ['half the order stays', order / 2n, order / 2n],
      ['one more becomes half the order', order / 2n + 1n, order / 2n],
      ['the order less one becomes 1', order - 1n, 1n],
      ['the order less 128 gets a zero byte before', order - 128n, 128n],
    ])('%s', (_, s, low) => {
      expect(Buffer.from(withLowS(kind, valueWith(s))).toString('hex')).toBe(valueWith(low).toString('hex'))
    })
  },
)

test('an RSA value has one form', () => {
  const value = Uint8Array.from([0xff, 0xee, 0xdd])
  expect(withLowS('rsa-2048', value)).toBe(value)
})

/** DER of (1, s). */
function valueWith(s: bigint): Buffer {
  const hex = s.toString(16)
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  const body = bytes[0]! < 0x80 ? bytes : Buffer.concat([Buffer.of(0), bytes])
  return Buffer.from([0x30, 3 + 2 + body.length, 2, 1, 1, 2, body.length, ...body])
}
