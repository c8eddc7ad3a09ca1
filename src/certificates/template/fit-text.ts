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
const NOT_AT_START = new Set('，。、；：！？）」』》〉】〕·‧・•．.,;:!?)]}%')
const NOT_AT_END = new Set('（「『《〈【〔([{')

/** Where more lines are needed they are set at most this large, so that they do not crowd what stands around. */
const LARGEST_BROKEN = 0.7

/**
 * Fits a text into its place: on one line if it can be at least 70 % of the wished size, else on more lines of about
 * the same length; never under `minSize`. A name is broken between its parts if it can be.
 * @param advances width of each code point of the text in thousandths of the font size
 * @returns undefined when it does not fit even at `minSize` on all lines
 */
export function fitText(text: string, advances: readonly number[], place: Place): FittedText | undefined {
  const most = place.lines ?? 1
  const oneLine = largestSize(advances, place)
  if (oneLine >= place.size) return { size: place.size, lines: [text] }
  if (most === 1 || oneLine >= place.size * LARGEST_BROKEN) {
    return oneLine >= place.minSize ? { size: oneLine, lines: [text] } : undefined
  }
  const characters = Array.from(text)
  for (const mayBreak of [betweenParts, anywhereAllowed]) {
    for (let size = place.size * LARGEST_BROKEN; size >= place.minSize; size -= 0.5) {
      const lines = balancedLines(
        { characters, advances, size, spacing: place.spacing ?? 0, mayBreak },
        place.width,
        most,
      )
      if (lines !== undefined) return { size, lines }
    }
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

type Setting = {
  readonly characters: readonly string[]
  readonly advances: readonly number[]
  readonly size: number
  readonly spacing: number
  readonly mayBreak: (characters: readonly string[], at: number) => boolean
}

/** The lines at the narrowest width at which they are still no more than `most`; undefined when they do not fit. */
function balancedLines(setting: Setting, width: number, most: number): string[] | undefined {
  const widest = breakLines(setting, width)
  if (widest === undefined || widest.length > most) return undefined
  let best = widest
  for (let [low, high] = [0, width]; high - low > 1; ) {
    const middle = (low + high) / 2
    const lines = breakLines(setting, middle)
    if (lines !== undefined && lines.length <= widest.length) {
      best = lines
      high = middle
    } else low = middle
  }
  return best
}

function breakLines({ characters, advances, size, spacing, mayBreak }: Setting, width: number): string[] | undefined {
  const lines: string[] = []
  let start = 0
  while (start < characters.length) {
    let end = start
    let taken = 0
    while (end < characters.length) {
      const step = ((advances[end] ?? 0) * size) / 1000 + (end > start ? spacing : 0)
      if (taken + step > width && characters[end] !== ' ') break
      taken += step
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

const PART_ENDS = new Set(' -‧·•・，、')

function betweenParts(characters: readonly string[], at: number): boolean {
  return PART_ENDS.has(characters[at - 1] ?? '') && anywhereAllowed(characters, at)
}

/** Between ideographs anywhere, in Latin text only after a space or a hyphen; a space ends the line that it follows. */
function anywhereAllowed(characters: readonly string[], at: number): boolean {
  let last = at - 1
  while (isSpace(characters[last])) last--
  const before = characters[last] ?? ''
  const after = characters[at] ?? ''
  if (isSpace(after) || NOT_AT_START.has(after) || NOT_AT_END.has(before)) return false
  return last < at - 1 || before === '-' || isIdeograph(before) || isIdeograph(after)
}

function isSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\u3000'
}

function isIdeograph(character: string): boolean {
  return (character.codePointAt(0) ?? 0) >= 0x2e80
}
