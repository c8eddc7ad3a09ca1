import { AppError } from '../../shared/app-error.ts'
import { codePointName, explainUnprintable, findUnprintable } from '../../shared/printable-text.ts'
import type { FontFace, Glyph } from './font-face.ts'

/** Faces of one style, asked in turn for every character; a face is opened when the ones before it fail. */
export type FontChain = {
  /** Undefined when no face of the chain can draw the code point. */
  locate(codePoint: number): PlacedGlyph | undefined
  /** The first face: the one for fixed text. */
  first(): FontFace
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

  return {
    locate,
    first() {
      const open = faces[0]
      if (open === undefined) throw new Error('an empty font chain')
      return open()
    },
  }
}

/**
 * The glyphs of a text, one for each code point.
 * @param field the field's label, for the message
 * @throws AppError INVALID_INPUT naming character and field when a character may not or cannot be drawn (E63)
 */
export function locateText(chain: FontChain, text: string, field: string): PlacedGlyph[] {
  const unprintable = findUnprintable(text)
  if (unprintable !== undefined) {
    throw new AppError('INVALID_INPUT', `「${field}」${explainUnprintable(unprintable)}`, { column: field })
  }
  return Array.from(text, (character) => {
    const placed = chain.locate(character.codePointAt(0) as number)
    if (placed !== undefined) return placed
    const name = codePointName(character)
    throw new AppError(
      'INVALID_INPUT',
      `「${field}」的字元「${character}」(${name}) 沒有字型可以繪出；請查明用字或加裝字型`,
    )
  })
}
