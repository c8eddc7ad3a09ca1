import { AppError } from '../../shared/app-error.ts'
import { codePointName, explainUnprintable, findUnprintable } from '../../shared/printable-text.ts'
import type { FontFace, Glyph } from './font-face.ts'

/** Faces of one style, asked in turn for every character; a face is opened when the ones before it fail. */
export type FontChain = {
  /** Undefined when no face of the chain can draw the code point. */
  locate(codePoint: number): PlacedGlyph | undefined
}

export type PlacedGlyph = { readonly face: FontFace; readonly glyph: Glyph }

/** Makes a chain of faces that are opened on first need. */
export function fontChain(faces: readonly (() => FontFace)[]): FontChain {
  const located = new Map<number, PlacedGlyph | undefined>()

  function locate(codePoint: number): PlacedGlyph | undefined {
    if (located.has(codePoint)) return located.get(codePoint)
    let result: PlacedGlyph | undefined
    for (const open of faces) {
      const face = open()
      const glyph = face.find(codePoint)
      if (glyph !== undefined) {
        result = { face, glyph }
        break
      }
    }
    located.set(codePoint, result)
    return result
  }

  return { locate }
}

/** The families a text may be set in, the one it should be in first. */
export type FontStyle = readonly FontChain[]

/** Below it are the alphabets, from it on the radicals and ideographs. */
const FIRST_IDEOGRAPHIC = 0x2e80

/**
 * The glyphs of a text, one for each code point.
 * @param field the field's label, for the message
 * @throws AppError INVALID_INPUT naming character and field when a character may not or cannot be drawn (E63)
 */
export function locateText(style: FontStyle, text: string, field: string): PlacedGlyph[] {
  const unprintable = findUnprintable(text)
  if (unprintable !== undefined) {
    throw new AppError('INVALID_INPUT', `「${field}」${explainUnprintable(unprintable)}`, { column: field })
  }
  const characters = Array.from(text, (character) => ({ character, codePoint: character.codePointAt(0) as number }))
  // A name in Latin letters is never set in two styles: that of which one family has them all is taken.
  const isLatin = characters.every(({ codePoint }) => codePoint < FIRST_IDEOGRAPHIC)
  const whole = isLatin && style.find((chain) => characters.every(({ codePoint }) => chain.locate(codePoint)))
  const chains = whole ? [whole] : style
  return characters.map(({ character, codePoint }) => {
    for (const chain of chains) {
      const placed = chain.locate(codePoint)
      if (placed !== undefined) return placed
    }
    const name = codePointName(character)
    throw new AppError(
      'INVALID_INPUT',
      `「${field}」的字元「${character}」(${name}) 沒有字型可以繪出；請查明用字或加裝字型`,
      { column: field },
    )
  })
}
