import jsQR from 'jsqr'
import { describe, expect, test } from 'vitest'
import { QUIET_ZONE, qrMatrix, qrPath } from '../../src/certificates/template/qr-path.ts'

const ADDRESS = 'https://verify.example.tw/c/0123456789ABCDEFGHJKMNPQRS'
const PIXELS_PER_MODULE = 4

describe('the QR code of a certificate', () => {
  test.each([ADDRESS, 'http://localhost:3000/c/ZZZZZZZZZZZZZZZZZZZZZZZZZZ', `https://${'sub.'.repeat(20)}tw/c/0`])(
    'drawn as rectangles it leads to %s',
    (address) => {
      expect(decode(qrPath(qrMatrix(address), 40, 90, 86), qrMatrix(address).size)).toBe(address)
    },
  )

  test('a quiet zone of four modules is kept on every side (ISO/IEC 18004, 6.3.8)', () => {
    const matrix = qrMatrix(ADDRESS)
    expect(QUIET_ZONE).toBe(4)
    const rectangles = rectanglesOf(qrPath(matrix, 40, 90, 86))
    expect(Math.min(...rectangles.map(({ x }) => x))).toBe(4)
    expect(Math.min(...rectangles.map(({ y }) => y))).toBe(4)
    expect(Math.max(...rectangles.map(({ x, width }) => x + width))).toBe(matrix.size + 4)
    expect(Math.max(...rectangles.map(({ y }) => y + 1))).toBe(matrix.size + 4)
  })

  test('with its quiet zone it fills its place, no more', () => {
    const matrix = qrMatrix(ADDRESS)
    const [scale = 0, , , , x, y] = (qrPath(matrix, 40.5, 90.25, 86).split('\n')[0] ?? '').split(' ').map(Number)
    expect([x, y]).toEqual([40.5, 90.25])
    expect(scale * (matrix.size + 8)).toBeCloseTo(86, 1)
  })

  test('no module is drawn twice: a reader that fills even-odd sees the same', () => {
    const seen = new Set<string>()
    for (const { x, y, width } of rectanglesOf(qrPath(qrMatrix(ADDRESS), 0, 0, 100))) {
      for (let i = x; i < x + width; i++) {
        expect(seen.has(`${i} ${y}`)).toBe(false)
        seen.add(`${i} ${y}`)
      }
    }
  })
})

type Rectangle = { x: number; y: number; width: number }

function rectanglesOf(path: string): Rectangle[] {
  return [...path.matchAll(/^(\d+) (\d+) (\d+) 1 re$/gm)].map(([, x, y, width]) => ({
    x: Number(x),
    y: Number(y),
    width: Number(width),
  }))
}

/** Paints the rectangles black on white and lets another's reader read them. */
function decode(path: string, modules: number): string | undefined {
  const side = (modules + 8) * PIXELS_PER_MODULE
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255)
  for (const { x, y, width } of rectanglesOf(path)) {
    // PDF counts from the bottom, a bitmap from the top.
    const top = side - (y + 1) * PIXELS_PER_MODULE
    for (let row = top; row < top + PIXELS_PER_MODULE; row++) {
      for (let column = x * PIXELS_PER_MODULE; column < (x + width) * PIXELS_PER_MODULE; column++) {
        pixels.fill(0, (row * side + column) * 4, (row * side + column) * 4 + 3)
      }
    }
  }
  const read = jsQR as unknown as (data: Uint8ClampedArray, width: number, height: number) => { data: string } | null
  return read(pixels, side, side)?.data
}
