import { SingleBar } from 'cli-progress'
import type { Output } from './output.ts'

/** A bar on a terminal, nothing elsewhere; drawn from the first call on, gone when all is done. */
export type StepProgress = { advance(done: number, total: number): void; stop(): void }

export function stepProgress(label: string, { json, stderr }: Output): StepProgress {
  if (json || stderr.isTTY !== true) return { advance: () => {}, stop: () => {} }
  const bar = new SingleBar({
    format: `${label} {bar} {percentage}%　剩餘 {eta_formatted}`,
    stream: stderr as never,
    clearOnComplete: true,
    // SIGINT is ours: what is unfinished is removed first.
    gracefulExit: false,
  })
  let drawn = false
  return {
    advance(done, total) {
      if (!drawn) bar.start(total, 0)
      drawn = true
      bar.update(done)
    },
    stop: () => {
      if (drawn) bar.stop()
    },
  }
}
