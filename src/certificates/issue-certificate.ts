import type { ApprovedCase } from '../approvals/approved-case.ts'
import { type Issuer, ministerAt } from '../issuers/issuer.ts'
import { AppError } from '../shared/app-error.ts'
import { type Clock, taipeiDay } from '../shared/clock.ts'
import { newToken } from '../shared/ids.ts'
import type { Stores, Transactions } from '../storage/transactions.ts'
import type { Language } from '../verification/verification-result.ts'
import { type CertificateContent, fullNumber } from './certificate-content.ts'
import type { Certificate, IntendedFile, KeptFile, Version, VersionReason } from './certificate-store.ts'
import { type IssuingObserver, tell } from './issuing-observer.ts'
import type { FileMaker } from './make-file.ts'
import { isEntitled, registerCertificate } from './register-certificate.ts'

/** What issuing needs; put together once in app.ts. */
export type Issuing = {
  readonly issuer: Issuer
  readonly transactions: Transactions
  readonly maker: FileMaker
  readonly clock: Clock
  /** ISO date of the first certificates that can be electronic (E40) */
  readonly electronicFrom: string
  /** where the QR codes lead, without a slash at the end */
  readonly publicUrl: string
  readonly observer?: IssuingObserver
}

export type IssueResult =
  | { readonly outcome: 'issued' | 'unchanged'; readonly certificate: Certificate }
  /** registered, but not 審定通過 or not 支援電子證書: there is no e-certificate of it (E3, E40) */
  | { readonly outcome: 'without-certificate'; readonly certificate: Certificate }

/**
 * The way of a certificate, steps 1 to 5 (docs/architecture.md); this file is the only place that orders them.
 * Idempotent per case: the same again changes nothing, a crash between two steps is completed by the next run, and of
 * several at the same time one issues (E22, E66). All languages of a case are issued in one transaction.
 * @throws AppError CONFLICT when the case was registered with other data; INVALID_INPUT when it cannot be drawn (E63)
 */
export async function issueCertificate(approved: ApprovedCase, actor: string, issuing: Issuing): Promise<IssueResult> {
  await refuseUndrawable(approved, issuing)
  const began = performance.now()
  // Step 1: reserve the version and record the intent, so that a crash later leaves a trace.
  const { certificate, intent } = await issuing.transactions.run(async (stores) => {
    const at = now(issuing.clock)
    const certificate = await registerCertificate(approved, issuing.issuer, { actor, at }, stores)
    if (!isEntitled(certificate)) return { certificate, intent: undefined }
    const [first] = await stores.certificates.listVersions(certificate.id)
    const { revoked } = await stores.certificates.facts(certificate.id)
    if (first === undefined && revoked) {
      throw new AppError('CONFLICT', `${fullNumber(certificate)} 已撤銷，不發電子證書`)
    }
    const request = { reason: 'first', mark: null, case: approved } as const
    return { certificate, intent: first ?? (await intend(certificate, request, issuing, at, stores)) }
  })
  tell(issuing.observer, 'register', began)
  if (intent === undefined) return { outcome: 'without-certificate', certificate }
  if (intent.issuedAt !== null) return { outcome: 'unchanged', certificate }
  const finished = await finishIntent(intent, actor, issuing)
  return { outcome: finished ? 'issued' : 'unchanged', certificate }
}

/** A case that cannot be composed is refused before anything of it is written down or signed. */
async function refuseUndrawable(approved: ApprovedCase, issuing: Issuing): Promise<void> {
  if (!isEntitled(approved)) return
  const { issuer, transactions } = issuing
  const known = await transactions.run((stores) =>
    stores.certificates.findByIdentity(issuer.id, approved.rank, approved.number),
  )
  if (known !== undefined && isEntitled(known)) return
  rehearseVersion({ mark: null, case: approved }, issuing)
}

/** Composes the files of a version that does not exist yet, and throws them away. @throws AppError INVALID_INPUT */
export function rehearseVersion(of: Pick<VersionRequest, 'mark' | 'case'>, issuing: Issuing): void {
  const { issuer, clock, maker } = issuing
  const template = `${issuer.template.kind}/${issuer.template.version}`
  const files = intendedFiles(of.case, issuer, clock.now())
  for (const { content, templateVersion } of contentsOf(issuing, { ...of, version: 1, template, files })) {
    maker.rehearse(content, templateVersion)
  }
}

/** What a new version is made from. */
export type VersionRequest = {
  readonly reason: VersionReason
  readonly mark: Version['mark']
  readonly case: ApprovedCase
  readonly documentNumber?: string
}

/** Step 1 for a version of a registered certificate; inside the transaction that decided on it. */
export async function intend(
  certificate: Certificate,
  request: VersionRequest,
  { issuer }: Issuing,
  at: string,
  stores: Stores,
): Promise<Version> {
  const versions = await stores.certificates.listVersions(certificate.id)
  const version: Version = {
    certificateId: certificate.id,
    version: (versions.at(-1)?.version ?? 0) + 1,
    reason: request.reason,
    mark: request.mark,
    template: `${issuer.template.kind}/${issuer.template.version}`,
    case: request.case,
    documentNumber: request.documentNumber ?? null,
    intendedAt: at,
    issuedAt: null,
    firstConfirmedAt: null,
  }
  await stores.certificates.insertVersion(version, intendedFiles(request.case, issuer, new Date(at)))
  return version
}

/**
 * Steps 2 to 5 of a recorded intent.
 * @returns false when somebody else has finished it meanwhile; nothing was kept twice then
 */
export async function finishIntent(intent: Version, actor: string, issuing: Issuing): Promise<boolean> {
  const { transactions, clock, observer } = issuing
  const files = await transactions.run((stores) => stores.certificates.listFiles(intent.certificateId, intent.version))
  // Steps 2 to 4: compose, lint, sign and read back (make-file.ts).
  const made = contentsOf(issuing, { ...intent, files }).map(({ intended, content, templateVersion }) => ({
    intended,
    file: issuing.maker.make(content, templateVersion),
  }))
  const began = performance.now()
  // Step 5: bytes, facts and audit in one transaction.
  const keeping = transactions.run(async (stores) => {
    const at = now(clock)
    // Only who marks the version keeps its files: no signed bytes lie about that no version names.
    if (!(await stores.certificates.markIssued(intent, at))) return false
    const kept: KeptFile[] = made.map(({ file, intended }) => ({ ...intended, ...file }))
    for (const { file } of made) await stores.documents.put(file.bytes, at)
    await stores.certificates.setFiles(intent, kept)
    await stores.audit.append({
      at,
      actor,
      action: 'version-issued',
      subject: `certificate:${intent.certificateId}`,
      details: {
        version: intent.version,
        reason: intent.reason,
        ...(intent.documentNumber === null ? {} : { documentNumber: intent.documentNumber }),
        files: Object.fromEntries(kept.map((file) => [file.language, file.sha256])),
      },
    })
    return true
  })
  if (!(await keeping)) return false
  tell(observer, 'keep', began)
  for (const { intended } of made) observer?.issued(intended.language)
  return true
}

/** An intent younger than this may be in the hands of another process, in milliseconds. */
const STILL_AT_WORK = 60_000

/**
 * Completes what a crash left between step 1 and step 5; run before other issuing.
 * @param failed is told of a version that cannot be completed; it does not keep the others from it
 */
export async function finishUnfinished(
  actor: string,
  issuing: Issuing,
  failed: (intent: Version, error: unknown) => void,
): Promise<void> {
  const before = rfc3339(new Date(issuing.clock.now().getTime() - STILL_AT_WORK))
  const unfinished = await issuing.transactions.run((stores) => stores.certificates.listUnfinished(before))
  for (const intent of unfinished) {
    await finishIntent(intent, actor, issuing).catch((error: unknown) => failed(intent, error))
  }
}

type Making = Pick<Version, 'version' | 'mark' | 'template' | 'case'> & { readonly files: readonly IntendedFile[] }

function contentsOf(issuing: Issuing, making: Making) {
  const [kind = '', templateVersion = ''] = making.template.split('/')
  const composedAt = now(issuing.clock)
  return making.files.map((intended) => {
    const content: CertificateContent = {
      issuer: issuing.issuer.id,
      kind,
      language: intended.language,
      version: making.version,
      mark: making.mark,
      case: making.case,
      minister: intended.minister,
      token: intended.token,
      address: `${issuing.publicUrl}/c/${intended.token}`,
      composedAt,
    }
    return { intended, content, templateVersion }
  })
}

/** The Chinese version always, the English one when an English name is on file (E62). */
function intendedFiles(of: ApprovedCase, issuer: Issuer, at: Date): IntendedFile[] {
  const languages: Language[] = of.nameEn === null ? ['zh-TW'] : ['zh-TW', 'en']
  const minister = ministerAt(issuer, taipeiDay(at))
  return languages.map((language) => ({ language, token: newToken(), minister: minister[language] }))
}

/** RFC 3339 in UTC, whole seconds. */
export function now(clock: Clock): string {
  return rfc3339(clock.now())
}

function rfc3339(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`
}
