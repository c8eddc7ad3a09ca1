import type { App } from '../app.ts'
import type { ChainCheck } from '../audit/audit-chain.ts'
import { checkDocuments } from '../audit/check-documents.ts'
import { checkTrail } from '../audit/check-trail.ts'
import { requireTrust } from '../verification/read-trust.ts'
import { EXIT, type Output } from './output.ts'

/** `dcert audit verify`: the hash chain of the trail, from its first row. */
export async function auditVerify({ reading }: App, out: Output): Promise<number> {
  const check = await checkTrail(reading.audit)
  out.answer(check, trailWords(check))
  return check.whole ? EXIT.done : EXIT.refused
}

function trailWords(check: ChainCheck): string {
  if (!check.whole) return `稽核紀錄第 ${check.seq} 筆遭更動：${check.reason}`
  if (check.events === 0) return '稽核紀錄是空的，一筆也沒有。若不該如此，請檢查 DCERT_DATABASE_URL'
  return `稽核紀錄完整，共 ${check.events} 筆`
}

/** `dcert audit documents`: every kept file, read again. */
export async function auditDocuments({ config, reading, trust }: App, out: Output): Promise<number> {
  const check = await checkDocuments(reading, trust())
  // Without anchors every good file looks damaged.
  if (check.problems.length > 0) requireTrust(config)
  for (const { file, sha256, reason } of check.problems) out.note(`${file} ${sha256 ?? ''}：${reason}`)
  if (check.documents === 0 && check.problems.length === 0) {
    out.answer(check, '登錄資料庫裡一份檔案也沒有。若不該如此，請檢查 DCERT_DATABASE_URL')
    return EXIT.done
  }
  out.answer(check, `已檢查 ${check.documents} 份保存的檔案，有問題的 ${check.problems.length} 份`)
  return check.problems.length > 0 ? EXIT.refused : EXIT.done
}
