import { readFileSync } from 'node:fs'
import { brotliDecompressSync, inflateSync } from 'node:zlib'
import * as fontkit from 'fontkit'
import { describe, expect, test } from 'vitest'
import { locateText } from '../../src/certificates/fonts/font-chain.ts'
import type { Glyph } from '../../src/certificates/fonts/font-face.ts'
import { buildFontProgram } from '../../src/certificates/fonts/font-program.ts'
import { loadFonts } from '../../src/certificates/fonts/load-fonts.ts'
import { readGlyphTables, readTables, simpleOutline } from '../../src/certificates/fonts/truetype-tables.ts'

const { styles } = loadFonts('/nowhere')
const FACES = [
  { of: 'Kai', style: styles.kai, source: 'tw-kai', text: '林堃煊一二三凌網老師' },
  { of: 'Kai, plane 2', style: styles.kai, source: 'tw-kai-ext-b', text: '𠮷𡍼𤧟𪚥' },
  { of: 'Latin', style: styles.latin, source: 'eb-garamond', text: "LIN, KUN-HSUAN ễ'ńŁ" },
] as const

describe.each(FACES)('the program of a subset of $of', ({ style, source, text }) => {
  const placed = locateText(style, text, '姓名')
  const face = placed[0]!.face
  const glyphs: Glyph[] = placed.filter((one) => one.face === face).map(({ glyph }) => glyph)
  const program = buildFontProgram(face, glyphs)
  const font = inflateSync(program.deflated)
  const tables = readTables(font)

  test('is as long as Length1 says (ISO 32000-2, 9.9)', () => {
    expect(font.length).toBe(program.length)
  })

  test('has right checksums: of each table and of the whole (OpenType 1.9)', () => {
    for (let i = 0; i < font.readUInt16BE(4); i++) {
      const record = 12 + i * 16
      const tag = font.toString('latin1', record, record + 4)
      const table = Buffer.from(tables.get(tag))
      if (tag === 'head') table.writeUInt32BE(0, 8)
      expect([tag, font.readUInt32BE(record + 4)]).toEqual([tag, sumOfWords(table)])
      expect(font.readUInt32BE(record + 8) % 4).toBe(0)
    }
    expect(sumOfWords(font)).toBe(0xb1b0afba)
  })

  test('holds .notdef and the given glyphs, in their order, with the outlines and widths of the source', () => {
    expect(tables.get('maxp').readUInt16BE(4)).toBe(glyphs.length + 1)
    expect(tables.get('hhea').readUInt16BE(34)).toBe(glyphs.length + 1)
    const made = readGlyphTables(font)
    for (const [i, glyph] of glyphs.entries()) {
      const source = simpleOutline(face.tables.outline(glyph.id))!
      expect(
        made
          .outline(i + 1)
          .subarray(0, source.length)
          .equals(source),
      ).toBe(true)
      expect(made.outline(i + 1).length - source.length).toBeLessThan(4)
      expect(made.metrics(i + 1).equals(face.tables.metrics(glyph.id))).toBe(true)
    }
  })

  test('is read by another program, which draws the same curves', () => {
    const [opened, original] = [font, shipped(source)].map((bytes) => fontkit.create(bytes) as fontkit.Font)
    for (const [i, glyph] of glyphs.entries()) {
      expect(opened?.getGlyph(i + 1).path.toSVG()).toBe(original?.getGlyph(glyph.id).path.toSVG())
    }
  })
})

test('hinting instructions are left out, contours are not', () => {
  const outline = styles.latin[0]!.locate(0x41)!.face.tables.outline(styles.latin[0]!.locate(0x41)!.glyph.id)
  const without = simpleOutline(outline)!
  expect(without.readInt16BE(0)).toBe(outline.readInt16BE(0))
  expect(without.readUInt16BE(10 + without.readInt16BE(0) * 2)).toBe(0)
})

function shipped(name: string): Buffer {
  const path = new URL(`../../templates/fonts/${name}.ttf.br`, import.meta.url)
  return brotliDecompressSync(readFileSync(path))
}

function sumOfWords(bytes: Buffer): number {
  const padded = Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)])
  let sum = 0
  for (let i = 0; i < padded.length; i += 4) sum = (sum + padded.readUInt32BE(i)) % 2 ** 32
  return sum
}
