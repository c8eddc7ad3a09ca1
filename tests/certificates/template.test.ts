import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PDFDocument } from 'pdf-lib'
import { describe, expect, test } from 'vitest'
import { loadFonts } from '../../src/certificates/fonts/load-fonts.ts'
import { compileTemplate } from '../../src/certificates/template/compile-template.ts'
import { fillPattern } from '../../src/certificates/template/fill-pattern.ts'
import { type Flag, loadTemplate, TEMPLATES } from '../../src/certificates/template/load-template.ts'
import { temporaryDirectory } from '../support/house.ts'

const fonts = loadFonts('/nowhere')
const VALUES = { verifyAddress: 'https://verify.example.tw/verify' }
const LANGUAGES = ['zh-TW', 'en'] as const

type Json = Record<string, never> & { elements: Record<string, unknown>[]; colors: Record<string, string> }

/** A copy of the templates in which one file was changed by a careless hand. */
function spoilt(file: string, spoil: (content: Json) => unknown): string {
  const directory = temporaryDirectory()
  cpSync(TEMPLATES, directory, { recursive: true })
  const path = join(directory, 'college-teacher/v1', file)
  const changed = spoil(JSON.parse(readFileSync(path, 'utf8')))
  writeFileSync(path, typeof changed === 'string' ? changed : JSON.stringify(changed))
  return directory
}

function load(directory: string): unknown {
  return loadTemplate('college-teacher', 'v1', 'zh-TW', directory)
}

describe('a template that is not in order is refused when it is loaded, naming file, place and reason', () => {
  test.each([
    [
      'a colour that is not in /colors',
      'layout.zh-TW.json',
      (layout: Json) => ({ ...layout, colors: { ...layout.colors, gold: undefined } }),
      /layout\.zh-TW\.json.*\/elements\/\d+\/color: no colour «gold»/s,
    ],
    [
      'an unknown kind of element',
      'layout.zh-TW.json',
      (layout: Json) => ({ ...layout, elements: [...layout.elements, { type: 'hologram', x: 1, y: 1 }] }),
      /layout\.zh-TW\.json:.*\/elements\/\d+.*type/s,
    ],
    [
      'a field that the wording does not know',
      'layout.zh-TW.json',
      (layout: Json) => ({
        ...layout,
        elements: layout.elements.map((one) => (one.field === 'name' ? { ...one, field: 'nmae' } : one)),
      }),
      /\/elements\/\d+\/field: no field «nmae» in the wording/,
    ],
    [
      'a text that the wording does not have',
      'wording.zh-TW.json',
      (wording: Json) => ({ ...wording, texts: { ...(wording.texts as unknown as object), title: undefined } }),
      /wording\.zh-TW\.json.*title/s,
    ],
    ['JSON that does not parse', 'layout.zh-TW.json', () => '{"page": ', /layout\.zh-TW\.json: cannot be read: .*JSON/],
    [
      'the wording of another language',
      'wording.zh-TW.json',
      (wording: Json) => ({ ...wording, language: 'en' }),
      /\/language: is en, the file's name says zh-TW/,
    ],
  ])('%s', (_, file, spoil, message) => {
    expect(() => load(spoilt(file, spoil))).toThrow(message)
  })

  test('a file that is not there', () => {
    const directory = spoilt('layout.zh-TW.json', (layout) => layout)
    rmSync(join(directory, 'college-teacher/v1/wording.zh-TW.json'))
    expect(() => load(directory)).toThrow(/wording\.zh-TW\.json: cannot be read: .*ENOENT/)
  })
})

describe.each(LANGUAGES)('the %s template', (language) => {
  const template = loadTemplate('college-teacher', 'v1', language)

  test('asks for every one of the minimum contents (§2.11)', () => {
    const fields = template.layout.elements.flatMap((one) => (one.type === 'field' ? [one.field] : []))
    const school = language === 'en' ? ['school', 'rank'] : ['statement']
    for (const field of [
      'number',
      'name',
      'sex',
      'birthDate',
      'seniorityFrom',
      'issuedOn',
      'minister',
      'mark',
      ...school,
    ]) {
      expect(fields).toContain(field)
    }
    expect(template.layout.elements.map(({ type }) => type)).toEqual(expect.arrayContaining(['qr', 'seal']))
  })

  test.each(combinations())('compiles to one page with flags %s', async (...flags) => {
    const compiled = compileTemplate(template, fonts, new Set(flags.filter((one): one is Flag => one !== '')), VALUES)
    expect(compiled.head.subarray(0, 8).toString()).toBe('%PDF-1.7')
    const drawn = compiled.fields.map(({ element }) => element.field)
    expect(drawn.includes('mark')).toBe(flags.includes('mark'))
    if (language === 'zh-TW') expect(drawn.includes('category')).toBe(flags.includes('category'))
    const numbers = [
      ...Object.values(compiled.numbers),
      compiled.qr.number,
      ...compiled.fields.map((one) => one.number),
    ]
    expect(new Set(numbers).size).toBe(numbers.length)
    for (const number of numbers) expect(compiled.entries[number]).toBeUndefined()
  })

  test('compiled twice gives the same bytes: a certificate does not depend on the process that made it', () => {
    const flags = new Set<Flag>(['national'])
    const [one, two] = [1, 2].map(() => compileTemplate(template, fonts, flags, VALUES).head)
    expect(one?.equals(two!)).toBe(true)
  })
})

test('fixed text with a character that no font has is refused before anything is drawn (E63)', () => {
  const template = loadTemplate('college-teacher', 'v1', 'zh-TW')
  const wording = { ...template.wording, texts: { ...template.wording.texts, title: '教師𗼇書' } }
  expect(() => compileTemplate({ ...template, wording }, fonts, new Set(), VALUES)).toThrow(/title.*U\+17F07/)
})

test('a place in a pattern that has no value is an error, and values are not filled in again', () => {
  expect(() => fillPattern('經{school}送審', {})).toThrow(/«經\{school\}送審» has no value for \{school\}/)
  expect(fillPattern('{name}', { name: '{number}$&' })).toBe('{number}$&')
})

test('what pdfkit writes is still a file that opens, the same page that is composed from', async () => {
  const { openDocument, collect } = await import('../../src/certificates/template/pdfkit-document.ts')
  const document = openDocument(loadTemplate('college-teacher', 'v1', 'en'))
  expect((await PDFDocument.load(collect(document))).getPageCount()).toBe(1)
})

function combinations(): (Flag | '')[][] {
  return (['national', 'resident'] as const).flatMap((id) =>
    (['', 'mark'] as const).flatMap((mark) => (['', 'category'] as const).map((category) => [id, mark, category])),
  )
}
