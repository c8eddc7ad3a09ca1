import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fitText, type Place, textWidth } from '../../src/certificates/template/fit-text.ts'

const NEVER_FIRST = '，。、；：！？）」』》〉】〕·‧・•．.,;:!?)]}%'
const place: Place = { width: 445.28, size: 40, minSize: 15, lines: 2 }

/** An ideograph is as wide as the font is tall, a Latin letter about half of it. */
function advancesOf(text: string): number[] {
  return Array.from(text, (character) => ((character.codePointAt(0) ?? 0) >= 0x2000 ? 1000 : 480))
}

function set(text: string, into: Place = place) {
  return fitText(text, advancesOf(text), into)
}

const texts = fc
  .array(
    fc.constantFrom(
      ...'林堃煊𠮷祥巴奈伊斯坦大',
      '‧',
      '·',
      '，',
      '（',
      '）',
      ' ',
      '\u3000',
      '-',
      'a',
      'B',
      'n',
      '.',
      ',',
    ),
    {
      minLength: 1,
      maxLength: 60,
    },
  )
  .map((characters) => characters.join('').trim())
  .filter((text) => text !== '')
const places = fc.record({
  width: fc.integer({ min: 60, max: 500 }),
  size: fc.integer({ min: 14, max: 40 }),
  minSize: fc.integer({ min: 8, max: 14 }),
  lines: fc.integer({ min: 1, max: 3 }),
  spacing: fc.constantFrom(0, 1.5, 5),
})

describe('a text that fits into its place (pdf.md: no field overflow)', () => {
  test('is never wider than the place, never under minSize nor over the wished size, on no more lines than allowed', () => {
    fc.assert(
      fc.property(texts, places, (text, into) => {
        const fitted = set(text, into)
        if (fitted === undefined) return
        expect(fitted.size).toBeGreaterThanOrEqual(into.minSize)
        expect(fitted.size).toBeLessThanOrEqual(into.size)
        expect(fitted.lines.length).toBeLessThanOrEqual(into.lines)
        for (const line of fitted.lines) {
          expect(textWidth(advancesOf(line), fitted.size, into.spacing)).toBeLessThanOrEqual(into.width + 1e-6)
        }
      }),
    )
  })

  test('keeps every character but the spaces at the line breaks (E63)', () => {
    fc.assert(
      fc.property(texts, places, (text, into) => {
        const fitted = set(text, into)
        if (fitted === undefined) return
        expect(fitted.lines.join('').replaceAll(/[ \u3000]/g, '')).toBe(text.replaceAll(/[ \u3000]/g, ''))
        if (fitted.lines.length === 1) expect(fitted.lines[0]).toBe(text)
      }),
    )
  })

  test('no further line begins with forbidden punctuation, none ends with an opening bracket (CLREQ 行首禁則)', () => {
    fc.assert(
      fc.property(texts, places, (text, into) => {
        const lines = set(text, into)?.lines ?? []
        for (const line of lines.slice(1)) expect(NEVER_FIRST).not.toContain(Array.from(line)[0])
        for (const line of lines.slice(0, -1)) expect('（').not.toBe(line.at(-1))
      }),
    )
  })
})

describe('the ways a name is set', () => {
  test.each([
    ['林堃煊', 1, 40],
    ['𠮷𡍼𤧟𪚥', 1, 40],
    ['Nguyễn Thị Ánh Tuyết', 1, 40],
    ['一二三四五六七八九十一二三四五', 1, 29.68],
    ['巴奈‧伊斯坦大‧馬赫哈桑‧達西烏拉彎', 2, 28],
  ])('%s stands on %i line(s) at %d points', (name, lines, size) => {
    expect(set(name)).toMatchObject({ size })
    expect(set(name)?.lines).toHaveLength(lines)
  })

  test('a name of several parts is broken between them, not within', () => {
    expect(set('巴奈‧伊斯坦大‧馬赫哈桑‧達西烏拉彎')?.lines).toEqual(['巴奈‧伊斯坦大‧', '馬赫哈桑‧達西烏拉彎'])
  })

  test('a Latin word is not torn apart', () => {
    expect(set('Alexander Maximilian Freiherr von Hohenstein Nunez de la Pena')?.lines.join(' ')).toBe(
      'Alexander Maximilian Freiherr von Hohenstein Nunez de la Pena',
    )
  })

  test('what is too long even at minSize is refused, not squeezed', () => {
    expect(set('巴'.repeat(59))).toBeUndefined()
    expect(set('巴'.repeat(30), { ...place, lines: 1 })).toBeUndefined()
    expect(set('a'.repeat(200))).toBeUndefined()
  })
})
