import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { demo, issued, samples } from './demo-files.ts'
import { runWell } from './tools.ts'

let work: string

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'dcert-structure-'))
})
afterAll(() => rmSync(work, { recursive: true, force: true }))

test('the demo issued every language of every certificate, and one certificate has two versions at least', () => {
  const chinese = issued.filter(({ language }) => language === 'zh-TW')
  expect(new Set(chinese.map(({ number }) => number)).size).toBeGreaterThanOrEqual(21)
  const withEnglishName = chinese.filter(({ says }) => says.data.nameEn !== null)
  const english = issued.filter(({ language }) => language === 'en')
  const name = ({ number, version }: { number: string; version: number }): string => `${number} ${version}`
  expect(english.map(name).sort()).toEqual(withEnglishName.map(name).sort())
  expect(issued.some(({ version }) => version > 1)).toBe(true)
  expect(new Set(samples.map(({ expected }) => expected))).toEqual(new Set(['success', 'warning', 'failure']))
})

test.each(issued)('qpdf has nothing to say against $file', async ({ path }) => {
  const { text, stderr } = await runWell('qpdf', ['--check', path])
  expect(stderr).toBe('')
  expect(text).toContain('No syntax or stream encoding errors found')
})

test.each(issued)('pdfinfo: $file is one tagged A4 page of PDF 1.7, open, without script', async ({ path, says }) => {
  const { text } = await runWell('pdfinfo', [path])
  const info = Object.fromEntries(text.split('\n').map((line) => [line.slice(0, 16).trim(), line.slice(16).trim()]))
  expect(info).toMatchObject({
    'Title:': says.title,
    'Producer:': 'dcert',
    'Metadata Stream:': 'yes',
    'Tagged:': 'yes',
    'Suspects:': 'no',
    'Form:': 'AcroForm',
    'JavaScript:': 'no',
    'Pages:': '1',
    'Encrypted:': 'no',
    'Page size:': '595.28 x 841.89 pts (A4)',
    'Page rot:': '0',
    'PDF version:': '1.7',
  })
})

test.each(issued)('pdffonts: every font of $file is embedded, a subset, and has ToUnicode', async ({ path }) => {
  const { text } = await runWell('pdffonts', [path])
  const fonts = text.trimEnd().split('\n').slice(2)
  expect(fonts.length).toBeGreaterThanOrEqual(2)
  for (const font of fonts) expect(font).toMatch(/^[A-Z]{6}\+\S+ +CID TrueType +Identity-H +yes yes yes +\d+ +0$/)
})

test.each(issued)('pdfdetach takes the data of the case from $file', async ({ file, path, says }) => {
  const { text } = await runWell('pdfdetach', ['-list', path])
  expect(text).toBe('1 embedded files\n1: dcert-certificate.json\n')
  const saved = join(work, `${file}.json`)
  await runWell('pdfdetach', ['-save', '1', '-o', saved, path])
  expect(JSON.parse(readFileSync(saved, 'utf8'))).toEqual({
    ...says.data,
    address: expect.stringMatching(new RegExp(`^${demo.publicUrl}/c/[0-9A-HJKMNP-TV-Z]{26}$`)),
    composedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  })
})
