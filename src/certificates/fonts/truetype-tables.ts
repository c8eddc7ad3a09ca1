/** The tables of a TrueType file by tag. */
export type TrueTypeTables = { get(tag: string): Buffer; find(tag: string): Buffer | undefined }

/** Reads the table directory (OpenType 1.9, «Table directory»); views into the given bytes. */
export function readTables(font: Buffer): TrueTypeTables {
  const tables = new Map<string, Buffer>()
  const count = font.readUInt16BE(4)
  for (let i = 0; i < count; i++) {
    const record = 12 + i * 16
    const start = font.readUInt32BE(record + 8)
    tables.set(
      font.toString('latin1', record, record + 4),
      font.subarray(start, start + font.readUInt32BE(record + 12)),
    )
  }
  return {
    find: (tag) => tables.get(tag),
    get(tag) {
      const table = tables.get(tag)
      if (table === undefined) throw new Error(`the font has no ${tag} table`)
      return table
    },
  }
}

/** What is needed to put a few glyphs of a font into a new one. */
export type GlyphTables = {
  readonly head: Buffer
  readonly hhea: Buffer
  readonly maxp: Buffer
  /** the `glyf` entry as it stands, empty for a blank glyph */
  outline(glyphId: number): Buffer
  /** advance width (UInt16) and left side bearing (Int16) in font units */
  metrics(glyphId: number): Buffer
}

/** @throws Error when the font has no `glyf` outlines */
export function readGlyphTables(font: Buffer): GlyphTables {
  const tables = readTables(font)
  const [head, hhea, maxp] = [tables.get('head'), tables.get('hhea'), tables.get('maxp')]
  const [glyf, loca, hmtx] = [tables.get('glyf'), tables.get('loca'), tables.get('hmtx')]
  const long = head.readInt16BE(50) === 1
  const longMetrics = hhea.readUInt16BE(34)
  const offset = (id: number): number => (long ? loca.readUInt32BE(id * 4) : loca.readUInt16BE(id * 2) * 2)
  return {
    head,
    hhea,
    maxp,
    outline: (id) => glyf.subarray(offset(id), offset(id + 1)),
    metrics(id) {
      if (id < longMetrics) return hmtx.subarray(id * 4, id * 4 + 4)
      const last = (longMetrics - 1) * 4
      const bearing = longMetrics * 4 + (id - longMetrics) * 2
      return Buffer.concat([hmtx.subarray(last, last + 2), hmtx.subarray(bearing, bearing + 2)])
    },
  }
}

/**
 * A simple outline without its hinting instructions (OpenType 1.9, `glyf`, «Simple Glyph Description»).
 * @returns undefined for a composite glyph
 */
export function simpleOutline(glyph: Buffer): Buffer | undefined {
  if (glyph.length === 0) return glyph
  const contours = glyph.readInt16BE(0)
  if (contours < 0) return undefined
  const instructions = 10 + contours * 2
  const length = glyph.readUInt16BE(instructions)
  const rest = glyph.subarray(instructions + 2 + length)
  return Buffer.concat([glyph.subarray(0, instructions), Buffer.alloc(2), rest])
}
