import { createHash, type Hash } from 'node:crypto'
import type { CmsSigner } from './cms.ts'

/** A PDF that is complete but for its signature: a signature dictionary with ByteRange and Contents at full width. */
export type Unsigned = {
  readonly bytes: Buffer
  readonly placeholder: Placeholder
  /** the beginning of `bytes` that many files have in common; its digest is kept */
  readonly sharedHead?: Buffer
}

export type Placeholder = {
  /** offset of the first byte after `/ByteRange[`, and how many may be written there */
  readonly byteRange: number
  readonly byteRangeWidth: number
  /** offset of the `<` of Contents, and the length with `<` and `>` */
  readonly contents: number
  readonly contentsLength: number
}

const headDigests = new WeakMap<Buffer, Map<string, Hash>>()

/**
 * Signs a PDF in place (ISO 32000-2, 12.8.1): the ByteRange covers every byte but the Contents string.
 * The given bytes are changed and returned; they must not be signed twice.
 * @throws Error when the signature does not fit its place, or the place is not where it was said to be
 */
export function signPdf({ bytes, placeholder, sharedHead }: Unsigned, signer: CmsSigner): Buffer {
  const { byteRange, byteRangeWidth, contents, contentsLength } = placeholder
  const end = contents + contentsLength
  if (bytes[contents] !== 0x3c || bytes[contents + 1] !== 0x30 || bytes[end - 1] !== 0x3e) {
    throw new Error('there is no empty Contents where the signature should go')
  }
  const range = `0 ${contents} ${end} ${bytes.length - end}`
  if (range.length > byteRangeWidth) throw new Error('the ByteRange does not fit its place')
  bytes.write(range.padEnd(byteRangeWidth), byteRange, 'latin1')

  const digest = digestOfHead(signer.hash, sharedHead)
  digest.update(bytes.subarray(sharedHead?.length ?? 0, contents)).update(bytes.subarray(end))
  const message = signer.sign(digest.digest())
  if (message.length * 2 > contentsLength - 2) {
    throw new Error(`the signature takes ${message.length} bytes, its place has ${(contentsLength - 2) / 2}`)
  }
  bytes.write(message.toString('hex'), contents + 1, 'latin1')
  return bytes
}

function digestOfHead(hash: string, head: Buffer | undefined): Hash {
  if (head === undefined) return createHash(hash)
  let byHash = headDigests.get(head)
  if (byHash === undefined) {
    byHash = new Map()
    headDigests.set(head, byHash)
  }
  let started = byHash.get(hash)
  if (started === undefined) {
    started = createHash(hash).update(head)
    byHash.set(hash, started)
  }
  return started.copy()
}
