/** A text broken and sized to stand in its place. */
export type FittedText = { readonly size: number; readonly lines: readonly string[] }

export type Place = {
  readonly width: number
  readonly size: number
  readonly minSize: number
  /** most lines; 1 unless told */
  readonly lines?: number
  readonly spacing?: number
}

/** No line begins with one of these (CLREQ, 行首禁則). */
const NOT_AT_START = new Set('，。、；：！？）」』》〉】〕·‧．.,;:!?)]}%')
const NOT_AT_END = new Set('（「『《〈【〔([{')

/**
 * Fits a text into its place: on one line if it can be at least 70 % of the wished size, else on more lines, as large
 * as fits; never under `minSize`.
 * @param advances width of each code point of the text in thousandths of the font size
 * @returns undefined when it does not fit even at `minSize` on all lines
 */
export function fitText(text: string, advances: readonly number[], place: Place): FittedText | undefined {
  const most = place.lines ?? 1
  const oneLine = largestSize(advances, place)
  if (oneLine >= place.size) return { size: place.size, lines: [text] }
  if (most === 1 || oneLine >= place.size * 0.7) {
    return oneLine >= place.minSize ? { size: oneLine, lines: [text] } : undefined
  }
  const characters = Array.from(text)
  for (let size = place.size; size >= place.minSize; size -= 0.5) {
    const lines = breakLines(characters, advances, size, place)
    if (lines !== undefined && lines.length <= most) return { size, lines }
  }
  return undefined
}

/** The width of a text in points, spacing between the characters included. */
export function textWidth(advances: readonly number[], size: number, spacing = 0): number {
  let sum = 0
  for (const advance of advances) sum += advance
  return (sum * size) / 1000 + spacing * Math.max(0, advances.length - 1)
}

function largestSize(advances: readonly number[], place: Place): number {
  const unit = textWidth(advances, 1)
  const room = place.width - (place.spacing ?? 0) * Math.max(0, advances.length - 1)
  return Math.floor((room / unit) * 100) / 100
}

function breakLines(
  characters: readonly string[],
  advances: readonly number[],
  size: number,
  place: Place,
): string[] | undefined {
  const lines: string[] = []
  let start = 0
  while (start < characters.length) {
    let end = start
    let width = 0
    while (end < characters.length) {
      const step = ((advances[end] ?? 0) * size) / 1000 + (end > start ? (place.spacing ?? 0) : 0)
      if (width + step > place.width && characters[end] !== ' ') break
      width += step
      end++
    }
    if (end < characters.length) {
      while (end > start && !mayBreak(characters, end)) end--
      if (end === start) return undefined
    }
    lines.push(characters.slice(start, end).join('').trim())
    start = end
  }
  return lines
}

/** Between ideographs anywhere, in Latin text only at a space or after a hyphen. */
function mayBreak(characters: readonly string[], at: number): boolean {
  const before = characters[at - 1] ?? ''
  const after = characters[at] ?? ''
  if (NOT_AT_START.has(after) || NOT_AT_END.has(before)) return false
  if (before === ' ' || after === ' ' || before === '-') return true
  return isIdeograph(before) || isIdeograph(after)
}

function isIdeograph(character: string): boolean {
  return (character.codePointAt(0) ?? 0) >= 0x2e80
}
