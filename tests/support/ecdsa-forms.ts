import type { KeyObject } from 'node:crypto'
import { sequence, tlv } from './der-writer.ts'

/** Orders of the groups of P-256 and P-384 (FIPS 186-4, D.1.2.3 and D.1.2.4), by OpenSSL's names. */
export const ORDERS: Readonly<Record<string, bigint>> = {
  prime256v1: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  secp384r1: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
}

export function sOf(value: Buffer): bigint {
  return BigInt(`0x${value.toString('hex', 4 + value[3]! + 2)}`)
}

/** (r, n - s) for (r, s), DER: the one other value that verifies as well, and that needs no key. */
export function otherForm(value: Buffer, curve: string): Buffer {
  const r = value.subarray(4, 4 + value[3]!)
  const hex = (ORDERS[curve]! - sOf(value)).toString(16)
  const even = hex.length % 2 === 0 ? hex : `0${hex}`
  const digits = Number.parseInt(even[0]!, 16) < 8 ? even : `00${even}`
  return sequence(tlv(2, r), tlv(2, Buffer.from(digits, 'hex')))
}

/** What a key signed, in the form of low s that we write; RSA has one form. */
export function lowForm(value: Buffer, key: KeyObject): Buffer {
  const curve = key.asymmetricKeyDetails?.namedCurve ?? ''
  const order = ORDERS[curve]
  return order === undefined || sOf(value) <= order / 2n ? value : otherForm(value, curve)
}
