import { constants, deflateRawSync } from 'node:zlib'

/**
 * A stretch of bytes deflated once, to be joined with others into one zlib stream without deflating again:
 * it ends on a byte boundary with an empty stored block (Z_SYNC_FLUSH, RFC 1951 §3.2.4).
 */
export type DeflatedPiece = {
  readonly raw: Buffer
  readonly deflated: Buffer
  /** Adler-32 of `raw`, RFC 1950 §8.2 */
  readonly adler: number
}

const ADLER_MODULUS = 65_521
const ZLIB_HEADER = Buffer.from([0x78, 0x9c])
const LAST_EMPTY_BLOCK = Buffer.from([0x03, 0x00])

/** Deflates one piece. */
export function deflatePiece(raw: Buffer): DeflatedPiece {
  const deflated = raw.length === 0 ? raw : deflateRawSync(raw, { level: 9, finishFlush: constants.Z_SYNC_FLUSH })
  return { raw, deflated, adler: adler32(raw) }
}

/** A piece that is not worth deflating, as a stored block (RFC 1951 §3.2.4). */
export function storePiece(raw: Buffer): DeflatedPiece {
  const header = Buffer.alloc(5)
  header.writeUInt16LE(raw.length, 1)
  header.writeUInt16LE(~raw.length & 0xffff, 3)
  return { raw, deflated: Buffer.concat([header, raw]), adler: adler32(raw) }
}

/** The zlib stream (RFC 1950) of the pieces' bytes one after the other: what /FlateDecode reads. */
export function joinPieces(pieces: readonly DeflatedPiece[]): Buffer {
  let adler = 1
  for (const piece of pieces) adler = combineAdler(adler, piece.adler, piece.raw.length)
  const trailer = Buffer.alloc(4)
  trailer.writeUInt32BE(adler)
  return Buffer.concat([ZLIB_HEADER, ...pieces.map((piece) => piece.deflated), LAST_EMPTY_BLOCK, trailer])
}

function adler32(bytes: Buffer): number {
  let a = 1
  let b = 0
  for (let start = 0; start < bytes.length; start += 3800) {
    for (const byte of bytes.subarray(start, start + 3800)) {
      a += byte
      b += a
    }
    a %= ADLER_MODULUS
    b %= ADLER_MODULUS
  }
  return ((b << 16) | a) >>> 0
}

/** Adler-32 of two stretches from the sums of each (as zlib's adler32_combine). */
function combineAdler(first: number, second: number, secondLength: number): number {
  const a1 = first & 0xffff
  const b1 = first >>> 16
  const a2 = second & 0xffff
  const b2 = second >>> 16
  const a = (a1 + a2 - 1 + ADLER_MODULUS) % ADLER_MODULUS
  const b = (b1 + b2 + (secondLength % ADLER_MODULUS) * ((a1 - 1 + ADLER_MODULUS) % ADLER_MODULUS)) % ADLER_MODULUS
  return ((b << 16) | a) >>> 0
}
