import { RANKS, type Rank, RESULT_APPROVED } from '../approvals/approved-case.ts'
import { AppError } from '../shared/app-error.ts'
import type { Clock } from '../shared/clock.ts'
import { newId } from '../shared/ids.ts'
import type { Stores, Transactions } from '../storage/transactions.ts'
import { fullNumber } from './certificate-content.ts'
import type { Certificate } from './certificate-store.ts'
import { now } from './issue-certificate.ts'
import { requireDocumentNumber } from './register-certificate.ts'
import type { RevocationAct } from './revocation-store.ts'

export type RevocationRequest = {
  readonly idNumber: string
  /** this rank and all above it (E49) */
  readonly fromRank: Rank
  /** 款 of 審定辦法 §44(1) (E48) */
  readonly ground: RevocationAct['ground']
  readonly documentNumber: string
  /** only tell what would be covered */
  readonly dryRun: boolean
}

export type Revocation = {
  /** null for a dry run */
  readonly act: string | null
  /** every certificate the act covers, those covered by another act included (E60) */
  readonly certificates: readonly Certificate[]
}

type Acting = { readonly transactions: Transactions; readonly clock: Clock }

/**
 * Revokes a person's certificates from a rank upward in one act (E49, E50, E60), paper ones included. Certificates of
 * higher ranks issued later are not covered.
 * @throws AppError NOT_FOUND for a person without certificates, CONFLICT when the act would cover nothing new
 */
export async function revokeCertificates(
  request: RevocationRequest,
  actor: string,
  acting: Acting,
): Promise<Revocation> {
  requireDocumentNumber(request.documentNumber)
  return acting.transactions.run(async (stores) => {
    const personId = await stores.persons.findByIdNumber(request.idNumber)
    if (personId === undefined) throw new AppError('NOT_FOUND', '登錄資料中沒有這個身分證號的證書')
    const covered = coveredBy(request.fromRank, await stores.certificates.listByPerson(personId))
    if (!(await anyInForce(covered, stores))) {
      throw new AppError('CONFLICT', '此撤銷不會涵蓋任何新的證書：該等級起沒有證書，或都已在撤銷中')
    }
    if (request.dryRun) return { act: null, certificates: covered }
    const at = now(acting.clock)
    const act: RevocationAct = {
      id: newId(),
      personId,
      fromRank: request.fromRank,
      ground: request.ground,
      documentNumber: request.documentNumber,
      revokedAt: at,
      reinstatedAt: null,
    }
    const ids = covered.map((certificate) => certificate.id)
    await stores.revocations.insert(act, ids)
    const { fromRank, ground, documentNumber } = act
    const details = { fromRank, ground, documentNumber, certificates: ids }
    await stores.audit.append({ at, actor, action: 'revoked', subject: `act:${act.id}`, details })
    return { act: act.id, certificates: covered }
  })
}

/** Of a person's certificates those at the rank or above; a case that was never 審定通過 is no certificate. Pure. */
function coveredBy(fromRank: Rank, certificates: readonly Certificate[]): Certificate[] {
  const lowest = RANKS.indexOf(fromRank)
  return certificates.filter(({ rank, result }) => result === RESULT_APPROVED && RANKS.indexOf(rank) >= lowest)
}

/**
 * Takes an act back: exactly what it covered is again what it was before (E56, E58), save what another standing act
 * covers (E60).
 * @returns the certificates that the act covered, and which of them are still revoked by another act
 * @throws AppError NOT_FOUND for an unknown act, CONFLICT for one already taken back
 */
export async function reinstateCertificates(
  request: { readonly act: string; readonly documentNumber: string; readonly reason: string },
  actor: string,
  acting: Acting,
): Promise<{ certificates: Certificate[]; stillRevoked: Certificate[] }> {
  requireDocumentNumber(request.documentNumber)
  if (request.reason.trim() === '') throw new AppError('INVALID_INPUT', '恢復的理由必填')
  return acting.transactions.run(async (stores) => {
    const at = now(acting.clock)
    const { act, documentNumber, reason } = request
    if ((await stores.revocations.find(act)) === undefined) throw new AppError('NOT_FOUND', '查無此撤銷案', { act })
    if (!(await stores.revocations.reinstate(act, documentNumber, reason, at))) {
      throw new AppError('CONFLICT', '此撤銷案已經恢復過', { act })
    }
    const certificates: Certificate[] = []
    const stillRevoked: Certificate[] = []
    for (const id of await stores.revocations.listCovered(act)) {
      const certificate = await stores.certificates.get(id)
      certificates.push(certificate)
      if ((await stores.certificates.facts(id)).revoked) stillRevoked.push(certificate)
    }
    await stores.audit.append({
      at,
      actor,
      action: 'reinstated',
      subject: `act:${act}`,
      details: { documentNumber, reason, certificates: certificates.map(({ id }) => id) },
    })
    certificates.sort((a, b) => (fullNumber(a) < fullNumber(b) ? -1 : 1))
    return { certificates, stillRevoked }
  })
}

async function anyInForce(certificates: readonly Certificate[], stores: Stores): Promise<boolean> {
  for (const { id } of certificates) {
    const { revoked } = await stores.certificates.facts(id)
    if (!revoked) return true
  }
  return false
}
