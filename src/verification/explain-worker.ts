/*
 * Runs in a worker thread: strangers' bytes are parsed here and nowhere else. Whatever goes wrong ends this thread
 * only (explain-in-worker.ts).
 */
import type { MessagePort } from 'node:worker_threads'
import Piscina from 'piscina'
import { type Explanation, explainFile } from './explain-file.ts'
import { trustAnchors } from './trust.ts'

export type ExplainTask = { readonly bytes: ArrayBuffer; readonly started: MessagePort; readonly milliseconds: number }

const trust = trustAnchors(Piscina.workerData as readonly string[])

/** Says that it has begun, so that waiting for a thread does not count as reading, and explains the file. */
export default function explainTask({ bytes, started, milliseconds }: ExplainTask): Explanation {
  started.postMessage('started')
  started.close()
  return explainFile(Buffer.from(bytes), trust, milliseconds)
}
