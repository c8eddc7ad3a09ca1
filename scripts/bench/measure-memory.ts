import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** In MiB, after every tenth of the certificates, garbage collected: what the process has, and what lives on its heap. */
export type MemoryFigures = { readonly rssMb: number[]; readonly heapMb: number[] }

export async function measureMemory(directory: string, count: number): Promise<MemoryFigures> {
  const child = fork(join(import.meta.dirname, 'memory.ts'), [join(directory, 'memory-keys'), String(count)], {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const [figures] = (await once(child, 'message')) as [MemoryFigures]
  return figures
}
