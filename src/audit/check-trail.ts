import { type ChainCheck, checkChain } from './audit-chain.ts'
import type { AuditStore } from './audit-store.ts'

const PAGE = 1_000

/** The whole trail from its first row: the chain, its head, and that nothing stands behind it (E67). */
export async function checkTrail(audit: AuditStore): Promise<ChainCheck> {
  const check = await checkChain(audit.pages(PAGE), await audit.head())
  // The trail may grow meanwhile, but never past its head.
  const last = await audit.lastSeq()
  const { seq } = await audit.head()
  if (check.whole && last > seq) return { whole: false, seq: seq + 1, reason: 'it stands behind the head of the chain' }
  return check
}
