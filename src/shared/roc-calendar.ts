/**
 * Dates of the Republic of China (D6, D7); kept as ISO, converted only here.
 *
 * The number of digits of the year decides, never a guess: one to three digits are a ROC year (78 = 1989, never 1978),
 * four digits are Gregorian and are accepted only as strict ISO (2014-08-15, 2022-02). 1978/4/16 is refused on purpose:
 * it is what a spreadsheet makes of the ROC date 78-04-16, and would be eleven years wrong.
 */
import { AppError } from './app-error.ts'

const YEARS_BEFORE_ROC = 1911

export type RocReading = { readonly value: string } | { readonly reason: string }

const DATE_FORMS: readonly RegExp[] = [
  /^(\d{1,3})-(\d{1,2})-(\d{1,2})$/,
  /^(\d{1,3})\/(\d{1,2})\/(\d{1,2})$/,
  /^(\d{1,3})\.(\d{1,2})\.(\d{1,2})$/,
  /^(\d{3})(\d{2})(\d{2})$/,
  /^(?:(?:中華)?民國)?(\d{1,3})年(\d{1,2})月(\d{1,2})日$/,
]
const MONTH_FORMS: readonly RegExp[] = [/^(\d{1,3})[-/.](\d{1,2})$/, /^(?:(?:中華)?民國)?(\d{1,3})年(\d{1,2})月$/]
const BEFORE_ROC = '民國元年（1912 年）以前的日期不接受'

/** An ISO date from a ROC date such as 103-08-15, 65.1.2, 066-6-6, 1120801, 民國103年8月15日, or from an ISO date. */
export function parseRocDate(text: string): RocReading {
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (iso !== null) return toIso(Number(iso[1]) - YEARS_BEFORE_ROC, Number(iso[2]), Number(iso[3]))
  const roc = firstMatch(DATE_FORMS, text)
  if (roc !== null) return toIso(Number(roc[1]), Number(roc[2]), Number(roc[3]))
  return { reason: otherForm(text, '不是可辨認的日期；請寫成民國年，例如 103-08-15') }
}

/** An ISO month (`YYYY-MM`) from a ROC month such as 111/02, 111-2, 民國111年2月, or from an ISO month. */
export function parseRocMonth(text: string): RocReading {
  const iso = /^(\d{4})-(\d{2})$/.exec(text)
  if (iso !== null) return toIso(Number(iso[1]) - YEARS_BEFORE_ROC, Number(iso[2]), null)
  const roc = firstMatch(MONTH_FORMS, text)
  if (roc !== null) return toIso(Number(roc[1]), Number(roc[2]), null)
  return { reason: otherForm(text, '不是可辨認的年月；請寫成民國年月，例如 111/02，不含日') }
}

function firstMatch(forms: readonly RegExp[], text: string): RegExpExecArray | null {
  for (const form of forms) {
    const match = form.exec(text)
    if (match !== null) return match
  }
  return null
}

function otherForm(text: string, usual: string): string {
  if (/^(?:(?:中華)?民國)?前|^-\d/.test(text)) return BEFORE_ROC
  if (/^\d{4}[-/.年]/.test(text)) {
    return '西元年只接受 2014-08-15（年月為 2022-02）這種寫法；試算表會把民國 78-04-16 自動改成 1978/4/16，請還原成民國年'
  }
  return usual
}

function toIso(rocYear: number, month: number, day: number | null): RocReading {
  if (rocYear === 0) return { reason: '沒有民國 0 年' }
  if (rocYear < 0) return { reason: BEFORE_ROC }
  if (month < 1 || month > 12) return { reason: `沒有 ${month} 月` }
  const year = rocYear + YEARS_BEFORE_ROC
  const yearMonth = `${String(year).padStart(4, '0')}-${pad(month)}`
  if (day === null) return { value: yearMonth }
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate()
  if (day < 1 || day > lastDay) return { reason: `民國 ${rocYear} 年 ${month} 月沒有 ${day} 日` }
  return { value: `${yearMonth}-${pad(day)}` }
}

/** As the lists of the ministry write a date: `103-08-15`, `78-04-16`. */
export function formatRocDate(isoDate: string): string {
  const { rocYear, month, day } = partsOf(isoDate)
  if (day === null) throw new AppError('INVALID_INPUT', '這裡需要完整的日期。', { isoDate })
  return `${rocYear}-${pad(month)}-${pad(day)}`
}

/** As the lists of the ministry write a month: `111/02`. Takes an ISO month or date. */
export function formatRocMonth(iso: string): string {
  const { rocYear, month } = partsOf(iso)
  return `${rocYear}/${pad(month)}`
}

/** `民國103年8月15日`, of an ISO month `民國111年2月`. */
export function formatRocText(iso: string): string {
  const { rocYear, month, day } = partsOf(iso)
  return `民國${rocYear}年${month}月${day === null ? '' : `${day}日`}`
}

/** As certificates write it: `中華民國一百一十二年八月一日`, of an ISO month `中華民國一百一十二年八月`. */
export function formatRocNumerals(iso: string): string {
  const { rocYear, month, day } = partsOf(iso)
  const year = rocYear === 1 ? '元' : yearNumeral(rocYear)
  return `中華民國${year}年${smallNumeral(month)}月${day === null ? '' : `${smallNumeral(day)}日`}`
}

const ENGLISH_MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
)

/** `1 August 2023`, of an ISO month `August 2023`. */
export function formatEnglishDate(iso: string): string {
  const { rocYear, month, day } = partsOf(iso)
  return `${day === null ? '' : `${day} `}${ENGLISH_MONTHS[month - 1]} ${rocYear + YEARS_BEFORE_ROC}`
}

function partsOf(iso: string): { rocYear: number; month: number; day: number | null } {
  const match = /^(\d{4})-(\d{2})(?:-(\d{2}))?$/.exec(iso)
  const rocYear = Number(match?.[1]) - YEARS_BEFORE_ROC
  const month = Number(match?.[2])
  const day = match?.[3] === undefined ? null : Number(match[3])
  const checked = match === null ? null : toIso(rocYear, month, day)
  if (checked === null) throw new AppError('INVALID_INPUT', '日期的格式不正確。', { iso })
  if ('reason' in checked) throw new AppError('INVALID_INPUT', `日期不正確：${checked.reason}。`, { iso })
  return { rocYear, month, day }
}

function pad(n: number): string {
  return String(n).padStart(2, '0')
}

const DIGITS = '零一二三四五六七八九'

/** 1 to 99 as in months, days and two-digit years: 十, 十一, 二十, 三十一. */
function smallNumeral(n: number): string {
  const tens = Math.floor(n / 10)
  const unit = n % 10 === 0 ? '' : DIGITS[n % 10]
  if (tens === 0) return unit ?? ''
  return `${tens === 1 ? '' : DIGITS[tens]}十${unit}`
}

/** 1 to 999: 九十八, 一百, 一百零三, 一百一十二 (after a hundred the ten keeps its 一). */
function yearNumeral(n: number): string {
  if (n < 100) return smallNumeral(n)
  const rest = n % 100
  const hundreds = `${DIGITS[Math.floor(n / 100)]}百`
  if (rest === 0) return hundreds
  if (rest < 10) return `${hundreds}零${DIGITS[rest]}`
  return `${hundreds}${rest < 20 ? '一' : ''}${smallNumeral(rest)}`
}
