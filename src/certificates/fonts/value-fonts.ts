import type { PlacedGlyph } from './font-chain.ts'
import type { FontFace, Glyph } from './font-face.ts'
import { buildFontProgram } from './font-program.ts'

/**
 * The subset fonts of one certificate's values. Every character gets a code of its own, also where two share a glyph,
 * so that ToUnicode can give back exactly the text that was set (docs/decisions/0003-fonts.md).
 */
export type ValueFonts = {
  /** the font's resource name and the two-byte code (four hex digits) of a character */
  encode(character: string, placed: PlacedGlyph): { readonly font: string; readonly code: string }
  /** the fonts used, in the order of first use */
  list(): readonly ValueFont[]
}

export type ValueFont = {
  readonly name: string
  readonly face: FontFace
  readonly characters: readonly string[]
  readonly glyphs: readonly Glyph[]
}

type Growing = { name: string; face: FontFace; codes: Map<string, string>; glyphs: Glyph[] }

export function valueFonts(): ValueFonts {
  const fonts = new Map<FontFace, Growing>()
  return {
    encode(character, { face, glyph }) {
      let font = fonts.get(face)
      if (font === undefined) {
        font = { name: `V${fonts.size}`, face, codes: new Map(), glyphs: [] }
        fonts.set(face, font)
      }
      let code = font.codes.get(character)
      if (code === undefined) {
        font.glyphs.push(glyph)
        code = hex4(font.glyphs.length)
        font.codes.set(character, code)
      }
      return { font: font.name, code }
    },
    list: () => Array.from(fonts.values(), (font) => ({ ...font, characters: [...font.codes.keys()] })),
  }
}

/**
 * The six objects of an embedded Type 0 font with TrueType outlines (ISO 32000-2, 9.7 and 9.9; PDF/A-3, 6.2.11).
 * @param first number of the Type 0 font; the others follow
 */
export function fontObjects({ face, characters, glyphs }: ValueFont, first: number, tag: string): PdfObject[] {
  const program = buildFontProgram(face, glyphs)
  const name = `${tag}+${face.postscriptName}`
  const { bbox, ascent, descent, capHeight, italicAngle } = face.descriptor
  const [descendant, descriptor, file, toUnicode, gidMap] = [1, 2, 3, 4, 5].map((i) => first + i)
  const widths = glyphs.map((glyph) => number(glyph.advance)).join(' ')
  return [
    object(
      first,
      `<</Type/Font/Subtype/Type0/BaseFont/${name}/Encoding/Identity-H/DescendantFonts[${descendant} 0 R]/ToUnicode ${toUnicode} 0 R>>`,
    ),
    object(
      first + 1,
      `<</Type/Font/Subtype/CIDFontType2/BaseFont/${name}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>` +
        `/FontDescriptor ${descriptor} 0 R/CIDToGIDMap ${gidMap} 0 R/W[1[${widths}]]>>`,
    ),
    object(
      first + 2,
      `<</Type/FontDescriptor/FontName/${name}/Flags 4/FontBBox[${bbox.map(number).join(' ')}]/ItalicAngle ${number(italicAngle)}` +
        `/Ascent ${number(ascent)}/Descent ${number(descent)}/CapHeight ${number(capHeight)}/StemV 80/FontFile2 ${file} 0 R>>`,
    ),
    stream(first + 3, `/Filter/FlateDecode/Length1 ${program.length}`, program.deflated),
    stream(first + 4, '', toUnicodeMap(characters)),
    stream(first + 5, '', identityMap(glyphs.length)),
  ]
}

/** Code i is glyph i: the font program has its glyphs in the order of the codes. */
function identityMap(count: number): Buffer {
  const map = Buffer.alloc((count + 1) * 2)
  for (let code = 1; code <= count; code++) map.writeUInt16BE(code, code * 2)
  return map
}

/** A ToUnicode CMap from the characters themselves, code 1 first (ISO 32000-2, 9.10.3). */
function toUnicodeMap(characters: readonly string[]): string {
  const lines: string[] = []
  for (let start = 0; start < characters.length; start += 100) {
    const block = characters.slice(start, start + 100)
    lines.push(`${block.length} beginbfchar`)
    for (const [i, character] of block.entries()) lines.push(`<${hex4(start + i + 1)}> <${utf16Hex(character)}>`)
    lines.push('endbfchar')
  }
  return `/CIDInit/ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def
/CMapName/Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000><FFFF>
endcodespacerange
${lines.join('\n')}
endcmap
CMapName currentdict/CMap defineresource pop
end
end`
}

/** One object in pieces; strings are Latin-1, a byte a character, so that lengths add up. */
export type PdfObject = readonly (string | Buffer)[]

export function object(id: number, body: string): PdfObject {
  return [`${id} 0 obj\n${body}\nendobj\n`]
}

export function stream(id: number, entries: string, content: string | Buffer): PdfObject {
  return [`${id} 0 obj\n<<${entries}/Length ${content.length}>>\nstream\n`, content, '\nendstream\nendobj\n']
}

export function number(value: number): string {
  return String(Math.round(value * 1000) / 1000)
}

function hex4(value: number): string {
  return value.toString(16).toUpperCase().padStart(4, '0')
}

/** UTF-16BE as hex digits. */
export function utf16Hex(text: string): string {
  let hex = ''
  for (let i = 0; i < text.length; i++) hex += hex4(text.charCodeAt(i))
  return hex
}
