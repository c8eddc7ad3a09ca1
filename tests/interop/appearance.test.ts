import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import jsqr from 'jsqr'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { blankCells, characterCells, describeCell } from './character-cells.ts'
import { demo, issued } from './demo-files.ts'
import { renderPage, renderPageWithMupdf, toRgba } from './page-image.ts'
import { makeWithEmptyGlyph } from './throw-away-file.ts'
import { runWell } from './tools.ts'

const DOTS_PER_INCH = 150
let work: string

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'dcert-appearance-'))
})
afterAll(() => rmSync(work, { recursive: true, force: true }))

test.each(issued)('the QR code printed on $file leads to the address of its token', async ({ file, path }) => {
  const { text: xmp } = await runWell('pdfinfo', ['-meta', path])
  const token = /<dcert:token>([0-9A-HJKMNP-TV-Z]{26})<\/dcert:token>/.exec(xmp)?.[1]
  const address = `${demo.publicUrl}/c/${token}`
  const image = await renderPage(path, DOTS_PER_INCH)
  expect(readQr(toRgba(image), image.width, image.height)?.data).toBe(address)
  const picture = join(work, `${file}.ppm`)
  writeFileSync(picture, Buffer.concat([Buffer.from(`P6\n${image.width} ${image.height}\n255\n`), image.rgb]))
  const { text } = await runWell('zbarimg', ['--quiet', '--raw', picture])
  rmSync(picture)
  expect(text).toBe(`${address}\n`)
})

test.each(issued)('no character of $file is blank, whoever draws it', async ({ path, says }) => {
  const cells = await characterCells(path)
  const characters = (text: string): string[] => Array.from(text.replaceAll(/\s/g, '')).sort()
  expect(characters(cells.map(({ text }) => text).join(''))).toEqual(characters(says.page.join('')))
  for (const render of [renderPage, renderPageWithMupdf]) {
    const image = await render(path, DOTS_PER_INCH)
    expect(blankCells(image, cells, DOTS_PER_INCH).map(describeCell)).toEqual([])
  }
})

test.each([
  ['name', '網'],
  ['number', '1'],
  ['statement', '，'],
])('a file whose %s has one empty glyph passes signature and text, and is found blank', async (_, character) => {
  const { bytes } = await makeWithEmptyGlyph(character)
  const path = join(work, 'blank.pdf')
  writeFileSync(path, bytes)
  expect((await runWell('pdfsig', ['-nocert', path])).text).toContain('Signature is Valid')
  expect((await runWell('pdftotext', ['-raw', path, '-'])).text).toContain(character)
  const blank = blankCells(await renderPage(path, DOTS_PER_INCH), await characterCells(path), DOTS_PER_INCH)
  expect(new Set(blank.map(({ text }) => text))).toEqual(new Set([character]))
})

/** jsqr is a CommonJS module whose only export is called default. */
const readQr = (jsqr as unknown as { default: typeof jsqr.default }).default ?? jsqr
