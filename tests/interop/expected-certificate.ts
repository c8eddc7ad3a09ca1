/**
 * What each certificate must say, read from the sample file by this file's own few lines and written down by hand
 * where dcert computes: nothing of src/ has a part in it.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'

export type ExpectedCertificate = {
  readonly title: string
  /** what stands on the page and is different from certificate to certificate */
  readonly values: readonly string[]
  /** all that stands on the page, in reading order */
  readonly page: readonly string[]
  /** the attachment dcert-certificate.json, but for what is made at issue */
  readonly data: Readonly<Record<string, unknown>>
}

const SAMPLE = join(import.meta.dirname, '../../templates/certificates/college-teacher/sample-cases.csv')
const ROWS: readonly Record<string, string>[] = parse(readFileSync(SAMPLE), { columns: true, bom: true })

const RANKS: Readonly<Record<string, { word: string; en: string; code: string }>> = {
  教授: { word: '教', en: 'Professor', code: 'professor' },
  副教授: { word: '副', en: 'Associate Professor', code: 'associate-professor' },
  助理教授: { word: '助理', en: 'Assistant Professor', code: 'assistant-professor' },
  講師: { word: '講', en: 'Lecturer', code: 'lecturer' },
}

const ISSUE_DATES: Readonly<Record<string, string>> = {
  '2014-01-01': '中華民國一百零三年一月一日',
  '2014-02-20': '中華民國一百零三年二月二十日',
  '2017-08-15': '中華民國一百零六年八月十五日',
  '2018-10-01': '中華民國一百零七年十月一日',
  '2019-06-20': '中華民國一百零八年六月二十日',
  '2020-01-21': '中華民國一百零九年一月二十一日',
  '2021-03-10': '中華民國一百一十年三月十日',
  '2022-05-18': '中華民國一百一十一年五月十八日',
  '2023-08-01': '中華民國一百一十二年八月一日',
  '2024-04-30': '中華民國一百一十三年四月三十日',
  '2024-06-14': '中華民國一百一十三年六月十四日',
  '2025-02-25': '中華民國一百一十四年二月二十五日',
}

/** Later versions that the demo makes, by number and version. */
const REISSUED: Readonly<Record<string, { set: Record<string, string>; mark: Mark | null }>> = {
  '副字第125504號 2': { set: { 身分證號: 'A800000014' }, mark: 'replacement' },
  '助理字第148015號 2': { set: { 姓名: '蔡彣玥玥' }, mark: null },
}
type Mark = 'replacement'
const MARKS = { replacement: { 'zh-TW': '（換發）', en: '(Replacement)' } } as const

/** @throws Error when the sample file has no such row, or a version or date is not written down here */
export function expectedCertificate(
  of: { number: string; version: number; language: 'zh-TW' | 'en' },
  publicUrl: string,
): ExpectedCertificate {
  const { row, mark } = rowOf(of)
  const { number, language } = of
  const rank = RANKS[row.審查等級 ?? '']
  if (rank === undefined) throw new Error(`no rank ${row.審查等級}`)
  const { 姓名: name = '', 身分證號: idNumber = '', 送審學校: school = '', 性別: sex = '' } = row
  const person = { idNumber, sex: { 男: 'male', 女: 'female' }[sex] ?? '' }
  const dates = {
    birthDate: gregorian(row.生日),
    seniorityFrom: gregorian(row.起資年月),
    issuedOn: gregorian(row.發證日期),
  }
  const nameEn = row.英文姓名 || null
  const schoolEn = row.送審學校英文名稱 || null
  const category = row.審查類別 || null
  const marks = mark === null ? [] : [value(MARKS[mark][language])]
  const page =
    language === 'en'
      ? [
          'MINISTRY OF EDUCATION, REPUBLIC OF CHINA (TAIWAN)',
          'Teacher’s Certificate',
          ...marks,
          value(`No. ${number}`),
          'This is to certify that',
          value(nameEn ?? ''),
          'presented for accreditation by',
          value(schoolEn ?? school),
          'is qualified as',
          value(rank.en),
          'ID / UI No.',
          value(idNumber),
          'Date of birth',
          value(english(dates.birthDate)),
          'Sex',
          value(person.sex === 'male' ? 'Male' : 'Female'),
          'Seniority from',
          value(english(dates.seniorityFrom)),
          '教育部印樣本',
          value('Chen Yu-tsai'),
          'Minister of Education',
          value(english(dates.issuedOn)),
          'To verify this certificate, upload its PDF file to the Ministry’s certificate verification system:',
        ]
      : [
          '教育部',
          '教師證書',
          ...marks,
          value(number),
          value(name),
          value(`經${school}送審，合於${row.審查等級}資格`),
          /^[A-Z][12]/.test(idNumber) ? '身分證字號' : '統一證號',
          value(idNumber),
          '出生日期',
          value(roc(dates.birthDate)),
          '性別',
          value(sex),
          '年資起算',
          value(roc(dates.seniorityFrom)),
          ...(category === null ? [] : ['審查類別', value(category)]),
          '教育部印樣本',
          '部長',
          value('甄育才'),
          value(numerals(dates.issuedOn)),
          '請將證書電子檔上傳至教育部電子證書驗證系統驗證',
        ]
  return {
    title:
      language === 'en'
        ? `Teacher's Certificate, Ministry of Education, ${number}`
        : `教育部專科以上學校教師證書 ${number}`,
    values: page.filter((text) => typeof text !== 'string').map((text) => text.value),
    page: [...page.map((text) => (typeof text === 'string' ? text : text.value)), `${publicUrl}/verify`],
    data: {
      format: 'dcert-certificate/1',
      issuer: 'moe',
      kind: 'college-teacher',
      language,
      version: of.version,
      mark,
      number,
      documentNumber: row.核定公文文號,
      name,
      nameEn,
      ...person,
      ...dates,
      rank: rank.code,
      schoolCode: row.學校代碼,
      school,
      schoolEn,
      category,
      minister: language === 'en' ? 'Chen Yu-tsai' : '甄育才',
    },
  }
}

function value(text: string): { value: string } {
  return { value: text }
}

function numerals(isoDate: string): string {
  const written = ISSUE_DATES[isoDate]
  if (written === undefined) throw new Error(`write down how a certificate says ${isoDate}, here in ISSUE_DATES`)
  return written
}

function rowOf({ number, version }: { number: string; version: number }): {
  row: Record<string, string>
  mark: Mark | null
} {
  const row = ROWS.find((one) => {
    const digits = one.證書字號?.normalize('NFKC').replaceAll(/\D/g, '')
    return number === `${RANKS[one.審查等級 ?? '']?.word}字第${digits}號`
  })
  if (row === undefined) throw new Error(`the sample file has no ${number}`)
  if (version === 1) return { row, mark: null }
  const later = REISSUED[`${number} ${version}`]
  if (later === undefined) throw new Error(`write down what ${number} version ${version} says, here in REISSUED`)
  return { row: { ...row, ...later.set }, mark: later.mark }
}

/** ISO date or month of a ROC one, however it is written. */
function gregorian(text = ''): string {
  const parts = /^\d{7}$/.test(text) ? [text.slice(0, 3), text.slice(3, 5), text.slice(5)] : text.match(/\d+/g)
  const [year, ...rest] = (parts ?? []).map(Number)
  return [(year ?? 0) + 1911, ...rest].map((part) => String(part).padStart(2, '0')).join('-')
}

/** 民國103年8月15日, of a month 民國111年2月 */
function roc(iso: string): string {
  const [year = 0, month, day] = iso.split('-').map(Number)
  return `民國${year - 1911}年${month}月${day === undefined ? '' : `${day}日`}`
}

/** 15 August 2014, of a month February 2022 */
function english(iso: string): string {
  const day = iso.length > 7 ? ({ day: 'numeric' } as const) : {}
  const format = new Intl.DateTimeFormat('en-GB', { ...day, month: 'long', year: 'numeric', timeZone: 'UTC' })
  return format.format(new Date(iso))
}
