import iconv from 'iconv-lite'
import { describe, expect, test } from 'vitest'
import { CASE_COLUMNS } from '../../src/approvals/case-columns.ts'
import { readCases } from '../../src/approvals/read-cases.ts'
import { AppError } from '../../src/shared/app-error.ts'
import { csvOf, GOOD_ROW, readCsv, readJson, TODAY } from './case-files.ts'

const labels = CASE_COLUMNS.map(({ label }) => label)

function refusalOf(read: () => unknown): AppError {
  try {
    read()
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('was not refused')
}

describe('encodings', () => {
  const text = csvOf({ name: '王‧明' })
  test.each<[string, Uint8Array]>([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with BOM', Buffer.from(`\uFEFF${text}`)],
    ['UTF-16LE with BOM', iconv.encode(`\uFEFF${text}`, 'utf-16le')],
    [
      'UTF-16LE with tabs, as Excel saves Unicode text',
      iconv.encode(`\uFEFF${text.replace(/"[^"]*"/g, 'HSU').replaceAll(',', '\t')}`, 'utf-16le'),
    ],
    ['UTF-16BE with BOM', iconv.encode(`\uFEFF${text}`, 'utf-16be')],
    ['Big5', iconv.encode(text, 'cp950')],
  ])('%s is read', (_, bytes) => {
    const { cases, refused } = readCsv(bytes)
    expect(refused).toEqual([])
    expect(cases[0]?.case).toMatchObject({ name: '王‧明', school: '凌網大學' })
  })

  test('a ? in a name of a Big5 file is refused with the advice to use UTF-8', () => {
    const { refused } = readCsv(iconv.encode(csvOf({ name: '陳𠮷祥' }), 'cp950'))
    expect(refused).toEqual([{ line: 2, column: '姓名', reason: expect.stringContaining('UTF-8') }])
  })

  test('a character of the Taiwanese user area never becomes one of Hong Kong', () => {
    const [before, after] = csvOf({ name: '王#明' }).split('#')
    const bytes = Buffer.concat([
      iconv.encode(before!, 'cp950'),
      Buffer.from([0xfa, 0x40]),
      iconv.encode(after!, 'cp950'),
    ])
    const { cases, refused } = readCsv(bytes)
    expect(cases).toEqual([])
    expect(refused).toEqual([{ line: 2, column: '姓名', reason: expect.stringContaining('U+FFFD') }])
  })

  test('damaged UTF-8 is refused where it stands and not taken for Big5', () => {
    const [before, after] = csvOf({ name: '王#明' }, { number: '9' }).split('#')
    const bytes = Buffer.concat([Buffer.from(before!), Buffer.from([0xe7]), Buffer.from(after!)])
    const { cases, refused } = readCsv(bytes)
    expect(cases.map(({ line }) => line)).toEqual([3])
    expect(refused).toEqual([{ line: 2, column: '姓名', reason: expect.stringContaining('U+FFFD') }])
  })

  test('damaged UTF-8 in JSON is refused where it stands', () => {
    const [before, after] = JSON.stringify([{ ...GOOD_ROW, name: '王#明' }]).split('#')
    const bytes = Buffer.concat([Buffer.from(before!), Buffer.from([0xe7]), Buffer.from(after!)])
    const { refused } = readCases(bytes, 'json', { today: TODAY })
    expect(refused).toEqual([{ line: 1, column: 'name', reason: expect.stringContaining('U+FFFD') }])
  })
})

describe('lines of a CSV file are those an editor shows', () => {
  const header = labels.join(',')
  const row = (number: string, category = '學位') => csvOf({ number, category }).slice(header.length + 1)

  test.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ])('with %s, blank lines and line breaks inside quotes', (_, newline) => {
    const lines = ['', header, row('1'), '', row('2', `a${newline}b`), ',,,,,,,,,,,,,,,,', row('3')]
    const { cases, refused } = readCsv(lines.join(newline))
    expect(cases.map((each) => [each.line, each.case.number])).toEqual([
      [3, '1'],
      [8, '3'],
    ])
    expect(refused).toEqual([{ line: 5, column: '審查類別', reason: expect.stringContaining('U+000A') }])
  })

  test('a row with too few or too many cells is refused, empty ones at the end are not', () => {
    const { cases, refused } = readCsv([header, `${row('1')},,`, `${row('2')},x`, '1,2,3'].join('\n'))
    expect(cases.map(({ line }) => line)).toEqual([2])
    expect(refused.map(({ line, column }) => [line, column])).toEqual([
      [3, null],
      [4, null],
    ])
  })
})

describe('columns', () => {
  test('stand in any order; unknown ones are reported and ignored', () => {
    const columns = [...CASE_COLUMNS].reverse()
    const text = [
      ['備註', ...columns.map(({ label }) => ` ${label}　`), ''].join(','),
      ['x', ...columns.map(({ field }) => `"${GOOD_ROW[field]}"`), ''].join(','),
    ].join('\n')
    const { cases, refused, warnings } = readCsv(text)
    expect(refused).toEqual([])
    expect(cases[0]?.case.name).toBe('許峯龘')
    expect(warnings.map(({ line, column }) => [line, column])).toEqual([
      [1, '備註'],
      [1, ''],
    ])
  })

  test('the optional ones may be missing', () => {
    const required = CASE_COLUMNS.filter((column) => column.required)
    const text = `${required.map(({ label }) => label).join(',')}\n${required.map(({ field }) => GOOD_ROW[field]).join(',')}`
    expect(readCsv(text).cases[0]?.case).toMatchObject({ result: '審定通過', supportsElectronic: true, nameEn: null })
  })

  test.each([
    ['a missing required column', csvOf({}).replace('身分證號', 'ID'), '身分證號'],
    ['a column that stands twice', csvOf({}).replace('審查類別', '姓名'), '姓名'],
    ['an empty file', '', '空的'],
    ['a file of blank lines', '\n \n,,\n', '空的'],
    ['a file of only a header', `${labels.join(',')}\n\n`, '只有標題列'],
    ['a quote that is never closed', `${csvOf({})}\n1,"2,3\n4`, '第 3 行'],
    ['a workbook', 'PK\u0003\u0004', '另存'],
  ])('%s is an error of the whole file', (_, text, message) => {
    const error = refusalOf(() => readCsv(text))
    expect(error.code).toBe('INVALID_INPUT')
    expect(error.userMessage).toContain(message)
  })

  test('a file of more than 50 MiB is refused', () => {
    const error = refusalOf(() => readCsv(new Uint8Array(50 * 1024 * 1024 + 1)))
    expect(error.code).toBe('TOO_LARGE')
  })
})

describe('JSON', () => {
  test('gives the same cases as CSV', () => {
    expect(readJson([GOOD_ROW]).cases[0]?.case).toEqual(readCsv(csvOf({})).cases[0]?.case)
  })

  test('takes ISO dates, real booleans, null, and the English words for rank and sex', () => {
    const row = {
      ...GOOD_ROW,
      birthDate: '1989-04-16',
      seniorityFrom: '2023-08',
      supportsElectronic: false,
      email: null,
    }
    const { cases, refused } = readJson([{ ...row, rank: 'assistant-professor', sex: 'male' }])
    expect(refused).toEqual([])
    expect(cases[0]?.case).toMatchObject({
      birthDate: '1989-04-16',
      supportsElectronic: false,
      rank: 'assistant-professor',
    })
  })

  test('a wrong type is refused in its row, under its key', () => {
    const { refused } = readJson([{ ...GOOD_ROW, number: 147261, name: ['許'], email: true }, 'x', null, [1]])
    expect(refused.map(({ column }) => column)).toEqual([null, null, null, 'number', 'name', 'email'])
  })

  test('a lone surrogate written as an escape is refused (E63)', () => {
    expect(readJson([{ ...GOOD_ROW, name: '許\uD842' }]).refused[0]?.reason).toContain('U+D842')
  })

  test('a key given twice in one object is refused: which value counts is not known', () => {
    const text = JSON.stringify([GOOD_ROW]).replace('{', '{"name":"李四",')
    expect(readJson(text).refused).toEqual([{ line: 1, column: 'name', reason: expect.stringContaining('兩次') }])
  })

  test('an unknown key is reported once, where it first stands', () => {
    const rows = [GOOD_ROW, { ...GOOD_ROW, number: '1', note: 1 }, { ...GOOD_ROW, number: '2', note: 2 }]
    expect(readJson(JSON.stringify(rows, null, 1)).warnings).toEqual([
      { line: 2 + 19, column: 'note', reason: expect.stringContaining('不認得') },
    ])
  })

  test('the line is where the object starts', () => {
    const strange = { ...GOOD_ROW, name: '{"[,\\', note: ['{', { a: [1, 'x"'] }] }
    const text = `\r\n[\r\n\r\n${JSON.stringify(strange)},\n {\r${JSON.stringify({ ...GOOD_ROW, name: '' }).slice(1)}, 5\n,\t[]]`
    const { refused } = readJson(text)
    expect(refused.map(({ line }) => line)).toEqual([4, 5, 6, 7])
  })

  test.each([
    ['no JSON', '[{"idNumber": "A123456789",}]', '第 1 行'],
    ['an object', '{"cases": []}', '陣列'],
    ['an empty array', '[]', '沒有任何案件'],
    ['an empty file', ' \n', '空的'],
    ['deep nesting', '['.repeat(1_000_000), 'JSON'],
  ])('%s is an error of the whole file and shows nothing of it', (_, text, message) => {
    const error = refusalOf(() => readJson(text))
    expect(error.code).toBe('INVALID_INPUT')
    expect(error.userMessage).toContain(message)
    expect(JSON.stringify([error.message, error.details])).not.toContain('A123456789')
  })
})
