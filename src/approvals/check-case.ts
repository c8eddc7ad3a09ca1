import { checkIdNumber } from '../shared/id-number.ts'
import { explainUnprintable, findUnprintable } from '../shared/printable-text.ts'
import { formatRocText } from '../shared/roc-calendar.ts'
import { type ApprovedCase, RANK_LABELS, RESULT_APPROVED, type Sex } from './approved-case.ts'
import type { CaseCells, CaseField } from './case-columns.ts'
import * as read from './cell-readers.ts'
import { quoteValue, trimSpace } from './cell-text.ts'

export type CheckOptions = {
  /** ISO date */
  readonly today: string
  /** ISO date of the first certificates that can be electronic (E40) */
  readonly electronicFrom: string
  /** The file was Big5, where a `?` may stand for a character that was lost. */
  readonly fromBig5: boolean
}

type CellIssue = { readonly field: CaseField; readonly reason: string }

export type CheckedCase = {
  /** null when there is any problem */
  readonly case: ApprovedCase | null
  readonly problems: readonly CellIssue[]
  readonly warnings: readonly CellIssue[]
}

const LONGEST = { name: 100, nameEn: 150, school: 100, schoolEn: 200, category: 50, result: 50 } as const
const KNOWN_RESULTS = [RESULT_APPROVED, '審定不通過', '審定不合格']
const USUAL_AGE = { from: 20, to: 90 } as const

/** Checks all cells of one row and reports every bad one, not only the first. */
export function checkCase(cells: CaseCells, options: CheckOptions): CheckedCase {
  const problems: CellIssue[] = []
  const warnings: CellIssue[] = []

  /** The value of a cell, null when it is empty, undefined when it was refused. */
  function take<T>(field: CaseField, reader: (text: string) => read.Reading<T>): T | null | undefined {
    const cell = cellText(field, cells[field])
    const reading = 'reason' in cell ? cell : cell.value === '' ? null : reader(cell.value)
    if (reading === null || 'value' in reading) return reading?.value ?? null
    problems.push({ field, reason: reading.reason })
    return undefined
  }

  function required<T>(field: CaseField, reader: (text: string) => read.Reading<T>): T | undefined {
    const value = take(field, reader)
    if (value === null) problems.push({ field, reason: '必填欄位是空的' })
    return value ?? undefined
  }

  function printed(field: keyof typeof LONGEST, reader: typeof read.readText) {
    return (text: string): read.Reading<string> => {
      if (text.includes('?') && options.fromBig5) {
        return { reason: `「${quoteValue(text)}」中的「?」可能是 Big5 無法表示的字；請把檔案存成 UTF-8，並補上原字` }
      }
      if (text.includes('?')) warnings.push({ field, reason: `「${quoteValue(text)}」含有「?」，請確認不是遺失的字` })
      if (/[\u2E80-\u2FDF]/.test(text)) {
        warnings.push({ field, reason: `「${quoteValue(text)}」含有部首符號（形似一般漢字），請確認` })
      }
      return reader(text, LONGEST[field])
    }
  }

  const documentNumber = required('documentNumber', (text) => read.readDocumentNumber(text, options.today))
  const number = required('number', read.readCertificateNumber)
  const name = required('name', printed('name', read.readName))
  const idNumber = required('idNumber', read.readIdNumber)
  const birthDate = required('birthDate', (text) => read.readPastDate(text, options.today, '生日'))
  const sex = required('sex', read.readSex)
  const rank = required('rank', read.readRank)
  const schoolCode = required('schoolCode', read.readSchoolCode)
  const school = required('school', printed('school', read.readName))
  const seniorityFrom = required('seniorityFrom', read.readMonth)
  const issuedOn = required('issuedOn', (text) => read.readPastDate(text, options.today, '發證日期'))
  const category = take('category', printed('category', read.readText))
  const result = take('result', printed('result', read.readText))
  const electronic = take('supportsElectronic', read.readBoolean)
  const nameEn = take('nameEn', printed('nameEn', read.readName))
  const schoolEn = take('schoolEn', printed('schoolEn', read.readName))
  const email = take('email', read.readEmail)

  if (number !== undefined && number.rankWord !== null && rank !== undefined) {
    const word = RANK_LABELS[rank].numberWord
    if (number.rankWord !== word) {
      const reason = `「${number.rankWord}字第」與審查等級「${RANK_LABELS[rank].label}」不符；應為「${word}字第」`
      problems.push({ field: 'number', reason })
    }
  }
  if (electronic === true && issuedOn !== undefined && issuedOn < options.electronicFrom) {
    const reason = `發證日期早於${formatRocText(options.electronicFrom)}，不支援電子證書；請改為「否」或更正發證日期`
    problems.push({ field: 'supportsElectronic', reason })
  }
  if (idNumber !== undefined && sex !== undefined) warnings.push(...sexWarnings(idNumber, sex))
  if (birthDate !== undefined && seniorityFrom !== undefined) warnings.push(...ageWarnings(birthDate, seniorityFrom))
  if (typeof result === 'string' && !KNOWN_RESULTS.includes(result)) {
    const reason = `「${quoteValue(result)}」不是常見的審定結果，視為未通過，不製發證書；請確認`
    warnings.push({ field: 'result', reason })
  }
  if (problems.length > 0) return { case: null, problems, warnings }

  const checked: ApprovedCase = {
    documentNumber: documentNumber!,
    number: number!.digits,
    rank: rank!,
    name: name!,
    idNumber: idNumber!,
    birthDate: birthDate!,
    sex: sex!,
    schoolCode: schoolCode!,
    school: school!,
    seniorityFrom: seniorityFrom!,
    issuedOn: issuedOn!,
    category: category ?? null,
    result: result ?? RESULT_APPROVED,
    supportsElectronic: electronic ?? issuedOn! >= options.electronicFrom,
    nameEn: nameEn ?? null,
    schoolEn: schoolEn ?? null,
    email: email ?? null,
  }
  return { case: checked, problems, warnings }
}

/** The trimmed text of a cell. JSON may give 支援電子證書 as a boolean or 1 and 0; everything else is text. */
function cellText(field: CaseField, cell: unknown): read.Reading<string> {
  if (cell === undefined || cell === null) return { value: '' }
  if (field === 'supportsElectronic' && (typeof cell === 'boolean' || typeof cell === 'number')) {
    return { value: String(cell) }
  }
  if (typeof cell !== 'string') return { reason: '型別不正確；請寫成字串（前後加雙引號）' }
  const text = trimSpace(cell)
  const unprintable = findUnprintable(text)
  return unprintable === undefined ? { value: text } : { reason: explainUnprintable(unprintable) }
}

/** Q10: the ministry's own sample has such a case, so this never refuses. */
function sexWarnings(idNumber: string, sex: Sex): CellIssue[] {
  const check = checkIdNumber(idNumber)
  if (!check.valid || check.sex === sex) return []
  return [{ field: 'sex', reason: '與身分證號第 2 碼所表示的性別不同；仍照資料處理，請確認' }]
}

function ageWarnings(birthDate: string, seniorityFrom: string): CellIssue[] {
  const years = Number(seniorityFrom.slice(0, 4)) - Number(birthDate.slice(0, 4))
  const age = seniorityFrom.slice(5) < birthDate.slice(5, 7) ? years - 1 : years
  if (age >= USUAL_AGE.from && age <= USUAL_AGE.to) return []
  return [{ field: 'birthDate', reason: `起資時年齡為 ${age} 歲，不太合理；仍照資料處理，請確認` }]
}
