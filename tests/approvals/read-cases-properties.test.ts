import fc from 'fast-check'
import iconv from 'iconv-lite'
import { expect, test } from 'vitest'
import { CASE_COLUMNS } from '../../src/approvals/case-columns.ts'
import { readCases } from '../../src/approvals/read-cases.ts'
import { AppError } from '../../src/shared/app-error.ts'
import { csvOf, GOOD_ROW, type Row, readCsv, readJson, TODAY } from './case-files.ts'

const cell = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom('', ' ', '是', '教授', '112-02-29', 'A123456789', '1.42E+05', '"', '\r\n', '?'),
)
const fields = CASE_COLUMNS.map(({ field }) => field)
const row: fc.Arbitrary<Row> = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...fields), cell), { maxLength: 4, selector: ([field]) => field })
  .map((entries) => Object.fromEntries(entries))

function reads(bytes: Uint8Array): void {
  for (const format of ['csv', 'json'] as const) {
    try {
      readCases(bytes, format, { today: TODAY })
    } catch (error) {
      expect(error).toBeInstanceOf(AppError)
    }
  }
}

test('any bytes are read or refused with an AppError', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), reads), { numRuns: 500 })
})

test('any damage to a good file is read or refused with an AppError', () => {
  const good = [Buffer.from(csvOf({}, {})), iconv.encode(csvOf({}), 'cp950'), Buffer.from(JSON.stringify([GOOD_ROW]))]
  const place = fc.nat(5000)
  fc.assert(
    fc.property(fc.constantFrom(...good), place, fc.uint8Array({ maxLength: 4 }), place, (bytes, at, put, cut) => {
      const from = at % bytes.length
      reads(Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + (cut % 5))]))
    }),
    { numRuns: 1000 },
  )
})

test('any JSON value is read or refused with an AppError', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => reads(Buffer.from(JSON.stringify([value, { name: value }])))))
})

test('every row is a case, or refused, or named as a repetition; never two of them', () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 6 }), (rows) => {
      const inJson = readJson(
        JSON.stringify(
          rows.map((each) => ({ ...GOOD_ROW, ...each })),
          null,
          1,
        ),
      )
      const lines = rows.map((_, index) => 2 + index * (fields.length + 2))
      for (const line of lines) {
        const isCase = inJson.cases.some((each) => each.line === line)
        const isRefused = inJson.refused.some((each) => each.line === line)
        const isRepetition = inJson.warnings.some((each) => each.line === line && each.reason.includes('完全相同'))
        expect([isCase, isRefused, isRepetition].filter(Boolean)).toHaveLength(1)
      }
      // The same rows as CSV give the same cases; only lone surrogates cannot be written there.
      const inCsv = readCsv(csvOf(...rows.map((each) => mapValues(each))))
      expect(inCsv.cases.map((each) => each.case)).toEqual(inJson.cases.map((each) => each.case))
    }),
    { numRuns: 300 },
  )
})

function mapValues(row: Row): Row {
  return Object.fromEntries(Object.entries(row).map(([field, value]) => [field, value.toWellFormed()]))
}

test('a case that was read is read again from its own ISO values', () => {
  const [first] = readCsv(csvOf({})).cases
  expect(readJson([first!.case]).cases[0]?.case).toEqual(first!.case)
})

test('a hundred thousand rows are read in seconds', () => {
  const text = csvOf(...Array.from({ length: 100_000 }, (_, index) => ({ number: String(index + 1) })))
  const started = performance.now()
  expect(readCsv(text).cases).toHaveLength(100_000)
  expect(performance.now() - started).toBeLessThan(15_000)
})
