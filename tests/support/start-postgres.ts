import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export type PostgresServer = {
  /** of the database `postgres`, as an account that may do everything */
  readonly url: string
  /** as the operator shuts it down, and starts it again on the same data */
  stop(): Promise<void>
  start(): Promise<void>
  /** the server and all its data are gone then */
  remove(): Promise<void>
}

/** Starts a server of its own. @param durable with every commit on disk, as in service @throws Error with what the server said when it does not start */
export async function startPostgres({ durable = false } = {}): Promise<PostgresServer> {
  const program = join(import.meta.dirname, 'postgres-server.ts')
  // A process group of its own: Ctrl-C ends the tests, and their end is what ends the server.
  const keeper = spawn(process.execPath, [program, ...(durable ? ['--durable'] : [])], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  })
  let said = ''
  keeper.stderr.on('data', (chunk) => {
    said += chunk
  })
  const lines = createInterface(keeper.stdout)[Symbol.asyncIterator]()
  async function nextLine(): Promise<{ url: string }> {
    const { value, done } = await lines.next()
    if (done) throw new Error(`PostgreSQL for the tests did not start:\n${said}`)
    return JSON.parse(value)
  }
  async function tell(order: 'stop' | 'start'): Promise<void> {
    keeper.stdin.write(`${order}\n`)
    await nextLine()
  }
  const { url } = await nextLine()
  return {
    url,
    stop: () => tell('stop'),
    start: () => tell('start'),
    async remove() {
      keeper.stdin.end()
      if (keeper.exitCode === null) await once(keeper, 'exit')
    },
  }
}
