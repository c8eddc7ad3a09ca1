import { distance, type PageImage } from './page-image.ts'
import { runWell } from './tools.ts'

type Point = readonly [x: number, y: number]

/** Where a character stands: the corners of its cell in points from the top left, turned as the text is. */
export type Cell = {
  readonly text: string
  readonly corner: Point
  /** from the corner along the line, and down to the next */
  readonly along: Point
  readonly down: Point
}

/** Ornaments behind the text are paler than this, the thinnest strokes of a letter are not. */
const INK = 60
const WHITE = [255, 255, 255] as const
/** Least part of an ideograph's cell that is ink: 一 alone has about four times as much. */
const LEAST_OF_IDEOGRAPH = 0.01
const LEAST_PIXELS = 2

/** Every character of a page that is not a space, with its cell, as MuPDF sees them. */
export async function characterCells(path: string): Promise<Cell[]> {
  const { text } = await runWell('mutool', ['draw', '-q', '-F', 'stext', '-o', '-', path])
  const cells: Cell[] = []
  for (const [, quad = '', escaped = ''] of text.matchAll(/<char quad="([^"]+)"[^>]* c="([^"]+)"/g)) {
    const character = unescapeXml(escaped)
    if (/^\s$/.test(character)) continue
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0, x2 = 0, y2 = 0] = quad.split(' ').map(Number)
    const before = cells.at(-1)
    if (x0 === x1 && y0 === y1 && before !== undefined) {
      // The second letter of a ligature has no room of its own.
      cells[cells.length - 1] = { ...before, text: before.text + character }
    } else {
      cells.push({ text: character, corner: [x0, y0], along: [x1 - x0, y1 - y0], down: [x2 - x0, y2 - y0] })
    }
  }
  return cells
}

/** The cells in which nothing is to be seen. */
export function blankCells(image: PageImage, cells: readonly Cell[], dotsPerInch: number): Cell[] {
  const scale = dotsPerInch / 72
  return cells.filter((cell) => {
    const { ink, area } = inkIn(image, cell, scale)
    const isIdeograph = (cell.text.codePointAt(0) ?? 0) >= 0x2e80 && !/^[\p{P}]$/u.test(cell.text)
    return ink < Math.max(LEAST_PIXELS, isIdeograph ? area * LEAST_OF_IDEOGRAPH : 0)
  })
}

/** Counts the pixels of the cell that are ink; its sides are left out, where the neighbours may lean in. */
function inkIn(image: PageImage, { corner, along, down }: Cell, scale: number): { ink: number; area: number } {
  const [width, height] = [Math.hypot(...along) * scale, Math.hypot(...down) * scale]
  const seen = new Set<number>()
  let ink = 0
  for (let i = 0; i <= width * 2; i++) {
    const u = 0.1 + (0.8 * i) / (width * 2)
    for (let j = 0; j <= height * 2; j++) {
      const v = j / (height * 2)
      const x = Math.floor((corner[0] + along[0] * u + down[0] * v) * scale)
      const y = Math.floor((corner[1] + along[1] * u + down[1] * v) * scale)
      const at = y * image.width + x
      if (seen.has(at)) continue
      seen.add(at)
      if (distance(image, x, y, WHITE) > INK) ink++
    }
  }
  return { ink, area: seen.size }
}

/** For a message: «網» (U+7DB2) at 297, 325 */
export function describeCell({ text, corner }: Cell): string {
  const codePoints = Array.from(text, (one) => `U+${one.codePointAt(0)?.toString(16).toUpperCase()}`)
  return `«${text}» (${codePoints.join(' ')}) at ${corner.map(Math.round).join(', ')}`
}

function unescapeXml(text: string): string {
  const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
  return text.replaceAll(/&(?:#x([0-9a-f]+)|(\w+));/gi, (_, hex: string | undefined, name: string) =>
    hex === undefined ? (named[name] ?? '') : String.fromCodePoint(Number.parseInt(hex, 16)),
  )
}
