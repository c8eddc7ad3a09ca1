import { type ApprovedCase, RESULT_APPROVED } from '../approvals/approved-case.ts'
import { CASE_COLUMNS } from '../approvals/case-columns.ts'
import type { AuditAction } from '../audit/audit-chain.ts'
import type { Issuer } from '../issuers/issuer.ts'
import { AppError } from '../shared/app-error.ts'
import { canonicalJson } from '../shared/canonical-json.ts'
import { newId } from '../shared/ids.ts'
import { findUnprintable } from '../shared/printable-text.ts'
import type { Stores } from '../storage/transactions.ts'
import { fullNumber } from './certificate-content.ts'
import type { Certificate } from './certificate-store.ts'

/** Who does it, and when (RFC 3339, UTC). */
export type Doing = { readonly actor: string; readonly at: string }

/** Only a case that is 審定通過 and 支援電子證書 gets an e-certificate (E2, E3). */
export function isEntitled(of: Pick<ApprovedCase, 'result' | 'supportsElectronic'>): boolean {
  return of.result === RESULT_APPROVED && of.supportsElectronic
}

/**
 * Finds or registers a case by issuer, rank and 證書字號, and takes over what an import may change: 電子郵件, and
 * 審定結果 and 支援電子證書 when they turn to yes.
 * @throws AppError CONFLICT when the case is registered with other data
 */
export async function registerCertificate(
  approved: ApprovedCase,
  issuer: Issuer,
  doing: Doing,
  stores: Stores,
): Promise<Certificate> {
  const found = await stores.certificates.findByIdentity(issuer.id, approved.rank, approved.number)
  if (found === undefined) return insertCertificate(approved, issuer, doing, stores)

  await refuseOtherData(found, approved, stores)
  const turned = isEntitledMore(found, approved)
  if (found.result !== approved.result && approved.result !== RESULT_APPROVED) throw conflict(approved, ['審定結果'])
  if (found.supportsElectronic && !approved.supportsElectronic) throw conflict(approved, ['支援電子證書'])
  if (turned) {
    await stores.certificates.setApproval(found.id, approved)
    const { result, supportsElectronic } = approved
    await appendAudit(stores, doing, 'case-approved', found.id, { result, supportsElectronic })
  }
  // An import that knows no address does not take away the one on file.
  if (approved.email !== null && approved.email !== found.email) {
    await stores.certificates.setEmail(found.id, approved.email)
    await appendAudit(stores, doing, 'email-changed', found.id, {})
  }
  return stores.certificates.get(found.id)
}

async function insertCertificate(approved: ApprovedCase, issuer: Issuer, doing: Doing, stores: Stores) {
  const personId = await stores.persons.getOrCreate(approved.idNumber)
  // A spreadsheet drops leading zeros: 097955 and 97955 of one person and rank are the same certificate (E66).
  const same = (await stores.certificates.listByPerson(personId)).find(
    ({ rank, number }) => rank === approved.rank && BigInt(number) === BigInt(approved.number),
  )
  if (same !== undefined) {
    throw new AppError('CONFLICT', `${fullNumber(same)} 已登錄；${fullNumber(approved)} 只差開頭的 0，請核對證書字號`, {
      column: '證書字號',
    })
  }
  const certificate: Certificate = {
    id: newId(),
    issuerId: issuer.id,
    kind: issuer.template.kind,
    rank: approved.rank,
    number: approved.number,
    personId,
    documentNumber: approved.documentNumber,
    schoolCode: approved.schoolCode,
    result: approved.result,
    supportsElectronic: approved.supportsElectronic,
    email: approved.email,
    importedCase: approved,
  }
  await stores.certificates.insert(certificate, doing.at)
  const details = { number: fullNumber(approved), documentNumber: approved.documentNumber }
  await appendAudit(stores, doing, 'certificate-registered', certificate.id, details)
  return certificate
}

/** The data as imported, or as any version since shows it, may come again; anything else is a correction. */
async function refuseOtherData(found: Certificate, approved: ApprovedCase, stores: Stores): Promise<void> {
  const versions = await stores.certificates.listVersions(found.id)
  const known = [found.importedCase, ...versions.map((version) => version.case)]
  const fixed = fixedPart(approved)
  if (known.some((data) => fixedPart(data) === fixed)) return
  const columns = CASE_COLUMNS.filter(
    ({ field }) => !MAY_CHANGE.has(field) && found.importedCase[field] !== approved[field],
  )
  throw conflict(
    approved,
    columns.map(({ label }) => label),
  )
}

const MAY_CHANGE: ReadonlySet<string> = new Set(['email', 'result', 'supportsElectronic'])

function fixedPart(of: ApprovedCase): string {
  return canonicalJson(Object.fromEntries(Object.entries(of).filter(([field]) => !MAY_CHANGE.has(field))))
}

function isEntitledMore(found: Certificate, approved: ApprovedCase): boolean {
  return (
    (found.result !== RESULT_APPROVED && approved.result === RESULT_APPROVED) ||
    (!found.supportsElectronic && approved.supportsElectronic)
  )
}

function conflict(approved: ApprovedCase, columns: readonly string[]): AppError {
  const message = `${fullNumber(approved)} 已登錄，但資料不同（${columns.join('、')}）；更正請用 reissue，不能重新匯入`
  return new AppError('CONFLICT', message)
}

/**
 * The number of the letter that an act rests on (E59): any form the ministry's offices use, but there must be one.
 * @throws AppError INVALID_INPUT
 */
export function requireDocumentNumber(text: string): void {
  if (text.trim() === '' || text.length > 100 || findUnprintable(text) !== undefined) {
    throw new AppError('INVALID_INPUT', '公文文號必填，至多 100 字，不含看不見的字元')
  }
}

/** An entry of the trail about a certificate. */
export function appendAudit(
  { audit }: Pick<Stores, 'audit'>,
  { actor, at }: Doing,
  action: AuditAction,
  certificateId: string,
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  return audit.append({ at, actor, action, subject: `certificate:${certificateId}`, details })
}
