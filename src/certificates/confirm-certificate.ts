import { AppError } from '../shared/app-error.ts'
import type { Clock } from '../shared/clock.ts'
import type { Stores, Transactions } from '../storage/transactions.ts'
import { fullNumber } from './certificate-content.ts'
import { certificateState } from './certificate-status.ts'
import type { Certificate } from './certificate-store.ts'
import { now } from './issue-certificate.ts'
import { keepOwner } from './keep-owner.ts'
import { appendAudit, isEntitled } from './register-certificate.ts'

/** What became of one certificate. */
export type Confirmed = {
  readonly certificate: Certificate
  readonly outcome: 'done' | 'unchanged'
  /** the version that is now, or was, released */
  readonly version: number
}

type Acting = { readonly transactions: Transactions; readonly clock: Clock }

/**
 * 確認: the newest version is released, and from now on exists for others (E8, E9, E30). Again changes nothing (E14).
 * @param seen the version that was looked at, when one was
 * @throws AppError CONFLICT while the certificate is revoked or has no e-certificate yet, or has a newer version than
 *   the one that was seen
 */
export function confirmCertificate(id: string, actor: string, acting: Acting, seen?: number): Promise<Confirmed> {
  return acting.transactions.run(async (stores) => {
    const { certificate, facts } = await load(id, stores)
    const state = certificateState(facts)
    if (state === 'revoked') throw revoked(certificate, '確認')
    if (facts.newestIssued === null) {
      throw new AppError('CONFLICT', `${fullNumber(certificate)} 沒有可以確認的電子證書`)
    }
    const version = facts.newestIssued
    if (seen !== undefined && seen !== version) {
      throw new AppError('CONFLICT', `${fullNumber(certificate)} 已有第 ${version} 版，請重新檢查後再確認`)
    }
    if (state === 'confirmed') return { certificate, outcome: 'unchanged', version }
    await keepOwner(certificate, version, { actor, at: now(acting.clock) }, stores)
    await record('confirm', certificate, version, actor, acting.clock, stores)
    return { certificate, outcome: 'done', version }
  })
}

/**
 * 取消確認: the certificate leaves the teacher's list; files downloaded before stay valid (E11, E12), and a pending
 * version stays as it is.
 * @throws AppError CONFLICT while the certificate is revoked or was never confirmed
 */
export function unconfirmCertificate(id: string, actor: string, acting: Acting): Promise<Confirmed> {
  return acting.transactions.run(async (stores) => {
    const { certificate, facts } = await load(id, stores)
    if (certificateState(facts) === 'revoked') throw revoked(certificate, '取消確認')
    if (facts.newestConfirmed === null) throw new AppError('CONFLICT', `${fullNumber(certificate)} 尚未確認，無從取消`)
    const version = facts.newestConfirmed
    if (!facts.released) return { certificate, outcome: 'unchanged', version }
    await record('unconfirm', certificate, version, actor, acting.clock, stores)
    return { certificate, outcome: 'done', version }
  })
}

/**
 * The certificates of an approval document that can be confirmed: 審定通過 and 支援電子證書 (E2, E3).
 * @param numbers full forms (教字第142195號) to choose from them; all when empty
 * @returns the chosen ones, and the numbers that the document does not have
 */
export async function findForConfirmation(
  documentNumber: string,
  numbers: readonly string[],
  transactions: Transactions,
): Promise<{ found: Certificate[]; missing: string[] }> {
  const all = await transactions.run((stores) => stores.certificates.listByDocument(documentNumber))
  const confirmable = all.filter(isEntitled)
  if (numbers.length === 0) return { found: confirmable, missing: [] }
  const wanted = new Set(numbers)
  const found = confirmable.filter((certificate) => wanted.has(fullNumber(certificate)))
  const have = new Set(found.map(fullNumber))
  return { found, missing: [...wanted].filter((number) => !have.has(number)) }
}

async function load(id: string, { certificates }: Stores) {
  return { certificate: await certificates.get(id), facts: await certificates.facts(id) }
}

function revoked(certificate: Certificate, what: string): AppError {
  return new AppError('CONFLICT', `${fullNumber(certificate)} 已撤銷，不能${what}`)
}

async function record(
  action: 'confirm' | 'unconfirm',
  certificate: Certificate,
  version: number,
  actor: string,
  clock: Clock,
  stores: Stores,
): Promise<void> {
  const at = now(clock)
  const { id, documentNumber } = certificate
  await stores.certificates.addConfirmation({ certificateId: id, action, version, documentNumber, actor, at })
  const event = action === 'confirm' ? 'certificate-confirmed' : 'certificate-unconfirmed'
  await appendAudit(stores, { actor, at }, event, id, { version, documentNumber })
}
