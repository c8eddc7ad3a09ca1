import type { App } from '../app.ts'
import { fullNumber } from '../certificates/certificate-content.ts'
import {
  type Confirmed,
  confirmCertificate,
  findForConfirmation,
  unconfirmCertificate,
} from '../certificates/confirm-certificate.ts'
import { AppError } from '../shared/app-error.ts'
import { EXIT, type Output } from './output.ts'

type Summary = { done: string[]; unchanged: string[]; refused: { certificate: string; reason: string }[] }

/** `dcert confirm <原核定公文文號> [<證書字號>…]` and `dcert unconfirm` likewise. */
export async function confirm(
  app: App,
  action: 'confirm' | 'unconfirm',
  documentNumber: string,
  numbers: readonly string[],
  actor: string,
  out: Output,
): Promise<number> {
  const act = action === 'confirm' ? confirmCertificate : unconfirmCertificate
  const { found, missing } = await findForConfirmation(documentNumber, numbers, app.transactions)
  const summary: Summary = {
    done: [],
    unchanged: [],
    refused: missing.map((certificate) => ({ certificate, reason: `公文 ${documentNumber} 沒有這張電子證書` })),
  }
  for (const certificate of found) {
    const number = fullNumber(certificate)
    try {
      const { outcome }: Confirmed = await act(certificate.id, actor, app)
      summary[outcome].push(number)
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'CONFLICT')) throw error
      summary.refused.push({ certificate: number, reason: error.userMessage })
    }
  }
  if (found.length === 0 && missing.length === 0) {
    summary.refused.push({ certificate: '', reason: `公文文號 ${documentNumber} 沒有可以確認的電子證書` })
  }
  for (const { certificate, reason } of summary.refused) out.note(`拒絕 ${certificate} ${reason}`.replace('  ', ' '))
  const word = action === 'confirm' ? '確認' : '取消確認'
  const { done, unchanged, refused } = summary
  const answer = { [action === 'confirm' ? 'confirmed' : 'unconfirmed']: done, unchanged, refused }
  out.answer(answer, `${word} ${done.length} 張，原已${word} ${unchanged.length} 張，拒絕 ${refused.length} 張`)
  return refused.length > 0 ? EXIT.refused : EXIT.done
}
