import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CertificateContent } from '../../src/certificates/certificate-content.ts'
import { demo, issued } from './demo-files.ts'
import { drawDirectly } from './direct-drawing.ts'
import { distance, type PageImage, renderPage } from './page-image.ts'
import { contentOf } from './throw-away-file.ts'

const DOTS_PER_INCH = 100
/** The edge of a glyph moved by a fraction of a pixel; poppler places glyphs on quarters of one. */
const EDGE = 32
/** No edge differs so much: here one page has ink and the other has none. */
const OTHER_INK = 96

let work: string

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'dcert-same-look-'))
})
afterAll(() => rmSync(work, { recursive: true, force: true }))

test.each(issued)('$file, made from a compiled template, looks as pdfkit alone draws it', async ({ path }) => {
  const { edges, otherInk } = compare(await renderPage(path, DOTS_PER_INCH), await render(await contentOf(path)))
  expect(otherInk).toBe(0)
  expect(edges).toBeLessThan(0.001)
})

test.each(issued.slice(0, 2))('one other digit in $file is seen', async ({ path }) => {
  const content = await contentOf(path)
  const other = { ...content, case: { ...content.case, idNumber: content.case.idNumber.replace(/.$/, '8') } }
  expect(other.case.idNumber).not.toBe(content.case.idNumber)
  const { otherInk } = compare(await renderPage(path, DOTS_PER_INCH), await render(other))
  expect(otherInk).toBeGreaterThan(0)
})

async function render(content: CertificateContent): Promise<PageImage> {
  const path = join(work, `${content.token}.pdf`)
  writeFileSync(path, drawDirectly(content, `${demo.publicUrl}/verify`))
  return renderPage(path, DOTS_PER_INCH)
}

/** The part of the pixels that differ at all to the eye, and how many differ as ink from paper. */
function compare(one: PageImage, other: PageImage): { edges: number; otherInk: number } {
  expect([other.width, other.height]).toEqual([one.width, one.height])
  let [edges, otherInk] = [0, 0]
  for (let y = 0; y < one.height; y++) {
    for (let x = 0; x < one.width; x++) {
      const at = (y * one.width + x) * 3
      const [r = 0, g = 0, b = 0] = other.rgb.subarray(at, at + 3)
      const difference = distance(one, x, y, [r, g, b])
      if (difference > EDGE) edges++
      if (difference > OTHER_INK) otherInk++
    }
  }
  return { edges: edges / (one.width * one.height), otherInk }
}
