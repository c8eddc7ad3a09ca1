import type { App } from '../app.ts'
import { checkChain } from '../audit/audit-chain.ts'
import { checkDocuments } from '../audit/check-documents.ts'
import { EXIT, type Output } from './output.ts'

const PAGE = 1_000

/** `dcert audit verify`: the hash chain of the trail, from its first row. */
export async function auditVerify({ reading }: App, out: Output): Promise<number> {
  const head = await reading.audit.head()
  let check = await checkChain(reading.audit.pages(PAGE), head)
  // The trail may grow meanwhile, but never past its head.
  const last = await reading.audit.lastSeq()
  const { seq } = await reading.audit.head()
  if (check.whole && last > seq)
    check = { whole: false, seq: seq + 1, reason: 'it stands behind the head of the chain' }
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
