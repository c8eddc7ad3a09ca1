import { type DeflatedPiece, joinPieces, storePiece } from './deflate-pieces.ts'
import { type FontFace, type Glyph, sumOf } from './font-face.ts'

/** An embedded TrueType program, ready for a /FontFile2 stream with /FlateDecode. */
export type FontProgram = {
  readonly deflated: Buffer
  /** /Length1: bytes before deflating */
  readonly length: number
}

const LOCA_LONG = 1
const CHECKSUM_MAGIC = 0xb1b0afba
const TABLE_ORDER = ['glyf', 'head', 'hhea', 'hmtx', 'loca', 'maxp'] as const

/**
 * Puts the glyphs of a face together to a TrueType program. Every outline was cut out and deflated once when it was
 * first needed; here they are only joined, `.notdef` as glyph 0 and then the given ones from 1 on, because deflating 40 Kai outlines again takes longer than the rest of a
 * certificate (docs/decisions/0005-value-font.md).
 */
export function buildFontProgram(face: FontFace, glyphs: readonly Glyph[]): FontProgram {
  const outlines = [face.notdef, ...glyphs.map((glyph) => glyph.outline)]
  const count = outlines.length
  const hmtx = Buffer.alloc(count * 4)
  const loca = Buffer.alloc((count + 1) * 4)
  let glyfLength = 0
  let glyfSum = 0
  for (const [i, outline] of outlines.entries()) {
    outline.metrics.copy(hmtx, i * 4)
    glyfLength += outline.raw.length
    loca.writeUInt32BE(glyfLength, (i + 1) * 4)
    glyfSum = (glyfSum + outline.sum) >>> 0
  }
  const head = Buffer.from(face.tables.head.subarray(0, 54))
  head.writeUInt32BE(0, 8)
  head.writeUInt16BE(LOCA_LONG, 50)
  const hhea = Buffer.from(face.tables.hhea.subarray(0, 36))
  hhea.writeUInt16BE(count, 34)
  const maxp = Buffer.from(face.tables.maxp.subarray(0, 32))
  maxp.writeUInt16BE(count, 4)

  const small = { head: pad(head), hhea: pad(hhea), hmtx, loca, maxp: pad(maxp) }
  const lengths = { glyf: glyfLength, head: 54, hhea: 36, hmtx: hmtx.length, loca: loca.length, maxp: 32 }
  const directory = Buffer.alloc(12 + TABLE_ORDER.length * 16)
  directory.writeUInt32BE(0x00010000, 0)
  directory.writeUInt16BE(TABLE_ORDER.length, 4)
  directory.writeUInt16BE(64, 6)
  directory.writeUInt16BE(2, 8)
  directory.writeUInt16BE(TABLE_ORDER.length * 16 - 64, 10)
  let offset = directory.length
  let total = 0
  for (const [i, tag] of TABLE_ORDER.entries()) {
    const record = 12 + i * 16
    const sum = tag === 'glyf' ? glyfSum : sumOf(small[tag])
    directory.write(tag, record, 'latin1')
    directory.writeUInt32BE(sum, record + 4)
    directory.writeUInt32BE(offset, record + 8)
    directory.writeUInt32BE(lengths[tag], record + 12)
    offset += tag === 'glyf' ? glyfLength : small[tag].length
    total = (total + sum) >>> 0
  }
  small.head.writeUInt32BE((CHECKSUM_MAGIC - total - sumOf(directory)) >>> 0, 8)
  const rest = Buffer.concat([small.head, small.hhea, small.hmtx, small.loca, small.maxp])
  const pieces: DeflatedPiece[] = [storePiece(directory), ...outlines, storePiece(rest)]
  return { deflated: joinPieces(pieces), length: offset }
}

function pad(table: Buffer): Buffer {
  return table.length % 4 === 0 ? table : Buffer.concat([table, Buffer.alloc(4 - (table.length % 4))])
}
