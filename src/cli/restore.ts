import type { Config } from '../config.ts'
import type { Clock } from '../shared/clock.ts'
import { restoreRegister } from '../storage/restore-register.ts'
import { trustForFiles } from '../verification/read-trust.ts'
import { interruption } from './interruption.ts'
import { EXIT, type Output } from './output.ts'
import { stepProgress } from './step-progress.ts'

/** `dcert restore <file> [--force]`: a checked backup becomes the register. Opens no house: that would make a register. */
export async function restore(
  config: Config,
  clock: Clock,
  file: string,
  options: { readonly force: boolean },
  out: Output,
): Promise<number> {
  const openTrust = (documents: number) => trustForFiles(config, documents)
  const interrupted = interruption()
  const checking = stepProgress('檢查', out)
  try {
    const result = await restoreRegister(config.databaseUrl, file, openTrust, {
      force: options.force,
      at: clock.now(),
      checked(done, total) {
        interrupted.check()
        checking.advance(done, total)
      },
    })
    checking.stop()
    const aside = result.keptAside === null ? '' : `\n原有的登錄資料移到 ${result.keptAside}`
    out.answer(
      result,
      `已還原並檢查：${result.register}（${result.documents} 份證書檔，稽核紀錄 ${result.auditEvents} 筆）${aside}`,
    )
    return EXIT.done
  } finally {
    checking.stop()
    interrupted.end()
  }
}
