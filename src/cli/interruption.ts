import { AppError } from '../shared/app-error.ts'

/** Ends a long command at the next step when it is told to, so that it can tidy up. `end` restores what was. */
export function interruption(): { check(): void; end(): void } {
  let signal: string | undefined
  const heard = (name: string): void => {
    signal = name
  }
  process.once('SIGINT', heard).once('SIGTERM', heard)
  return {
    check() {
      if (signal !== undefined) throw new AppError('CONFLICT', `收到 ${signal}，已中止；沒有留下任何檔案`)
    },
    end: () => void process.off('SIGINT', heard).off('SIGTERM', heard),
  }
}
