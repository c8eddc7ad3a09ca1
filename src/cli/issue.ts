import { readFile } from 'node:fs/promises'
import { SingleBar } from 'cli-progress'
import type { App } from '../app.ts'
import { CASE_COLUMNS, type RowIssue } from '../approvals/case-columns.ts'
import { type CasesFormat, readCases } from '../approvals/read-cases.ts'
import { confirmCertificate } from '../certificates/confirm-certificate.ts'
import { issueCertificate } from '../certificates/issue-certificate.ts'
import { LintError } from '../certificates/lint-composed.ts'
import { AppError } from '../shared/app-error.ts'
import { taipeiDay } from '../shared/clock.ts'
import { outageOf } from '../shared/outage.ts'
import { describeSafely } from '../shared/safe-error.ts'
import { EXIT, type Output, UsageError } from './output.ts'

/** What `issue` answers, counted in cases. */
export type IssueSummary = {
  issued: number
  unchanged: number
  withoutCertificate: number
  refused: RowIssue[]
  warnings: RowIssue[]
}

/** `dcert issue <cases.csv|cases.json> [--confirm]`: every good row goes on, every bad one is told. */
export async function issue(
  app: App,
  file: string,
  options: { confirm: boolean },
  actor: string,
  out: Output,
): Promise<number> {
  const format = /\.json$/i.test(file) ? 'json' : 'csv'
  const bytes = await readFile(file).catch((cause) => {
    throw new UsageError(`檔案 ${file} 無法讀取`, { cause })
  })
  const { electronicFrom } = app.config
  const read = readCases(bytes, format, { today: taipeiDay(app.clock.now()), electronicFrom })
  const issuing = await app.issuing()
  const summary: IssueSummary = {
    issued: 0,
    unchanged: 0,
    withoutCertificate: 0,
    refused: [...read.refused],
    warnings: [...read.warnings],
  }
  const bar = progress(out, read.cases.length)
  let failure: Failure | undefined
  for (const { line, case: approved } of read.cases) {
    try {
      const { outcome, certificate } = await issueCertificate(approved, actor, issuing)
      if (outcome === 'without-certificate') summary.withoutCertificate++
      else summary[outcome]++
      if (options.confirm && outcome !== 'without-certificate') await confirmFirst(app, certificate.id, actor)
    } catch (error) {
      const refused = refusal(error, format)
      if (refused === undefined) {
        failure = tell(line, error, out)
        break
      }
      summary.refused.push({ line, ...refused })
    }
    bar?.increment()
  }
  bar?.stop()
  summary.refused.sort((a, b) => a.line - b.line)
  for (const warning of summary.warnings) out.note(`注意 ${describe(warning)}`)
  for (const refused of summary.refused) out.note(`拒絕 ${describe(refused)}`)
  const { issued, unchanged, withoutCertificate, refused } = summary
  out.answer(
    failure === undefined ? summary : { ...summary, error: failure },
    `發證 ${issued} 件，未變動 ${unchanged} 件，不發電子證書 ${withoutCertificate} 件，拒絕 ${refused.length} 列`,
  )
  return refused.length > 0 || failure !== undefined ? EXIT.refused : EXIT.done
}

/** Why the whole batch stopped at a line; what was issued before it stays issued. */
type Failure = { readonly line: number; readonly code: string; readonly message: string }

function tell(line: number, error: unknown, out: Output): Failure {
  const known = error instanceof AppError ? error : outageOf(error)
  const message = known?.userMessage ?? '發生未預期的錯誤，詳見 stderr'
  out.note(known?.userMessage ?? describeSafely(error))
  out.note(`第 ${line} 行處理時中止，其後各行未處理；排除問題後重新執行即可接續。`)
  return { line, code: known?.code ?? 'INTERNAL', message }
}

/** Confirms what was never confirmed; a cancelled confirmation is somebody's decision and stays. */
async function confirmFirst(app: App, id: string, actor: string): Promise<void> {
  const facts = await app.reading.certificates.facts(id)
  if (facts.newestConfirmed === null && !facts.revoked) await confirmCertificate(id, actor, app)
}

/** Why one row is refused, its column named as the file names it; undefined for what stops the batch. */
function refusal(error: unknown, format: CasesFormat): { column: string | null; reason: string } | undefined {
  if (error instanceof AppError && ['INVALID_INPUT', 'CONFLICT'].includes(error.code)) {
    const column = CASE_COLUMNS.find(({ label }) => label === error.details.column)
    return { column: (format === 'csv' ? column?.label : column?.field) ?? null, reason: error.userMessage }
  }
  if (error instanceof LintError) return { column: null, reason: `證書檔未通過簽章前檢查：${error.message}` }
  return undefined
}

function describe({ line, column, reason }: RowIssue): string {
  return `第 ${line} 行${column === null ? '' : `「${column}」`}：${reason}`
}

function progress({ json, stderr }: Output, total: number): SingleBar | undefined {
  if (json || stderr.isTTY !== true || total === 0) return undefined
  const bar = new SingleBar({ format: '{bar} {value}/{total}　剩餘 {eta_formatted}', stream: stderr as never })
  bar.start(total, 0)
  return bar
}
