import * as fontkit from 'fontkit'
import { type DeflatedPiece, deflatePiece } from './deflate-pieces.ts'
import { type GlyphTables, readGlyphTables, simpleOutline } from './truetype-tables.ts'

/** One drawable character of a face. */
export type Glyph = {
  readonly id: number
  /** in thousandths of the em, as PDF counts widths */
  readonly advance: number
  /** its outline, cut out and deflated once */
  readonly outline: GlyphOutline
}

export type GlyphOutline = DeflatedPiece & {
  /** sum of the big-endian 32-bit words, for the table checksum */
  readonly sum: number
  /** advance width and left side bearing in font units, as `hmtx` has them */
  readonly metrics: Buffer
}

/** A TrueType face opened for composing; glyphs are looked up once and kept. */
export type FontFace = {
  readonly postscriptName: string
  /** in thousandths of the em: for the FontDescriptor (ISO 32000-2, table 120) */
  readonly descriptor: {
    readonly bbox: readonly [number, number, number, number]
    readonly ascent: number
    readonly descent: number
    readonly capHeight: number
    readonly italicAngle: number
  }
  readonly tables: GlyphTables
  readonly notdef: GlyphOutline
  /**
   * Undefined when the face cannot draw the code point: no glyph, an empty one for what is not white space, or a
   * composite one (its parts have numbers that change in a subset; the fonts of templates/fonts/ have none).
   */
  find(codePoint: number): Glyph | undefined
}

/**
 * Opens a TrueType font with `glyf` outlines.
 * @throws Error when it is another kind of font
 */
export function openFontFace(bytes: Buffer): FontFace {
  const opened = fontkit.create(bytes)
  if (opened.type !== 'TTF') throw new Error(`a font of kind ${opened.type}; TrueType outlines are needed`)
  const font = opened
  const tables = readGlyphTables(bytes)
  const scale = 1000 / font.unitsPerEm
  const found = new Map<number, Glyph | undefined>()

  function find(codePoint: number): Glyph | undefined {
    if (found.has(codePoint)) return found.get(codePoint)
    const id = font.hasGlyphForCodePoint(codePoint) ? font.glyphForCodePoint(codePoint).id : 0
    let result: Glyph | undefined
    if (id !== 0) {
      const outline = cut(tables, id)
      const drawable = outline !== undefined && (outline.raw.length > 0 || isSpace(codePoint))
      if (drawable) result = { id, advance: tables.metrics(id).readUInt16BE(0) * scale, outline }
    }
    found.set(codePoint, result)
    return result
  }

  const { bbox } = font
  return {
    postscriptName: (font.postscriptName ?? 'Font').replaceAll(/[^A-Za-z0-9-]/g, ''),
    descriptor: {
      bbox: [bbox.minX * scale, bbox.minY * scale, bbox.maxX * scale, bbox.maxY * scale],
      ascent: font.ascent * scale,
      descent: font.descent * scale,
      capHeight: (font.capHeight || font.ascent) * scale,
      italicAngle: font.italicAngle,
    },
    tables,
    notdef: cut(tables, 0) ?? outlineOf(Buffer.alloc(0), tables.metrics(0)),
    find,
  }
}

function cut(tables: GlyphTables, glyphId: number): GlyphOutline | undefined {
  const outline = simpleOutline(tables.outline(glyphId))
  return outline && outlineOf(outline, tables.metrics(glyphId))
}

function outlineOf(glyf: Buffer, metrics: Buffer): GlyphOutline {
  const padded = glyf.length % 4 === 0 ? glyf : Buffer.concat([glyf, Buffer.alloc(4 - (glyf.length % 4))])
  return { ...deflatePiece(padded), sum: sumOf(padded), metrics: Buffer.from(metrics) }
}

/** The table checksum of OpenType: big-endian 32-bit words added up modulo 2^32. */
export function sumOf(bytes: Buffer): number {
  let sum = 0
  for (let i = 0; i + 4 <= bytes.length; i += 4) sum = (sum + bytes.readUInt32BE(i)) >>> 0
  return sum
}

function isSpace(codePoint: number): boolean {
  return codePoint === 0x20 || codePoint === 0xa0 || codePoint === 0x3000
}
