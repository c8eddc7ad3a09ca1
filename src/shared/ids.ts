import { randomBytes, randomUUID } from 'node:crypto'

/** Crockford base32: no I, L, O, U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** An identifier of a row. */
export function newId(): string {
  return randomUUID()
}

/** The token of a verification address: 128 random bits in 26 characters of Crockford base32, upper case (E68). */
export function newToken(): string {
  return toCrockford(randomBytes(16))
}

/** 16 bytes as 26 characters, the two lowest bits of the last one zero. */
function toCrockford(bytes: Uint8Array): string {
  let value = 0
  let bits = 0
  let text = ''
  for (const byte of bytes) {
    value = (value << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += ALPHABET[(value >>> bits) & 31]
    }
    value &= (1 << bits) - 1
  }
  return bits > 0 ? text + ALPHABET[(value << (5 - bits)) & 31] : text
}
