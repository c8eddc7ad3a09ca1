import { execFile } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { casesFile } from '../cli/cases.ts'
import { dcert, environmentOf, type Ran } from '../cli/run.ts'
import { answerOf } from '../support/command-output.ts'
import { approvedCase, dataDirectory, temporaryDirectory } from '../support/house.ts'
import { type DebianPostgres, startDebianPostgres } from './debian-postgres.ts'

/** The steps of «Backup and restore» in docs/operations.md, with the programs named there. */
const CLI = join(import.meta.dirname, '../../src/cli.ts')
/** Enough that the dump begins long before the last one is issued, on whatever machine. */
const CASES = 100

/** The indented lines of «PostgreSQL» up to the first audit, for the server of this test. */
function linesOfThePage(): string[] {
  const page = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8')
  const [, section = ''] = page.split('\n### PostgreSQL\n')
  const lines = section.split('\n').flatMap((line) => /^ {4}(\S.*)$/.exec(line)?.[1] ?? [])
  const end = lines.findIndex((line) => line.includes('audit verify'))
  return lines.slice(0, end).map((line) => line.replaceAll('db.example', '127.0.0.1'))
}

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
  const lines = linesOfThePage()
  expect(lines.map((line) => line.split(' ')[0])).toEqual(['umask', 'pg_dump', 'createdb', 'pg_restore'])
  await postgres.run('createdb', '--owner=dcert', 'dcert')
  const before = settings(directory, 'dcert')
  expect(await inProcess(before, 'issue', '--confirm', casesFile({}))).toMatchObject({ code: 0 })
  await inProcess(before, 'export', '教字第149903號', '--out', join(directory, 'out'))

  const many = Array.from({ length: CASES }, (_, i) => ({ ...approvedCase(), number: String(300_000 + i) }))
  let issuing = true
  const issued = inProcess(before, 'issue', casesFile(...many), '--json').finally(() => {
    issuing = false
  })
  const kept = async () =>
    Number(await postgres.run('psql', '--dbname=dcert', '-Atc', 'select count(*) from documents'))
  while (issuing && (await kept()) < 10);
  const dump = join(postgres.directory, 'dcert.dump')
  expect(issuing, 'issuing goes on as the dump begins').toBe(true)
  await postgres.shell(lines.slice(0, 2))
  expect(statSync(dump).mode & 0o777).toBe(0o600)
  expect(answerOf(await issued)).toMatchObject({ issued: CASES, refused: [] })

  await postgres.shell(lines.slice(2))
  const after = settings(directory, 'dcert_restored')
  expect(answerOf(await dcert(after, 'audit', 'verify', '--json'))).toMatchObject({ whole: true })
  const documents = answerOf<{ documents: number; problems: [] }>(await dcert(after, 'audit', 'documents', '--json'))
  expect(documents.problems).toEqual([])
  expect(documents.documents).toBeGreaterThanOrEqual(10)
  expect(documents.documents).toBeLessThanOrEqual(CASES + 1)
  const file = join(directory, 'out/教字149903-v1-zh-TW.pdf')
  expect(await dcert(after, 'verify', file)).toMatchObject({ code: 0 })
  // The refusals of the register came along.
  await expect(postgres.run('psql', '--dbname=dcert_restored', '-c', 'delete from audit_events')).rejects.toThrow(
    'refused',
  )
  // What was cut off in the middle is completed, and nothing is issued twice.
  const again = await inProcess(after, 'issue', casesFile(...many), '--json')
  expect(answerOf(again)).toMatchObject({ refused: [] })
  expect(answerOf(await dcert(after, 'audit', 'documents', '--json'))).toMatchObject({
    documents: CASES + 1,
    problems: [],
  })
  expect(answerOf(await dcert(after, 'audit', 'verify', '--json'))).toMatchObject({ whole: true })
})

test('dcert backup and restore name these programs and touch nothing', async () => {
  const environment = settings(temporaryDirectory(), 'nowhere')
  expect((await dcert(environment, 'backup', 'x.backup')).stderr).toContain('pg_dump')
  expect((await dcert(environment, 'restore', 'x.backup')).stderr).toContain('pg_restore')
})
