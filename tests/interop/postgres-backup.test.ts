import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { casesFile } from '../cli/cases.ts'
import { answerOf, dcert, environmentOf, type Ran } from '../cli/run.ts'
import { approvedCase, dataDirectory, temporaryDirectory } from '../support/house.ts'
import { type DebianPostgres, startDebianPostgres } from './debian-postgres.ts'

/** The steps of «Backup and restore» in docs/operations.md, with the programs named there. */
const CLI = join(import.meta.dirname, '../../src/cli.ts')

let postgres: DebianPostgres
beforeAll(async () => {
  postgres = await startDebianPostgres()
})
afterAll(() => postgres.remove())

function settings(directory: string, database: string): NodeJS.ProcessEnv {
  return { ...environmentOf(directory), DCERT_DATABASE_URL: postgres.urlOf(database) }
}

/** A command in a process of its own. */
function inProcess(environment: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], { env: { ...process.env, ...environment } }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    )
  })
}

test('what pg_dump takes while certificates are issued passes both audits where pg_restore puts it', {
  timeout: 150_000,
}, async () => {
  const directory = await dataDirectory()
  await postgres.run('createdb', 'dcert')
  const before = settings(directory, 'dcert')
  expect(await inProcess(before, 'issue', '--confirm', casesFile({}))).toMatchObject({ code: 0 })
  await inProcess(before, 'export', '教字第149903號', '--out', join(directory, 'out'))

  const many = Array.from({ length: 60 }, (_, i) => ({ ...approvedCase(), number: String(300_000 + i) }))
  let issued = false
  const issuing = inProcess(before, 'issue', casesFile(...many), '--json').finally(() => {
    issued = true
  })
  const kept = async () =>
    Number(await postgres.run('psql', '--dbname=dcert', '-Atc', 'select count(*) from documents'))
  while ((await kept()) < 10);
  const dump = join(postgres.directory, 'dcert.dump')
  await postgres.run('pg_dump', '--format=custom', `--file=${dump}`, 'dcert')
  expect(issued).toBe(false)
  expect(answerOf(await issuing)).toMatchObject({ issued: 60, refused: [] })

  await postgres.run('createdb', 'dcert_restored')
  await postgres.run(
    'pg_restore',
    '--dbname=dcert_restored',
    '--no-owner',
    '--exit-on-error',
    '--single-transaction',
    dump,
  )
  const after = settings(directory, 'dcert_restored')
  expect(answerOf(await dcert(after, 'audit', 'verify', '--json'))).toMatchObject({ whole: true })
  const documents = answerOf<{ documents: number; problems: [] }>(await dcert(after, 'audit', 'documents', '--json'))
  expect(documents.problems).toEqual([])
  expect(documents.documents).toBeGreaterThanOrEqual(10)
  expect(documents.documents).toBeLessThan(61)
  const file = join(directory, 'out/教字149903-v1-zh-TW.pdf')
  expect(await dcert(after, 'verify', file)).toMatchObject({ code: 0 })
  // The refusals of the register came along.
  await expect(postgres.run('psql', '--dbname=dcert_restored', '-c', 'delete from audit_events')).rejects.toThrow(
    'refused',
  )
  // What was cut off in the middle is completed, and nothing is issued twice.
  const again = await inProcess(after, 'issue', casesFile(...many), '--json')
  expect(answerOf(again)).toMatchObject({ refused: [] })
  expect(answerOf(await dcert(after, 'audit', 'documents', '--json'))).toMatchObject({ documents: 61, problems: [] })
  expect(answerOf(await dcert(after, 'audit', 'verify', '--json'))).toMatchObject({ whole: true })
})

test('dcert backup and restore name these programs and touch nothing', async () => {
  const environment = settings(temporaryDirectory(), 'nowhere')
  expect((await dcert(environment, 'backup', 'x.backup')).stderr).toContain('pg_dump')
  expect((await dcert(environment, 'restore', 'x.backup')).stderr).toContain('pg_restore')
})
