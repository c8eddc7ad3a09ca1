import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppError } from '../../src/shared/app-error.ts'
import {
  formatEnglishDate,
  formatRocDate,
  formatRocMonth,
  formatRocNumerals,
  formatRocText,
  parseRocDate,
  parseRocMonth,
} from '../../src/shared/roc-calendar.ts'

const isoDate = fc
  .date({ min: new Date('1912-01-01T00:00:00Z'), max: new Date('2910-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10))

describe('reading ROC dates (D6, D7)', () => {
  test.each([
    ['103-08-15', '2014-08-15'],
    ['78-04-16', '1989-04-16'],
    ['65.1.2', '1976-01-02'],
    ['066-6-6', '1977-06-06'],
    ['078-04-16', '1989-04-16'],
    ['1120801', '2023-08-01'],
    ['112/8/1', '2023-08-01'],
    ['113-02-29', '2024-02-29'],
    ['民國103年1月1日', '2014-01-01'],
    ['中華民國103年1月1日', '2014-01-01'],
    ['2014-08-15', '2014-08-15'],
    ['1-1-1', '1912-01-01'],
  ])('%s is the day %s', (text, iso) => {
    expect(parseRocDate(text)).toEqual({ value: iso })
  })

  test.each([
    ['112-02-29', '沒有 29 日'],
    ['81-02-30', '沒有 30 日'],
    ['112-13-01', '沒有 13 月'],
    ['112-00-01', '沒有 0 月'],
    ['112-01-00', '沒有 0 日'],
    ['0-01-01', '民國 0 年'],
    ['000-01-01', '民國 0 年'],
    ['民國前3年1月1日', '以前'],
    ['-3-01-01', '以前'],
    ['1911-12-31', '民國 0 年'],
    ['1900-01-01', '以前'],
    ['0103-08-15', '以前'],
    ['112-02/03', '不是可辨認'],
    ['20140815', '不是可辨認'],
    ['780416', '不是可辨認'],
    ['111/02', '不是可辨認'],
    ['', '不是可辨認'],
    ['112-2-3 ', '不是可辨認'],
  ])('%s is refused because: %s', (text, reason) => {
    expect(parseRocDate(text)).toEqual({ reason: expect.stringContaining(reason) })
  })

  test('what a spreadsheet makes of 78-04-16 is refused, not read as the year 1978', () => {
    for (const text of ['1978/4/16', '1978/04/16', '1978.4.16', '1978年4月16日']) {
      expect(parseRocDate(text)).toEqual({ reason: expect.stringContaining('西元') })
    }
  })

  test.each([
    ['111/02', '2022-02'],
    ['111/12', '2022-12'],
    ['111-2', '2022-02'],
    ['98.8', '2009-08'],
    ['民國111年2月', '2022-02'],
    ['2022-02', '2022-02'],
  ])('%s is the month %s', (text, iso) => {
    expect(parseRocMonth(text)).toEqual({ value: iso })
  })

  test.each(['111/13', '111/00', '0/02', '11102', '111/02/01', '2022/02', '前1/02', '111', ''])(
    '%s is refused as a month',
    (text) => {
      expect(parseRocMonth(text)).toHaveProperty('reason')
    },
  )
})

describe('writing ROC dates', () => {
  test('lists write 103-08-15 and 78-04-16, months 111/02', () => {
    expect(formatRocDate('2014-08-15')).toBe('103-08-15')
    expect(formatRocDate('1989-04-16')).toBe('78-04-16')
    expect(formatRocMonth('2022-02')).toBe('111/02')
  })

  test('texts write 民國103年8月15日', () => {
    expect(formatRocText('2014-08-15')).toBe('民國103年8月15日')
    expect(formatRocText('2022-02')).toBe('民國111年2月')
  })

  test.each([
    ['2014-08-15', '中華民國一百零三年八月十五日'],
    ['2023-08-01', '中華民國一百一十二年八月一日'],
    ['2021-10-10', '中華民國一百一十年十月十日'],
    ['2011-12-31', '中華民國一百年十二月三十一日'],
    ['2009-11-20', '中華民國九十八年十一月二十日'],
    ['1930-01-11', '中華民國十九年一月十一日'],
    ['2031-02-21', '中華民國一百二十年二月二十一日'],
    ['1912-01-01', '中華民國元年一月一日'],
    ['2022-02', '中華民國一百一十一年二月'],
  ])('certificates write %s as %s', (iso, text) => {
    expect(formatRocNumerals(iso)).toBe(text)
  })

  test('English certificates write 1 August 2023', () => {
    expect(formatEnglishDate('2023-08-01')).toBe('1 August 2023')
    expect(formatEnglishDate('2022-02')).toBe('February 2022')
  })

  test.each(['1911-12-31', '2023-02-29', '2023', 'yesterday', ''])('%s is not a date that can be written', (iso) => {
    expect(() => formatRocText(iso)).toThrow(AppError)
  })
})

describe('there and back', () => {
  test('every day comes back from each way of writing it', () => {
    fc.assert(
      fc.property(isoDate, (iso) => {
        const compact = formatRocDate(iso).padStart(9, '0').replaceAll('-', '')
        for (const text of [iso, formatRocDate(iso), formatRocText(iso), `中華${formatRocText(iso)}`, compact]) {
          expect(parseRocDate(text)).toEqual({ value: iso })
        }
        const month = iso.slice(0, 7)
        expect(parseRocMonth(formatRocMonth(iso))).toEqual({ value: month })
        expect(parseRocMonth(formatRocText(month))).toEqual({ value: month })
      }),
    )
  })

  test('no two days are written alike in numerals', () => {
    const years = Array.from({ length: 999 }, (_, index) => formatRocNumerals(`${1912 + index}-01-01`))
    const days = Array.from({ length: 366 }, (_, index) =>
      formatRocNumerals(new Date(Date.UTC(2024, 0, 1 + index)).toISOString().slice(0, 10)),
    )
    expect(new Set([...years, ...days]).size).toBe(999 + 366 - 1)
  })

  test('any text is read or refused with a reason, never thrown', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9年月日/.-]{1,10}$/)), (text) => {
        for (const reading of [parseRocDate(text), parseRocMonth(text)]) {
          if ('value' in reading) expect(reading.value).toMatch(/^\d{4}-\d{2}(-\d{2})?$/)
          else expect(reading.reason).not.toBe('')
        }
      }),
    )
  })
})
