import { bodyHex, children, DerError, expect, readDer, TAG } from './der.ts'

/** Half the order of the group, rounded down (FIPS 186-4, D.1.2.3 to D.1.2.5), by OpenSSL's name of the curve. */
const HALF_ORDERS: Readonly<Record<string, bigint>> = {
  prime256v1: 0x7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8n,
  secp384r1: 0x7fffffffffffffffffffffffffffffffffffffffffffffffe3b1a6c0fa1b96efac0d06d9245853bd76760cb5666294b9n,
  secp521r1:
    0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffd28c343c1df97cb35bfe600a47b84d2e81ddae4dc44ce23d75db7db8f489c3204n,
}

/** Has an ECDSA value (r, s) the lower s? Of (r, s) and (r, n − s), which both verify, we write one. Does not throw. */
export function hasLowS(value: Buffer, curve: string | undefined): boolean {
  const half = HALF_ORDERS[curve ?? '']
  if (half === undefined) return false
  try {
    const [, s] = children(expect(readDer(value, 0, value.length), TAG.sequence))
    return BigInt(`0x${bodyHex(expect(s, TAG.integer))}`) <= half
  } catch (error) {
    if (error instanceof DerError || error instanceof SyntaxError) return false
    throw error
  }
}
