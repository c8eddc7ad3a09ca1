import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { locateText, type PlacedGlyph } from '../../src/certificates/fonts/font-chain.ts'
import { loadFonts } from '../../src/certificates/fonts/load-fonts.ts'
import { fontObjects, type PdfObject, valueFonts } from '../../src/certificates/fonts/value-fonts.ts'

const { styles } = loadFonts('/nowhere')
/** those of pdf.md, and of plane 2 */
const RARE = '堃喆煊栢峯綉㛢龘犇彣玥𠮷𡍼𤧟𪚥'

type Set = { objects: string[]; shown: { font: string; code: string }[] }

function setOf(text: string, place = (one: PlacedGlyph): PlacedGlyph => one): Set {
  const set = valueFonts()
  const placed = locateText(styles.kai, text, '姓名')
  const shown = Array.from(text, (character, i) => set.encode(character, place(placed[i]!)))
  const objects = set.list().flatMap((font) => fontObjects(font, 10, 'ABCDEF').map(textOfObject))
  return { objects, shown }
}

function textOfObject(object: PdfObject): string {
  return object.map((piece) => (typeof piece === 'string' ? piece : piece.toString('latin1'))).join('')
}

/** What a reader of the file makes of the codes: through ToUnicode alone. */
function textOf({ objects, shown }: Set): string {
  const maps = objects
    .filter((object) => object.includes('begincmap'))
    .map((map) => new Map([...map.matchAll(/^<([0-9A-F]{4})> <([0-9A-F]+)>$/gm)].map(([, code, text]) => [code, text])))
  return shown
    .map(({ font, code }) => maps[Number(font.slice(1))]?.get(code) ?? 'FFFD')
    .map((hex) => Buffer.from(hex, 'hex').swap16().toString('utf16le'))
    .join('')
}

describe('text copied out of the file (pdf.md: ToUnicode comes from the data)', () => {
  test.each([RARE, '林堃煊', 'Nguyễn Thị Ánh Tuyết', '凌網老師凌網'])('%s comes out as it went in', (text) => {
    expect(textOf(setOf(text))).toBe(text)
  })

  test('any mixture of characters comes out as it went in', () => {
    const characters = fc.array(fc.constantFrom(...RARE, ...'中華民國ABCxyz 123‧·ễ'), { minLength: 1, maxLength: 250 })
    fc.assert(
      fc.property(characters, (given) => {
        expect(textOf(setOf(given.join('')))).toBe(given.join(''))
      }),
      { numRuns: 40 },
    )
  })

  test('two characters that share a glyph keep a code and a code point each: 長 is never ⻑ U+2ED1', () => {
    const shared = styles.kai[0]!.locate('長'.codePointAt(0)!)!
    const set = setOf('長一', () => shared!)
    expect(set.shown[0]?.code).not.toBe(set.shown[1]?.code)
    expect(textOf(set)).toBe('長一')
  })

  test('more than a hundred characters stand in blocks of at most a hundred (ISO 32000-2, 9.10.3)', () => {
    const text = Array.from({ length: 230 }, (_, i) => String.fromCodePoint(0x4e00 + i * 2))
      .filter((character) => styles.kai[0]!.locate(character.codePointAt(0)!) !== undefined)
      .join('')
    const set = setOf(text)
    for (const object of set.objects) {
      for (const [, count] of object.matchAll(/(\d+) beginbfchar/g)) expect(Number(count)).toBeLessThanOrEqual(100)
    }
    expect(textOf(set)).toBe(text)
  })
})

test('the widths are those of the glyphs, in the order of the codes (ISO 32000-2, 9.7.4.3)', () => {
  const text = 'LIN, 林'
  const placed = locateText(styles.kai, text, '姓名')
  const { objects } = setOf(text)
  const widths = objects.flatMap((object) => /\/W\[1\[([^\]]+)\]\]/.exec(object)?.[1]?.split(' ').map(Number) ?? [])
  expect(widths).toEqual(placed.map(({ glyph }) => Math.round(glyph.advance * 1000) / 1000))
})

test('every code leads to its own glyph: the CIDToGIDMap is as long as the codes', () => {
  const map = setOf('林堃煊').objects[5] ?? ''
  const bytes = Buffer.from(/stream\n([\s\S]*)\nendstream/.exec(map)?.[1] ?? '', 'latin1')
  expect([0, 2, 4, 6].map((at) => bytes.readUInt16BE(at))).toEqual([0, 1, 2, 3])
})

describe('a character that cannot be drawn (E63)', () => {
  test('is named with its code point, its field, and the field as column', () => {
    expect(() => locateText(styles.kai, '方若𗼇', '姓名')).toThrow(
      expect.objectContaining({
        code: 'INVALID_INPUT',
        userMessage: expect.stringMatching(/姓名.*𗼇.*U\+17F07/),
        details: { column: '姓名' },
      }),
    )
  })

  test.each(['\u200b', '\u202e', '\ue000', '\ufffd', '\u25a1', '\t'])('%j is refused whatever the font has', (bad) => {
    expect(() => locateText(styles.kai, `林${bad}煊`, '姓名')).toThrow(/姓名.*第 2 個字元 U\+/)
  })
})
