import { AppError } from '../shared/app-error.ts'
import { CASE_COLUMNS, type CaseCells, type CaseField, type CaseRows, type RowIssue } from './case-columns.ts'
import { quoteValue } from './cell-text.ts'
import { locateElements } from './locate-json-elements.ts'

/** Rows of a JSON array of objects; `line` is where the object starts. Unknown keys are reported once each. */
export function jsonRows(text: string): CaseRows {
  const elements = parseArray(text)
  if (elements.length === 0) throw new AppError('INVALID_INPUT', 'JSON 陣列是空的，沒有任何案件。')
  const places = locateElements(text)
  const rows: { line: number; cells: CaseCells }[] = []
  const refused: RowIssue[] = []
  const unknown = new Map<string, RowIssue>()
  elements.forEach((element, index) => {
    const { line, repeatedKey } = places[index]!
    if (typeof element !== 'object' || element === null || Array.isArray(element)) {
      refused.push({ line, column: null, reason: '每個案件必須是一個 JSON 物件' })
      return
    }
    if (repeatedKey !== null) {
      refused.push({ line, column: quoteValue(repeatedKey), reason: '同一個物件中出現兩次，請只留一個' })
      return
    }
    const cells: { [field in CaseField]?: unknown } = {}
    for (const [key, value] of Object.entries(element)) {
      const column = CASE_COLUMNS.find(({ field }) => field === key)
      if (column !== undefined) cells[column.field] = value
      else if (!unknown.has(key)) unknown.set(key, { line, column: quoteValue(key), reason: '不認得的欄位，已略過' })
    }
    rows.push({ line, cells })
  })
  return { rows, refused, warnings: [...unknown.values()] }
}

function parseArray(text: string): unknown[] {
  if (text.trim() === '') throw new AppError('INVALID_INPUT', '檔案是空的。')
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (error) {
    // The engine's message quotes the text around the mistake, which may be personal data; only the line is told.
    const line = /\(line (\d+) column \d+\)/.exec(String(error))?.[1]
    const place = line === undefined ? '' : `（第 ${line} 行）`
    throw new AppError('INVALID_INPUT', `不是正確的 JSON${place}。`)
  }
  if (!Array.isArray(parsed)) throw new AppError('INVALID_INPUT', 'JSON 的最外層必須是案件的陣列：[ {…}, {…} ]。')
  return parsed
}
