import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from '../support/free-port.ts'

/** A server as Debian packages it, with the client programs of the same version; nothing of the system's is touched. */
export type DebianPostgres = {
  /** runs one of its programs against it, as the superuser. @returns what it wrote */
  run(program: 'createdb' | 'psql', ...args: readonly string[]): Promise<string>
  /** runs lines of a shell in `directory`, with its programs and its port. @returns what they wrote */
  shell(lines: readonly string[]): Promise<string>
  /** as `dcert`, an account that is no superuser */
  urlOf(database: string): string
  /** where its programs may write; gone when it is */
  readonly directory: string
  remove(): Promise<void>
}

/** PostgreSQL refuses to run as root; this account exists everywhere and owns nothing. */
const NOBODY = 65_534

/** @throws Error when the package `postgresql` is not installed (scripts/install-tools.sh) */
export async function startDebianPostgres(): Promise<DebianPostgres> {
  const bin = globSync('/usr/lib/postgresql/*/bin').sort().at(-1)
  if (bin === undefined) throw new Error('the package postgresql is not installed: bash scripts/install-tools.sh')
  const own = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}
  const directory = mkdtempSync(join(tmpdir(), 'dcert-postgres-'))
  if (own.uid !== undefined) chownSync(directory, NOBODY, NOBODY)
  const port = await freePort()
  const options = {
    ...own,
    cwd: directory,
    env: { PATH: bin, LC_ALL: 'C', PGHOST: '127.0.0.1', PGPORT: String(port), PGUSER: 'postgres' },
  }
  const run: DebianPostgres['run'] = async (program, ...args) => {
    const { stdout } = await promisify(execFile)(join(bin, program), args, options)
    return stdout
  }
  const shell: DebianPostgres['shell'] = async (lines) => {
    // No account but the one a line names.
    const env = { ...options.env, PGUSER: 'nobody-named', PGHOST: 'nowhere.invalid' }
    const { stdout } = await promisify(execFile)('/bin/sh', ['-ec', lines.join('\n')], { ...options, env })
    return stdout
  }

  const files = join(directory, 'files')
  const init = ['--pgdata', files, '--username', 'postgres', '--auth', 'trust', '--encoding', 'UTF8', '--no-sync']
  await promisify(execFile)(join(bin, 'initdb'), init, options)
  const settings = ['-D', files, '-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${directory}`]
  const server = spawn(join(bin, 'postgres'), settings, { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
  await readiness(server)
  await run('psql', '--dbname=postgres', '-c', 'create role dcert login')
  return {
    run,
    shell,
    directory,
    urlOf: (database) => `postgres://dcert@127.0.0.1:${port}/${database}`,
    async remove() {
      // SIGINT is its «fast shutdown».
      server.kill('SIGINT')
      if (server.exitCode === null) await once(server, 'exit')
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function readiness(server: ReturnType<typeof spawn>): Promise<void> {
  let said = ''
  for await (const chunk of server.stderr as AsyncIterable<Buffer>) {
    said += chunk
    if (said.includes('ready to accept connections')) {
      server.stderr?.resume()
      return
    }
  }
  throw new Error(`PostgreSQL did not start:\n${said}`)
}
