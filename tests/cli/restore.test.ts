// Only on SQLite: a register on PostgreSQL is restored with its own tools, see tests/interop/postgres-backup.test.ts.
import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { Kysely } from 'kysely'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { answerOf } from '../support/command-output.ts'
import { openHouse, temporaryDirectory, writeInto } from '../support/house.ts'
import {
  backedUp,
  emptyDirectory,
  expectWhole,
  filledDirectory,
  makeEmptyRegister,
  REGISTER,
  sql,
  valueIn,
} from './register-files.ts'
import { dcert, environmentOf } from './run.ts'

/** A step of a schema to come, there only when a test says so. */
const coming = vi.hoisted(() => ({ step: false }))
vi.mock('../../src/storage/migrations/migrations.ts', async (original) => {
  const { migrations } = await original<typeof import('../../src/storage/migrations/migrations.ts')>()
  const up = (db: Kysely<never>) => db.schema.createTable('coming').addColumn('id', 'text').execute()
  return {
    migrations: (dialect: 'sqlite') => ({ ...migrations(dialect), ...(coming.step ? { '9999-coming': { up } } : {}) }),
  }
})
beforeEach(() => {
  coming.step = false
})

const registerOf = (directory: string) => join(directory, REGISTER)
const auditHead = (file: string) => valueIn(file, 'select hash from audit_head')

describe('a backup becomes the register', () => {
  test('where there is none', async () => {
    const directory = await filledDirectory()
    const other = emptyDirectory(directory)
    const ran = await dcert(other, 'restore', await backedUp(directory), '--json')
    expect(answerOf(ran)).toMatchObject({ register: registerOf(other), keptAside: null, documents: 3 })
    expect(statSync(registerOf(other)).mode & 0o777).toBe(0o600)
    expect(readdirSync(other).filter((name) => name.startsWith(REGISTER))).toEqual([REGISTER])
    await expectWhole(other)
    expect(auditHead(registerOf(other))).toBe(auditHead(registerOf(directory)))
  })

  test('where there is one with nothing in it', async () => {
    const directory = await filledDirectory()
    const other = emptyDirectory(directory)
    await makeEmptyRegister(other)
    const ran = await dcert(other, 'restore', await backedUp(directory), '--json')
    await expectWhole(other)
    // Also of that one nothing is deleted.
    expect(valueIn(answerOf<{ keptAside: string }>(ran).keptAside, 'select count(*) from audit_events')).toBe(0)
  })

  test('and can be issued on', async () => {
    const directory = await filledDirectory()
    const other = emptyDirectory(directory)
    await dcert(other, 'restore', await backedUp(directory))
    const house = await openHouse(other)
    expect(await house.issue({ number: '149905', idNumber: 'A123456789' })).toMatchObject({ outcome: 'issued' })
    await house.app.close()
    await expectWhole(other)
  })

  test('in the place of another only when told to; the other is kept, whole, with what stood in its -wal', async () => {
    const directory = await filledDirectory()
    const backup = await backedUp(directory)
    const house = await openHouse(directory)
    await house.issue({ number: '149906', idNumber: 'A123456789' })
    await house.app.close()
    const newer = auditHead(registerOf(directory))

    const refused = await dcert(directory, 'restore', backup, '--json')
    expect([refused.code, answerOf(refused)]).toMatchObject([1, { error: { code: 'CONFLICT' } }])
    expect(auditHead(registerOf(directory))).toBe(newer)

    const ran = await dcert(directory, 'restore', backup, '--force', '--json')
    const { keptAside } = answerOf<{ keptAside: string }>(ran)
    expect(auditHead(keptAside)).toBe(newer)
    expect(auditHead(registerOf(directory))).toBe(auditHead(backup))
    await expectWhole(directory)
    await expectWhole2(emptyDirectory(directory), keptAside)
  })

  test('also of a damaged one: its pieces are kept, none of them beside the new one', async () => {
    const directory = await filledDirectory()
    const backup = await backedUp(directory)
    writeFileSync(registerOf(directory), 'no register any more '.repeat(500))
    writeFileSync(`${registerOf(directory)}-wal`, 'of the damaged one')
    const { keptAside } = answerOf<{ keptAside: string }>(
      await dcert(directory, 'restore', backup, '--force', '--json'),
    )
    expect(readFileSync(keptAside, 'utf8')).toContain('no register any more')
    expect(readFileSync(`${keptAside}-wal`, 'utf8')).toBe('of the damaged one')
    await expectWhole(directory)
  })

  test('of an older schema: it is brought up to date', async () => {
    const directory = await filledDirectory()
    const backup = await backedUp(directory)
    coming.step = true
    const other = emptyDirectory(directory)
    expect(await dcert(other, 'restore', backup)).toMatchObject({ code: 0 })
    expect(valueIn(registerOf(other), 'select count(*) from coming')).toBe(0)
    await expectWhole(other)
    expect(valueIn(backup, "select count(*) from sqlite_schema where name = 'coming'")).toBe(0)
  })
})

test('an older register is backed up as it is, and checked', async () => {
  const directory = await filledDirectory()
  coming.step = true
  const backup = await backedUp(directory)
  for (const file of [backup, registerOf(directory)]) {
    expect(valueIn(file, "select count(*) from sqlite_schema where name = 'coming'")).toBe(0)
  }
})

describe('what cannot be restored changes nothing', () => {
  /** Breaks a backup and tries to restore it. @returns code and words of the refusal */
  async function refusal(damage: (backup: string) => void): Promise<{ code: string; message: string }> {
    const directory = await filledDirectory()
    const backup = await backedUp(directory)
    damage(backup)
    const other = emptyDirectory(directory)
    const before = readdirSync(other)
    const ran = await dcert(other, 'restore', backup, '--json')
    expect(ran.code).toBe(1)
    expect(readdirSync(other)).toEqual(before)
    return answerOf<{ error: { code: string; message: string } }>(ran).error
  }

  test.each<[string, (backup: string) => void, string]>([
    ['an empty file', (backup) => truncateSync(backup), '是空的'],
    [
      'a file that is no database',
      (backup) => writeFileSync(backup, '%PDF-1.7 '.repeat(1000)),
      '不是 dcert 的登錄資料庫',
    ],
    ['another database', (backup) => otherDatabase(backup), '不是 dcert 的登錄資料庫'],
    ['half a backup', (backup) => truncateSync(backup, Math.floor(statSync(backup).size / 8192) * 4096), '已損壞'],
    ['one changed byte of a kept file', (backup) => flipByteOfAFile(backup), '已損壞'],
    ['a trail with a hole', (backup) => withHole(backup), 'audit event 2'],
    ['a database in use', (backup) => writeFileSync(`${backup}-wal`, 'x'), '不是備份'],
  ])('%s', async (_, damage, words) => {
    expect(await refusal(damage)).toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining(words) })
  })

  test('a backup by a newer dcert: it says so, naming what it does not know', async () => {
    const directory = await filledDirectory()
    coming.step = true
    await makeEmptyRegister(directory)
    const backup = await backedUp(directory)
    coming.step = false
    const other = emptyDirectory(directory)
    const ran = await dcert(other, 'restore', backup)
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringMatching(/較新版本.*9999-coming/) })
    expect(existsSync(registerOf(other))).toBe(false)
  })

  test('no file at all, a directory, the register itself', async () => {
    const directory = await filledDirectory()
    const words = async (file: string) => (await dcert(directory, 'restore', file, '--force')).stderr
    expect(await words(join(directory, 'nowhere'))).toContain('找不到備份檔')
    expect(await words(directory)).toContain('不是檔案')
    expect(await words(registerOf(directory))).toContain('登錄資料庫本身')
    await expectWhole(directory)
  })

  test.each(['reads', 'has not asked anything yet but opened to write'])(
    'while another process has the register open and %s',
    async (doing) => {
      const directory = await filledDirectory()
      const backup = await backedUp(directory)
      const other = new Database(registerOf(directory), { readonly: doing === 'reads' })
      if (doing === 'reads') other.prepare('select * from audit_head').all()
      else other.pragma('journal_mode = WAL')
      const before = readFileSync(registerOf(directory))
      const ran = await dcert(directory, 'restore', backup, '--force', '--json')
      other.close()
      expect([ran.code, answerOf(ran)]).toMatchObject([1, { error: { code: 'BUSY' } }])
      expect(readFileSync(registerOf(directory)).equals(before)).toBe(true)
      await expectWhole(directory)
    },
  )

  test('PostgreSQL is left to its own tools', async () => {
    const environment = { ...environmentOf(temporaryDirectory()), DCERT_DATABASE_URL: 'postgres://db/dcert' }
    const ran = await dcert(environment, 'restore', writeInto(temporaryDirectory(), 'a.backup', 'x'))
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringMatching(/pg_restore.*docs\/operations\.md/s) })
  })
})

/** The same of a register that lies elsewhere under another name. */
async function expectWhole2(directory: string, register: string): Promise<void> {
  copyFileSync(register, registerOf(directory))
  await expectWhole(directory)
}

function otherDatabase(path: string): void {
  truncateSync(path)
  sql(path, 'create table recipes (name text)')
}

function flipByteOfAFile(backup: string): void {
  const bytes = readFileSync(backup)
  const at = bytes.indexOf(valueIn(backup, 'select substr(bytes, 50001, 64) from documents limit 1') as Buffer)
  bytes[at] = (bytes[at] ?? 0) ^ 1
  writeFileSync(backup, bytes)
}

function withHole(backup: string): void {
  sql(backup, 'drop trigger audit_events_no_delete', 'delete from audit_events where seq = 2')
}
