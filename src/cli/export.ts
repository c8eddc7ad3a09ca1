import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { App } from '../app.ts'
import { RANK_LABELS, type Rank } from '../approvals/approved-case.ts'
import { AppError } from '../shared/app-error.ts'
import { certificateOf } from './certificate-argument.ts'
import { EXIT, type Output, UsageError } from './output.ts'

export type ExportOptions = { readonly out: string; readonly version?: number; readonly language?: 'zh-TW' | 'en' }

/** `dcert export <證書字號> [--version <n>] [--language zh-TW|en] --out DIR`: the kept bytes, never composed again. */
export async function exportFiles(app: App, argument: string, options: ExportOptions, out: Output): Promise<number> {
  const certificate = await certificateOf(app, argument)
  const files = await app.reading.certificates.listFiles(certificate.id, options.version)
  const wanted = files.filter(({ language }) => options.language === undefined || language === options.language)
  await mkdir(options.out, { recursive: true }).catch((cause) => {
    throw new UsageError(`--out「${options.out}」不能作為目錄`, { cause })
  })
  const written: string[] = []
  for (const { sha256, version, language } of wanted) {
    if (sha256 === null) continue
    const bytes = await app.reading.documents.find(sha256)
    if (bytes === undefined) throw new Error(`the kept bytes of ${sha256} are gone`)
    const path = join(options.out, fileName(certificate, version, language))
    await writeOnce(path, bytes)
    written.push(path)
  }
  if (written.length === 0) throw new AppError('NOT_FOUND', `${argument} 沒有符合條件的電子證書檔`)
  out.answer({ files: written }, written.join('\n'))
  return EXIT.done
}

/** `教字142195-v1-zh-TW.pdf` */
function fileName(of: { readonly rank: Rank; readonly number: string }, version: number, language: string): string {
  return `${RANK_LABELS[of.rank].numberWord}字${of.number}-v${version}-${language}.pdf`
}

/** The same file already there is fine; another one is not overwritten, and half a file never has the name. */
async function writeOnce(path: string, bytes: Buffer): Promise<void> {
  const temporary = `${path}.${process.pid}.part`
  try {
    await writeFile(temporary, bytes)
    await link(temporary, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    if (!bytes.equals(await readFile(path))) {
      throw new AppError('CONFLICT', `${path} 已存在，內容不同，未覆寫`, {}, { cause: error })
    }
  } finally {
    await rm(temporary, { force: true })
  }
}
