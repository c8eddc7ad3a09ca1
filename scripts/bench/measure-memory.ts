import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** Resident memory in MiB after every tenth of so many certificates, garbage collected. */
export async function measureMemory(directory: string, count: number): Promise<number[]> {
  const child = fork(join(import.meta.dirname, 'memory.ts'), [join(directory, 'memory-keys'), String(count)], {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const [{ rssMb }] = (await once(child, 'message')) as [{ rssMb: number[] }]
  return rssMb
}
