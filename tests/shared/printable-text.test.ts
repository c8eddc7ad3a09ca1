import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { explainUnprintable, findUnprintable } from '../../src/shared/printable-text.ts'

describe('characters that never stand on a certificate (E63)', () => {
  test.each([
    ['\t', 'U+0009', 'control'],
    ['\n', 'U+000A', 'control'],
    ['\u0000', 'U+0000', 'control'],
    ['\u0085', 'U+0085', 'control'],
    ['\u2028', 'U+2028', 'control'],
    ['\uFFFD', 'U+FFFD', 'lost'],
    ['□', 'U+25A1', 'placeholder'],
    ['〓', 'U+3013', 'placeholder'],
    ['\uD842', 'U+D842', 'lone-surrogate'],
    ['\uDFB7', 'U+DFB7', 'lone-surrogate'],
    ['\uE000', 'U+E000', 'private-use'],
    ['\u{F0000}', 'U+F0000', 'private-use'],
    ['\uFFFF', 'U+FFFF', 'noncharacter'],
    ['\uFDD0', 'U+FDD0', 'noncharacter'],
    ['\u{2FFFE}', 'U+2FFFE', 'noncharacter'],
    ['\u202E', 'U+202E', 'bidi-control'],
    ['\u200F', 'U+200F', 'bidi-control'],
    ['\uFE00', 'U+FE00', 'variation-selector'],
    ['\u{E0100}', 'U+E0100', 'variation-selector'],
    ['\u200B', 'U+200B', 'invisible'],
    ['\u00AD', 'U+00AD', 'invisible'],
    ['\uFEFF', 'U+FEFF', 'invisible'],
    ['\u3164', 'U+3164', 'invisible'],
    ['\uFFF9', 'U+FFF9', 'invisible'],
    ['\u2800', 'U+2800', 'invisible'],
    ['\u00A0', 'U+00A0', 'odd-space'],
    ['\u2003', 'U+2003', 'odd-space'],
  ])('%j is refused as %s (%s), with its position counted in characters', (character, codePoint, kind) => {
    expect(findUnprintable(`𠮷a${character}b`)).toEqual({ codePoint, position: 3, kind })
  })

  test.each([
    '凌網老師',
    '堃㛢𠮷𤧟喆煊栢峯綉龘犇彣玥𡍼𪚥',
    '巴奈‧達利',
    '亞歷山大·馮',
    'Núñez-O’Neil, José',
    '王　明',
    '方若𗼇',
    '林😀明',
    'e\u0301',
    '',
  ])('%s may be printed as far as its characters go', (text) => {
    expect(findUnprintable(text)).toBeUndefined()
  })

  test('the explanation names character and position', () => {
    const found = findUnprintable('方若\u200B菊')!
    expect(explainUnprintable(found)).toContain('第 3 個字元 U+200B')
  })

  test('a text is refused exactly when one of its characters is', () => {
    const any = fc.string({ unit: 'binary', maxLength: 12 })
    fc.assert(
      fc.property(any, (text) => {
        const first = [...text].findIndex((character) => findUnprintable(character) !== undefined)
        expect(findUnprintable(text)?.position ?? 0).toBe(first + 1)
      }),
      { numRuns: 1000 },
    )
  })
})
