import type { App } from '../app.ts'
import { checkDocuments } from '../audit/check-documents.ts'
import { checkTrail } from '../audit/check-trail.ts'
import { EXIT, type Output } from './output.ts'

/** `dcert audit verify`: the hash chain of the trail, from its first row. */
export async function auditVerify({ reading }: App, out: Output): Promise<number> {
  const check = await checkTrail(reading.audit)
  const words = check.whole
    ? `稽核紀錄完整，共 ${check.events} 筆`
    : `稽核紀錄第 ${check.seq} 筆遭更動：${check.reason}`
  out.answer(check, words)
  return check.whole ? EXIT.done : EXIT.refused
}

/** `dcert audit documents`: every kept file, read again. */
export async function auditDocuments({ reading, trust }: App, out: Output): Promise<number> {
  const check = await checkDocuments(reading, trust())
  for (const { file, sha256, reason } of check.problems) out.note(`${file} ${sha256 ?? ''}：${reason}`)
  out.answer(check, `已檢查 ${check.documents} 份保存的檔案，有問題的 ${check.problems.length} 份`)
  return check.problems.length > 0 ? EXIT.refused : EXIT.done
}
