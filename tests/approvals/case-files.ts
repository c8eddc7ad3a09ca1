import { CASE_COLUMNS, type CaseField } from '../../src/approvals/case-columns.ts'
import { type ReadCases, readCases } from '../../src/approvals/read-cases.ts'

export const TODAY = '2026-11-21'

/** A row without any fault or warning. */
export const GOOD_ROW: Readonly<Record<CaseField, string>> = {
  documentNumber: '1130045521',
  number: '147261',
  name: '許峯龘',
  idNumber: 'L120000024',
  birthDate: '78-04-16',
  sex: '男',
  rank: '助理教授',
  schoolCode: '9995',
  school: '凌網大學',
  seniorityFrom: '112/08',
  issuedOn: '113-04-30',
  category: '專門著作-學術',
  result: '審定通過',
  supportsElectronic: '',
  nameEn: 'HSU, FENG-TA',
  schoolEn: 'Lingwang University',
  email: 'hsu@example.org',
}

export type Row = Partial<Record<CaseField, string>>

/** CSV of rows that differ from the good one as told. */
export function csvOf(...rows: Row[]): string {
  const lines = rows.map((row) => CASE_COLUMNS.map(({ field }) => csvCell({ ...GOOD_ROW, ...row }[field]!)).join(','))
  return [CASE_COLUMNS.map(({ label }) => label).join(','), ...lines].join('\n')
}

function csvCell(text: string): string {
  return /[",\r\n\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export function readCsv(text: string | Uint8Array): ReadCases {
  return readCases(typeof text === 'string' ? Buffer.from(text) : text, 'csv', { today: TODAY })
}

export function readJson(value: unknown): ReadCases {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return readCases(Buffer.from(text), 'json', { today: TODAY })
}
