import { readFile, stat } from 'node:fs/promises'
import type { App } from '../app.ts'
import { AppError } from '../shared/app-error.ts'
import { OUTCOME_TITLES, REASON_TEXTS } from '../verification/reason-texts.ts'
import type { VerificationResult } from '../verification/verification-result.ts'
import { type Output, UsageError } from './output.ts'

/** Exit codes of `verify`; of several files the highest. */
const EXIT_CODES = { success: 0, warning: 3, failure: 4 } as const
export const EXIT_CANNOT_BE_CHECKED = 5
const LARGEST_FILE = 10 * 1024 * 1024

/** `dcert verify <file…>` */
export async function verify(app: App, files: readonly string[], out: Output): Promise<number> {
  for (const file of files) await requireVerifiable(file)
  const verification = app.verification()
  const results: ({ file: string } & VerificationResult)[] = []
  for (const file of files) {
    try {
      results.push({ file, ...(await verification.verifyFile(await readFile(file))) })
    } catch (error) {
      if (!(error instanceof AppError && ['UNAVAILABLE', 'BUSY'].includes(error.code))) throw error
      out.note(error.userMessage)
      out.answer(
        { error: { code: error.code === 'BUSY' ? 'busy' : 'register-unavailable', message: error.userMessage } },
        '',
      )
      return EXIT_CANNOT_BE_CHECKED
    }
  }
  out.answer(results, results.map(describe).join('\n'))
  return Math.max(...results.map(({ outcome }) => EXIT_CODES[outcome]))
}

function describe({ file, outcome, reason, certificate }: { file: string } & VerificationResult): string {
  const of = certificate === null ? '' : `（${certificate.number} 第 ${certificate.version} 版）`
  return `${file}：${OUTCOME_TITLES[outcome]['zh-TW']}　${REASON_TEXTS[reason].title['zh-TW']}${of}`
}

async function requireVerifiable(file: string): Promise<void> {
  const info = await stat(file).catch((cause) => {
    throw new UsageError(`檔案 ${file} 不存在或無法讀取`, { cause })
  })
  if (!info.isFile()) throw new UsageError(`${file} 不是檔案`)
  if (info.size === 0) throw new UsageError(`檔案 ${file} 是空的`)
  if (info.size > LARGEST_FILE) throw new UsageError(`檔案 ${file} 超過 10 MiB`)
}
