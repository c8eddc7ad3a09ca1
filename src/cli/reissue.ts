import type { App } from '../app.ts'
import { fullNumber } from '../certificates/certificate-content.ts'
import { confirmCertificate } from '../certificates/confirm-certificate.ts'
import { type ReissueReason, reissueCertificate } from '../certificates/reissue-certificate.ts'
import { certificateOf } from './certificate-argument.ts'
import { EXIT, type Output, UsageError } from './output.ts'

export type ReissueOptions = {
  readonly reason: ReissueReason
  readonly document: string
  /** 欄位=值 */
  readonly set: readonly string[]
  readonly confirm?: boolean
}

/** `dcert reissue <證書字號> --reason … --document … --set 欄位=值 … [--confirm]` */
export async function reissue(
  app: App,
  number: string,
  options: ReissueOptions,
  actor: string,
  out: Output,
): Promise<number> {
  const set = assignments(options.set)
  const certificate = await certificateOf(app, number)
  const request = {
    certificateId: certificate.id,
    reason: options.reason,
    documentNumber: options.document,
    set,
  }
  const { version } = await reissueCertificate(request, actor, await app.issuing())
  // The same command again must not undo a confirmation that was cancelled since.
  const { newestConfirmed } = await app.reading.certificates.facts(certificate.id)
  const isNew = newestConfirmed === null || newestConfirmed < version
  if (options.confirm === true && isNew) await confirmCertificate(certificate.id, actor, app, version)
  const answer = { certificate: fullNumber(certificate), version, confirmed: options.confirm === true }
  const state = answer.confirmed ? '，已確認' : '，待確認；確認前原證書仍然有效'
  out.answer(answer, `${answer.certificate} 第 ${version} 版已製作${state}`)
  return EXIT.done
}

function assignments(texts: readonly string[]): Record<string, string> {
  const set: Record<string, string> = Object.create(null)
  for (const text of texts) {
    const equals = text.indexOf('=')
    if (equals < 1) throw new UsageError(`--set「${text}」請寫成 欄位=值`)
    const column = text.slice(0, equals).trim()
    if (Object.hasOwn(set, column)) throw new UsageError(`--set 的欄位「${column}」寫了兩次`)
    set[column] = text.slice(equals + 1)
  }
  return set
}
