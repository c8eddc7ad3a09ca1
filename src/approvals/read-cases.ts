import { AppError } from '../shared/app-error.ts'
import type { ApprovedCase } from './approved-case.ts'
import { CASE_COLUMNS, type CaseField, type CaseRows, type RowIssue } from './case-columns.ts'
import { checkCase } from './check-case.ts'
import { csvRows } from './csv-rows.ts'
import { decodeText } from './decode-text.ts'
import { jsonRows } from './json-rows.ts'

export type CasesFormat = 'csv' | 'json'

type LocatedCase = { readonly line: number; readonly case: ApprovedCase }

/**
 * Every row of the file is in `cases`, or has at least one line in `refused`,
 * or is named in `warnings` as the repetition of an earlier row.
 */
export type ReadCases = {
  readonly cases: readonly LocatedCase[]
  readonly refused: readonly RowIssue[]
  readonly warnings: readonly RowIssue[]
}

export type ReadOptions = {
  /** ISO date: what lies after it is in the future. */
  readonly today: string
  /** ISO date of the first certificates that can be electronic (E40, Q11). */
  readonly electronicFrom?: string
}

const LARGEST_FILE = 50 * 1024 * 1024
const ELECTRONIC_FROM = '2014-01-01'

/** Reads a file of approved cases. A bad row is refused by itself; only a file that cannot be read at all is an error. */
export function readCases(bytes: Uint8Array, format: CasesFormat, options: ReadOptions): ReadCases {
  // Step 1: bytes to text.
  if (bytes.length > LARGEST_FILE) throw new AppError('TOO_LARGE', '檔案超過 50 MiB，請分成幾個檔案匯入。')
  // JSON is never Big5 (RFC 8259); damaged UTF-8 there is refused where it stands.
  const { text, encoding } = decodeText(bytes, format === 'csv' ? '核定公文文號' : null)
  // Step 2: text to rows.
  const rows = format === 'csv' ? csvRows(text) : jsonRows(text)
  // Step 3: rows to cases, each row by itself.
  const checkOptions = {
    today: options.today,
    electronicFrom: options.electronicFrom ?? ELECTRONIC_FROM,
    fromBig5: encoding === 'big5',
  }
  const checked = checkRows(rows, format, checkOptions)
  // Step 4: the same case twice in one file.
  const unique = withoutRepetitions(checked.cases, format)
  return {
    cases: unique.cases,
    refused: byLine([...checked.refused, ...unique.refused]),
    warnings: byLine([...checked.warnings, ...unique.warnings]),
  }
}

function checkRows(from: CaseRows, format: CasesFormat, options: Parameters<typeof checkCase>[1]): ReadCases {
  const cases: LocatedCase[] = []
  const refused: RowIssue[] = [...from.refused]
  const warnings: RowIssue[] = [...from.warnings]
  for (const { line, cells } of from.rows) {
    const checked = checkCase(cells, options)
    if (checked.case !== null) cases.push({ line, case: checked.case })
    for (const { field, reason } of checked.problems) refused.push({ line, column: columnName(field, format), reason })
    for (const { field, reason } of checked.warnings) warnings.push({ line, column: columnName(field, format), reason })
  }
  return { cases, refused, warnings }
}

/**
 * The identity of a case is rank and number. A row that repeats an earlier one in everything is left out with a
 * warning; one that contradicts it is refused, and the first stands, as it would if they came in two files.
 */
function withoutRepetitions(cases: readonly LocatedCase[], format: CasesFormat): ReadCases {
  const column = columnName('number', format)
  const first = new Map<string, LocatedCase>()
  const refused: RowIssue[] = []
  const warnings: RowIssue[] = []
  for (const located of cases) {
    const key = `${located.case.rank} ${located.case.number}`
    const earlier = first.get(key)
    if (earlier === undefined) {
      first.set(key, located)
    } else if (JSON.stringify(earlier.case) === JSON.stringify(located.case)) {
      warnings.push({ line: located.line, column, reason: `與第 ${earlier.line} 行完全相同，已略過這一行` })
    } else {
      const names = differingColumns(earlier.case, located.case, format).join('、')
      const reason = `與第 ${earlier.line} 行是同一張證書（等級與字號相同），但資料不同：${names}；請只留正確的一行`
      refused.push({ line: located.line, column, reason })
    }
  }
  return { cases: [...first.values()], refused, warnings }
}

function differingColumns(a: ApprovedCase, b: ApprovedCase, format: CasesFormat): string[] {
  return CASE_COLUMNS.filter(({ field }) => a[field] !== b[field]).map(({ field }) => columnName(field, format))
}

/** A column as the file calls it. */
function columnName(field: CaseField, format: CasesFormat): string {
  return format === 'json' ? field : CASE_COLUMNS.find((column) => column.field === field)!.label
}

function byLine(issues: readonly RowIssue[]): RowIssue[] {
  return issues.toSorted((a, b) => a.line - b.line)
}
