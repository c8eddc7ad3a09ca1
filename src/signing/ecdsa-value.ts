import type { SignatureAlgorithm } from './signer.ts'

/** Orders of the groups (FIPS 186-4, D.1.2.3 and D.1.2.4). */
const ORDERS = {
  'p-256': 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  'p-384': 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
} as const

/**
 * An ECDSA value, DER of (r, s) (RFC 3279 §2.2.3), with the lower of s and n − s. Both verify, and anybody can turn one
 * into the other: with one form allowed, nobody without the key makes other bytes of a signature of ours.
 * An RSA value comes back as it is.
 */
export function withLowS(algorithm: SignatureAlgorithm, value: Uint8Array): Uint8Array {
  if (algorithm !== 'p-256' && algorithm !== 'p-384') return value
  const order = ORDERS[algorithm]
  // SEQUENCE, its length, INTEGER, its length, r, INTEGER, its length, s: all lengths are below 128.
  const afterR = 4 + value[3]!
  const s = BigInt(`0x${Buffer.from(value.subarray(afterR + 2)).toString('hex')}`)
  if (s <= order / 2n) return value
  const low = integer(order - s)
  const r = value.subarray(2, afterR)
  return Uint8Array.from([0x30, r.length + low.length, ...r, ...low])
}

/** INTEGER of a positive number, as short as may be (X.690, 8.3.2). */
function integer(value: bigint): Uint8Array {
  const hex = value.toString(16)
  const even = hex.length % 2 === 0 ? hex : `0${hex}`
  const bytes = Buffer.from(Number.parseInt(even.slice(0, 2), 16) < 0x80 ? even : `00${even}`, 'hex')
  return Uint8Array.from([0x02, bytes.length, ...bytes])
}
