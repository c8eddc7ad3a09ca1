import { MessageChannel } from 'node:worker_threads'
import { Piscina } from 'piscina'
import { AppError } from '../shared/app-error.ts'
import { check } from './examine-signature.ts'
import type { Explanation } from './explain-file.ts'
import type { ExplainTask } from './explain-worker.ts'
import { trustAnchors } from './trust.ts'

export type ExplainLimits = {
  /** for one file, from the moment a thread begins with it; then the thread is ended */
  readonly milliseconds: number
  readonly threads: number
  /** files that may wait for a thread */
  readonly queue: number
  /** JavaScript heap of one thread, MiB; what streams unpack to is limited apart (pdf-error.ts) */
  readonly heapMegabytes: number
}

export const EXPLAIN_LIMITS: ExplainLimits = { milliseconds: 1000, threads: 2, queue: 32, heapMegabytes: 192 }

/** Explains strangers' files in worker threads. `close` ends the threads. */
export type Explainer = {
  /**
   * Why these bytes are no certificate of ours. The bytes are copied and stay the caller's.
   * Throws AppError BUSY when too many files wait already, or after `close`.
   */
  explain(bytes: Uint8Array): Promise<Explanation>
  close(): Promise<void>
}

/**
 * Starts the threads that explain files: bounded in number, time, heap and queue. A file that exceeds its limits, or
 * brings its thread down, is `damaged`; the process goes on.
 *
 * @param pems trust anchors as PEM texts; throws at once when one cannot be read
 * @param worker the module that the threads run; tests give one that misbehaves
 */
export function createExplainer(
  pems: readonly string[],
  limits: ExplainLimits = EXPLAIN_LIMITS,
  worker: URL = new URL('./explain-worker.ts', import.meta.url),
): Explainer {
  trustAnchors(pems)
  const pool = new Piscina({
    filename: worker.href,
    workerData: pems,
    minThreads: 1,
    maxThreads: limits.threads,
    maxQueue: limits.queue,
    idleTimeout: 60_000,
    // Strangers' files see no environment.
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: limits.heapMegabytes, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
  })
  // A thread that dies without a task reports here; the pool starts another one.
  pool.on('error', () => {})
  return { explain, close: () => pool.destroy() }

  async function explain(bytes: Uint8Array): Promise<Explanation> {
    if (pool.queueSize >= limits.queue) throw busy()
    const abort = new AbortController()
    const { port1, port2 } = new MessageChannel()
    let timer: NodeJS.Timeout | undefined
    // The reader stops by itself first; this ends a thread that no longer listens.
    port1.once('message', () => {
      timer = setTimeout(() => abort.abort(), limits.milliseconds)
    })
    const own = new Uint8Array(bytes).buffer
    const task: ExplainTask = { bytes: own, started: port2, milliseconds: limits.milliseconds * 0.8 }
    try {
      return await pool.run(task, { transferList: [own, port2], signal: abort.signal })
    } catch (error) {
      return whatWentWrong(error, abort.signal.aborted)
    } finally {
      clearTimeout(timer)
      port1.close()
    }
  }
}

function whatWentWrong(error: unknown, aborted: boolean): Explanation {
  if (aborted) return exceeded('too much time')
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return exceeded('too much memory')
  if (error instanceof Error && /terminat|queue|clos/i.test(error.message)) throw busy(error)
  return exceeded('the reader broke down')
}

function exceeded(what: string): Explanation {
  return { reason: 'damaged', checks: [check('limits', false, `reading stopped: ${what}`)] }
}

function busy(cause?: Error): AppError {
  const message = '目前等候驗證的檔案太多，請稍後再試。'
  return new AppError('BUSY', message, {}, cause === undefined ? undefined : { cause })
}
