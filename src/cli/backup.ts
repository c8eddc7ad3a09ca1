import type { Config } from '../config.ts'
import { backUpRegister } from '../storage/backup-register.ts'
import { trustForFiles } from '../verification/read-trust.ts'
import { interruption } from './interruption.ts'
import { EXIT, type Output } from './output.ts'
import { stepProgress } from './step-progress.ts'

/**
 * `dcert backup <file>`: one checked file of the whole register, taken while others read and write. Opens no house: an
 * older register is copied as it is, before anything brings it up to date.
 */
export async function backup(config: Config, file: string, out: Output): Promise<number> {
  const openTrust = (documents: number) => trustForFiles(config, documents)
  const interrupted = interruption()
  const copying = stepProgress('複製', out)
  const checking = stepProgress('檢查', out)
  try {
    const result = await backUpRegister(config.databaseUrl, file, openTrust, {
      copied(done, total) {
        interrupted.check()
        copying.advance(done, total)
      },
      checked(done, total) {
        interrupted.check()
        copying.stop()
        checking.advance(done, total)
      },
    })
    copying.stop()
    checking.stop()
    out.answer(
      result,
      `已備份並檢查：${result.file}（${result.documents} 份證書檔，稽核紀錄 ${result.auditEvents} 筆）
SHA-256 ${result.sha256}
金鑰與信任錨不在備份裡，請另外保存（docs/operations.md）。`,
    )
    return EXIT.done
  } finally {
    copying.stop()
    checking.stop()
    interrupted.end()
  }
}
