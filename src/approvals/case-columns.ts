import type { ApprovedCase } from './approved-case.ts'

export type CaseField = keyof ApprovedCase

type CaseColumn = { readonly field: CaseField; readonly label: string; readonly required: boolean }

/** The columns of a file of cases: the label is the header in CSV, the field is the key in JSON. */
export const CASE_COLUMNS: readonly CaseColumn[] = [
  { field: 'documentNumber', label: '核定公文文號', required: true },
  { field: 'number', label: '證書字號', required: true },
  { field: 'name', label: '姓名', required: true },
  { field: 'idNumber', label: '身分證號', required: true },
  { field: 'birthDate', label: '生日', required: true },
  { field: 'sex', label: '性別', required: true },
  { field: 'rank', label: '審查等級', required: true },
  { field: 'schoolCode', label: '學校代碼', required: true },
  { field: 'school', label: '送審學校', required: true },
  { field: 'seniorityFrom', label: '起資年月', required: true },
  { field: 'issuedOn', label: '發證日期', required: true },
  { field: 'category', label: '審查類別', required: false },
  { field: 'result', label: '審定結果', required: false },
  { field: 'supportsElectronic', label: '支援電子證書', required: false },
  { field: 'nameEn', label: '英文姓名', required: false },
  { field: 'schoolEn', label: '送審學校英文名稱', required: false },
  { field: 'email', label: '電子郵件', required: false },
]

/** The cells of one row as they stand in the file; a column that is not there is undefined. */
export type CaseCells = { readonly [field in CaseField]?: unknown }

/** Something about one place of the file; `line` as an editor counts, `column` by the name the file uses. */
export type RowIssue = { readonly line: number; readonly column: string | null; readonly reason: string }

/** A file taken apart into rows; nothing in the cells is checked yet. */
export type CaseRows = {
  readonly rows: readonly { readonly line: number; readonly cells: CaseCells }[]
  readonly refused: readonly RowIssue[]
  readonly warnings: readonly RowIssue[]
}
