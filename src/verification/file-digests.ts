import { createHash, type Hash } from 'node:crypto'

/** Digests of one file. Its bytes must not change as long as this is asked. */
export type FileDigests = {
  /** SHA-256 of all bytes, 64 lower-case hex digits */
  fingerprint(): string
  /** digest of the bytes up to `a` and of `c` bytes from `b` on (ISO 32000-2, 12.8.1: ByteRange [0 a b c]) */
  covered(range: { readonly a: number; readonly b: number; readonly c: number }, hash: 'sha256' | 'sha384'): Buffer
}

/** Signature dictionary, cross-references and trailer of our files lie within so many bytes of the end. */
const TAIL = 16 << 10

/**
 * A fingerprint and what a signature covers differ only near the end of our files: what comes before is hashed once
 * for both. A file where it is otherwise is hashed twice, with the same results.
 */
export function fileDigests(bytes: Buffer): FileDigests {
  const shared = Math.max(0, bytes.length - TAIL)
  let head: Hash | undefined
  const fromHead = (): Hash => {
    head ??= createHash('sha256').update(bytes.subarray(0, shared))
    return head.copy()
  }
  return {
    fingerprint: () => fromHead().update(bytes.subarray(shared)).digest('hex'),
    covered({ a, b, c }, hash) {
      const begun = hash === 'sha256' && a >= shared
      const digest = begun
        ? fromHead().update(bytes.subarray(shared, a))
        : createHash(hash).update(bytes.subarray(0, a))
      return digest.update(bytes.subarray(b, b + c)).digest()
    },
  }
}
