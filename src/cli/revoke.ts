import type { App } from '../app.ts'
import { RANK_LABELS, RANKS, type Rank } from '../approvals/approved-case.ts'
import { foldWidth } from '../approvals/cell-text.ts'
import { fullNumber } from '../certificates/certificate-content.ts'
import { reinstateCertificates, revokeCertificates } from '../certificates/revoke-certificates.ts'
import { EXIT, type Output, UsageError } from './output.ts'

export type RevokeOptions = {
  readonly person: string
  readonly fromRank: string
  readonly ground: string
  readonly document: string
  readonly dryRun?: boolean
}

const GROUNDS = ['一', '二', '三', '四'] as const

/** `dcert revoke --person … --from-rank … --ground … --document … [--dry-run]` */
export async function revoke(app: App, options: RevokeOptions, actor: string, out: Output): Promise<number> {
  const request = {
    idNumber: foldWidth(options.person).trim().toUpperCase(),
    fromRank: rankOf(options.fromRank),
    ground: groundOf(options.ground),
    documentNumber: filled('--document', options.document),
    dryRun: options.dryRun === true,
  }
  const { act, certificates } = await revokeCertificates(request, actor, app)
  const numbers = certificates.map(fullNumber)
  const words = act === null ? `將撤銷：${numbers.join('、')}` : `撤銷案 ${act}：${numbers.join('、')}`
  out.answer({ act, certificates: numbers }, words)
  return EXIT.done
}

/** `dcert reinstate <act> --document … --reason …` */
export async function reinstate(
  app: App,
  act: string,
  options: { readonly document: string; readonly reason: string },
  actor: string,
  out: Output,
): Promise<number> {
  const request = {
    act,
    documentNumber: filled('--document', options.document),
    reason: filled('--reason', options.reason),
  }
  const { certificates, stillRevoked } = await reinstateCertificates(request, actor, app)
  const numbers = certificates.map(fullNumber)
  const still = stillRevoked.map(fullNumber)
  const rest = still.length > 0 ? `；因另案仍為撤銷：${still.join('、')}` : ''
  out.answer({ act, certificates: numbers, stillRevoked: still }, `恢復：${numbers.join('、')}${rest}`)
  return EXIT.done
}

/** Document number and reason are never blank (E59). */
function filled(option: string, text: string): string {
  if (text.trim() === '') throw new UsageError(`${option} 不可空白`)
  return text.trim()
}

function rankOf(text: string): Rank {
  const rank = RANKS.find((one) => one === text || RANK_LABELS[one].label === text)
  if (rank === undefined)
    throw new UsageError(`--from-rank「${text}」應為 ${RANKS.map((one) => RANK_LABELS[one].label).join('、')}`)
  return rank
}

function groundOf(text: string): 1 | 2 | 3 | 4 {
  const number = GROUNDS.indexOf(text as (typeof GROUNDS)[number]) + 1 || (/^[1-4]$/.test(text) ? Number(text) : 0)
  if (![1, 2, 3, 4].includes(number))
    throw new UsageError(`--ground「${text}」應為 1–4 或 一–四（審定辦法第44條第1項的款）`)
  return number as 1 | 2 | 3 | 4
}
