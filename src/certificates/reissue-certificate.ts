import type { ApprovedCase } from '../approvals/approved-case.ts'
import { CASE_COLUMNS, type CaseCells, type CaseField } from '../approvals/case-columns.ts'
import { checkCase } from '../approvals/check-case.ts'
import { AppError } from '../shared/app-error.ts'
import { canonicalJson } from '../shared/canonical-json.ts'
import { taipeiDay } from '../shared/clock.ts'
import type { Stores } from '../storage/transactions.ts'
import { fullNumber } from './certificate-content.ts'
import { type CertificateFacts, certificateState } from './certificate-status.ts'
import type { Certificate, Version } from './certificate-store.ts'
import { finishIntent, type Issuing, intend, now, rehearseVersion, type VersionRequest } from './issue-certificate.ts'
import { isEntitled, requireDocumentNumber } from './register-certificate.ts'

/** Why a certificate is made anew: an error of the ministry's is corrected, or the holder's data have changed. */
export type ReissueReason = 'correction' | 'data-changed'

export type ReissueRequest = {
  readonly certificateId: string
  readonly reason: ReissueReason
  /** the ministry's reply */
  readonly documentNumber: string
  /** new values by column, as in the input: 姓名, 身分證號 … */
  readonly set: Readonly<Record<string, string>>
}

export type Reissued = { readonly certificate: Certificate; readonly version: number }

/** What identifies a certificate for life, or is no matter of its content. */
const FIXED: readonly CaseField[] = ['number', 'rank', 'documentNumber', 'result', 'supportsElectronic']
/** What changes in a person's life; nothing else differs on a 換發 (E37). An error of the ministry's may be anywhere. */
const PERSONAL: readonly CaseField[] = ['name', 'nameEn', 'idNumber', 'birthDate', 'sex']

/**
 * Makes the next version of a certificate (E10, E13, E36, E37); the one before stays in force until it is confirmed
 * (E30). The same request again, after a crash too, makes no further version: it completes the one that was begun.
 * @throws AppError CONFLICT by the state of the certificate (the table in docs/architecture.md; E40, E42),
 *   INVALID_INPUT for values that are not accepted
 */
export async function reissueCertificate(request: ReissueRequest, actor: string, issuing: Issuing): Promise<Reissued> {
  requireDocumentNumber(request.documentNumber)
  const before = await issuing.transactions.run((stores) => stateOf(request.certificateId, stores))
  const planned = plan(request, before, issuing)
  if ('make' in planned) rehearseVersion(planned.make, issuing)
  // Step 1 again: the state may have moved since it was looked at.
  const { certificate, intent } = await issuing.transactions.run(async (stores) => {
    const at = now(issuing.clock)
    const state = await stateOf(request.certificateId, stores)
    const { certificate } = state
    const next = plan(request, state, issuing)
    if ('made' in next) return { certificate, intent: next.made }
    const begun = state.versions.find((one) => one.issuedAt === null)
    if (begun !== undefined) {
      throw new AppError('CONFLICT', `${fullNumber(certificate)} 的第 ${begun.version} 版尚未完成，請先完成再更正`)
    }
    await refuseOtherPerson(next.make.case, certificate, stores)
    // The school that may confirm is the one that submitted the case, as corrected.
    await stores.certificates.setSchool(certificate.id, next.make.case.schoolCode)
    return { certificate, intent: await intend(certificate, next.make, issuing, at, stores) }
  })
  if (intent.issuedAt === null) await finishIntent(intent, actor, issuing)
  return { certificate, version: intent.version }
}

/**
 * An ID number that somebody with another birth date or sex has already is a slip, and would make two people one.
 * @throws AppError CONFLICT
 */
async function refuseOtherPerson(of: ApprovedCase, certificate: Certificate, stores: Stores): Promise<void> {
  const owner = await stores.persons.findByIdNumber(of.idNumber)
  if (owner === undefined || owner === certificate.personId) return
  for (const { importedCase } of await stores.certificates.listByPerson(owner)) {
    if (importedCase.birthDate === of.birthDate && importedCase.sex === of.sex) continue
    throw new AppError('CONFLICT', '這個身分證號已登錄在另一人名下（生日或性別不同），請先查明')
  }
}

type State = {
  readonly certificate: Certificate
  readonly facts: CertificateFacts
  readonly versions: readonly Version[]
}

async function stateOf(id: string, { certificates }: Stores): Promise<State> {
  return {
    certificate: await certificates.get(id),
    facts: await certificates.facts(id),
    versions: await certificates.listVersions(id),
  }
}

/** The version that this very request has made or begun already, or the one that is to be made. */
export type Plan = { readonly made: Version } | { readonly make: VersionRequest }

/** Decides by the state of the certificate what the next version is, or why there can be none. Pure. */
function plan(request: ReissueRequest, { certificate, facts, versions }: State, issuing: Issuing): Plan {
  const { reason, documentNumber } = request
  const number = fullNumber(certificate)
  const state = certificateState(facts)
  if (state === 'revoked') throw new AppError('CONFLICT', `${number} 已撤銷，不受理補、換發`)
  if (!isEntitled(certificate)) {
    throw new AppError('CONFLICT', `${number} 不屬電子證書支援範疇，補、換發仍發給紙本證書`)
  }
  const newest = versions.at(-1)
  if (newest === undefined) throw new AppError('CONFLICT', `${number} 還沒有電子證書可以更正`)
  if (reason === 'data-changed' && state === 'never-confirmed') {
    throw new AppError('CONFLICT', `${number} 尚未確認，資料有誤請用 --reason correction`)
  }
  const shows = (version: Version): boolean =>
    canonicalJson(withChanges(version.case, request, issuing)) === canonicalJson(version.case)
  const base = versions.findLast(({ issuedAt }) => issuedAt !== null) ?? newest
  const changed = withChanges(base.case, request, issuing)
  // The same request again, also one that later versions have overtaken: it must not bring its data back.
  const made = versions.findLast(
    (version) => version.reason === reason && version.documentNumber === documentNumber && shows(version),
  )
  if (made !== undefined) return { made }
  if (canonicalJson(base.case) === canonicalJson(changed)) {
    throw new AppError('INVALID_INPUT', '沒有任何資料改變；請用 --set 欄位=值 指定要改的資料')
  }
  // A replacement that is corrected before anybody confirmed it is still a replacement (換發).
  const keepsMark = state === 'replacement-pending' && newest.mark !== null
  const mark = reason === 'data-changed' || keepsMark ? 'replacement' : null
  return { make: { reason, mark, case: changed, documentNumber } }
}

/** The case with new values, checked as the input is. @throws AppError INVALID_INPUT naming every bad column */
function withChanges(of: ApprovedCase, { set, reason }: ReissueRequest, issuing: Issuing): ApprovedCase {
  const problems: string[] = []
  const changes: Partial<Record<CaseField, string>> = {}
  for (const [label, value] of Object.entries(set)) {
    const column = CASE_COLUMNS.find((one) => one.label === label || one.field === label)
    if (column === undefined) problems.push(`${label}：沒有這個欄位`)
    else if (FIXED.includes(column.field)) problems.push(`${column.label}：補、換發不能變更這個欄位`)
    else if (reason === 'data-changed' && !PERSONAL.includes(column.field)) {
      problems.push(`${column.label}：換發只變更個人資料；資料有誤請用 --reason correction`)
    } else if (column.field === 'email') problems.push('電子郵件：不印在證書上；請重新匯入案件')
    else if (column.field in changes) problems.push(`${column.label}：寫了兩次`)
    else changes[column.field] = value
  }
  const cells: CaseCells = { ...of, ...changes }
  const options = { today: taipeiDay(issuing.clock.now()), electronicFrom: issuing.electronicFrom, fromBig5: false }
  const checked = checkCase(cells, options)
  for (const { field, reason } of checked.problems) {
    problems.push(`${CASE_COLUMNS.find((column) => column.field === field)?.label ?? field}：${reason}`)
  }
  if (checked.case === null || problems.length > 0) throw new AppError('INVALID_INPUT', problems.join('；'))
  return checked.case
}
