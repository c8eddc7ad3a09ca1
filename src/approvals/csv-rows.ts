import { CsvError, parse } from 'csv-parse/sync'
import { AppError } from '../shared/app-error.ts'
import { CASE_COLUMNS, type CaseCells, type CaseField, type CaseRows, type RowIssue } from './case-columns.ts'
import { quoteValue, trimSpace } from './cell-text.ts'

type CsvRecord = { readonly line: number; readonly cells: readonly string[] }
type Header = { readonly fields: readonly (CaseField | null)[]; readonly warnings: readonly RowIssue[] }

/** Rows of a CSV (or tab-separated) text by its header line; lines whose cells are all empty are skipped. */
export function csvRows(text: string): CaseRows {
  const [first, ...others] = records(text)
  if (first === undefined) throw new AppError('INVALID_INPUT', '檔案是空的。')
  const header = readHeader(first)
  if (others.length === 0) throw new AppError('INVALID_INPUT', '檔案只有標題列，沒有任何案件。')
  const rows: { line: number; cells: CaseCells }[] = []
  const refused: RowIssue[] = []
  for (const { line, cells } of others) {
    const surplus = cells.slice(header.fields.length).some((cell) => trimSpace(cell) !== '')
    if (surplus || cells.length < header.fields.length) {
      const reason = `這一列有 ${cells.length} 欄，標題列有 ${header.fields.length} 欄；請檢查逗號與引號`
      refused.push({ line, column: null, reason })
    } else {
      rows.push({ line, cells: cellsByField(header.fields, cells) })
    }
  }
  return { rows, refused, warnings: header.warnings }
}

function cellsByField(fields: Header['fields'], cells: readonly string[]): CaseCells {
  const byField: { [field in CaseField]?: string } = {}
  fields.forEach((field, index) => {
    if (field !== null) byField[field] = cells[index]!
  })
  return byField
}

function records(text: string): CsvRecord[] {
  // The parser counts a CRLF inside quotes as two lines; editors count one.
  const normalized = text.replace(/\r\n?/g, '\n')
  let lastLine = 0
  try {
    const parsed = parse(normalized, {
      info: true,
      delimiter: delimiterOf(normalized),
      record_delimiter: '\n',
      relax_column_count: true,
      skip_empty_lines: true,
      on_record: (record, context) => {
        lastLine = context.lines
        return record
      },
    })
    return (parsed as unknown as { record: string[]; info: { lines: number } }[])
      .map(({ record, info }) => ({ line: info.lines - lineBreaksIn(record), cells: record }))
      .filter(({ cells }) => cells.some((cell) => trimSpace(cell) !== ''))
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    // The parser's message quotes the row, which holds personal data: it must not be passed on.
    const place = `第 ${lastLine + 1} 行起`
    throw new AppError('INVALID_INPUT', `不是正確的 CSV：${place}的引號不成對或一列過長，請檢查該行。`, {
      csvError: error.code,
    })
  }
}

/** Excel's "Unicode text" separates by tabs. */
function delimiterOf(text: string): string {
  const firstLine = /[^\n]+/.exec(text)?.[0] ?? ''
  return firstLine.includes('\t') && !firstLine.includes(',') ? '\t' : ','
}

function lineBreaksIn(cells: readonly string[]): number {
  return cells.reduce((count, cell) => count + cell.split('\n').length - 1, 0)
}

function readHeader({ line, cells }: CsvRecord): Header {
  const names = cells.map(trimSpace)
  const missing = CASE_COLUMNS.filter(({ label, required }) => required && !names.includes(label))
  if (missing.length > 0) {
    const labels = missing.map(({ label }) => label).join('、')
    throw new AppError('INVALID_INPUT', `標題列缺少必要的欄位：${labels}。`)
  }
  const twice = CASE_COLUMNS.filter(({ label }) => names.indexOf(label) !== names.lastIndexOf(label))
  if (twice.length > 0) {
    throw new AppError('INVALID_INPUT', `標題列的欄位重複：${twice.map(({ label }) => label).join('、')}。`)
  }
  const fields = names.map((name) => CASE_COLUMNS.find(({ label }) => label === name)?.field ?? null)
  const unknown = names.filter((name, index) => fields[index] === null && name !== '')
  const warnings = unknown.map((name) => ({ line, column: quoteValue(name), reason: '不認得的欄位，已略過' }))
  if (names.includes('')) warnings.push({ line, column: '', reason: '有沒有名稱的欄位，已略過' })
  return { fields, warnings }
}
