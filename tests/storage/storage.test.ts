import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { type Database, migrateToLatest, requireLatest } from '../../src/storage/database.ts'
import { documentStore } from '../../src/storage/document-store.ts'
import { migrations } from '../../src/storage/migrations/migrations.ts'
import { transactions } from '../../src/storage/transactions.ts'
import { openHouse, refusalOf } from '../support/house.ts'
import { readRows, runSql } from '../support/raw-sql.ts'
import { KIND, openUntilEnd, sqlFor, unmadeRegisterUrl } from '../support/register.ts'

async function register(): Promise<{ db: Database; url: string }> {
  const url = await unmadeRegisterUrl()
  const db = openUntilEnd(url, { readOnly: false })
  await migrateToLatest(db)
  return { db, url }
}

/** Another process that opens the register and brings its schema up to date. */
function startProcess(url: string): Promise<{ code: number | null; stderr: string }> {
  const program = `
    import { migrateToLatest, openDatabase } from ${JSON.stringify(join(import.meta.dirname, '../../src/storage/database.ts'))}
    const db = openDatabase(process.argv[1], { readOnly: false })
    await migrateToLatest(db)
    await db.destroy()`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program, url])
  return new Promise((resolve) => {
    let stderr = ''
    child.stderr.on('data', (chunk) => {
      stderr += chunk
    })
    child.on('close', (code) => resolve({ code, stderr }))
  })
}

/** Every table, index and trigger, as the database itself describes them. */
const SCHEMA = sqlFor({
  sqlite: 'select sql from sqlite_master order by name',
  postgres: `
    select 'column' as kind, table_name as name, to_json(c)::text as words
      from information_schema.columns c where table_schema = 'public'
    union all select 'constraint', conname, pg_get_constraintdef(oid) from pg_constraint
      where connamespace = 'public'::regnamespace
    union all select 'index', indexname, indexdef from pg_indexes where schemaname = 'public'
    union all select 'trigger', tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
    order by 1, 2, 3`,
})

describe('the schema', () => {
  test('is made once when four processes start together on a new register', async () => {
    const url = await unmadeRegisterUrl()
    const ended = await Promise.all([1, 2, 3, 4].map(() => startProcess(url)))
    expect(ended).toEqual(ended.map(() => ({ code: 0, stderr: '' })))
    const run = await readRows<{ name: string }>(url, 'select name from kysely_migration order by name')
    expect(run.map(({ name }) => name)).toEqual(Object.keys(migrations(KIND)))
    expect(await readRows(url, 'select seq from audit_head')).toEqual([{ seq: 0 }])
  })

  test('opened again is left as it is', async () => {
    const { db, url } = await register()
    const before = await readRows(url, SCHEMA)
    await migrateToLatest(db)
    expect(before.length).toBeGreaterThan(30)
    expect(await readRows(url, SCHEMA)).toEqual(before)
  })

  test('of a database that is not ours is refused, not built over', async () => {
    const url = await unmadeRegisterUrl()
    await runSql(url, ['create table certificates (id text)'])
    const before = await readRows(url, SCHEMA)
    const db = openUntilEnd(url, { readOnly: false })
    expect(await refusalOf(migrateToLatest(db))).toMatch(/^UNAVAILABLE.*無法更新/)
    expect(await readRows(url, SCHEMA)).toEqual(before)
  })

  test('that is not made yet is told to who only reads', async () => {
    const url = await unmadeRegisterUrl()
    await runSql(url, ['create table notes (id text)'])
    const db = openUntilEnd(url, { readOnly: true })
    expect(await refusalOf(requireLatest(db))).toMatch(/^UNAVAILABLE.*還不是這個版本的格式/)
  })
})

describe('a connection', () => {
  test('enforces foreign keys', async () => {
    const house = await openHouse()
    const { certificate } = await house.issue()
    const work = house.app.transactions.run((stores) => stores.certificates.setPerson(certificate.id, 'nobody'))
    await expect(work).rejects.toThrow(/foreign key/i)
  })

  test('that reads cannot write (E64)', async () => {
    const { url } = await register()
    const reading = openUntilEnd(url, { readOnly: true })
    await expect(documentStore(reading).put(Buffer.from('x'), 'now')).rejects.toThrow(/readonly|唯讀/)
    expect(await readRows(url, 'select * from documents')).toEqual([])
  })

  test('that is refused by a rule of the database says so without the data of the row', async () => {
    const { db } = await register()
    const twice = transactions(db).run(async (stores) => {
      const person = await stores.persons.getOrCreate('A123456707')
      await stores.persons.addIdNumber(person, 'A123456707')
    })
    const failure = await twice.catch((error: unknown) => error)
    expect(String(failure)).toMatch(/unique/i)
    expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain('A123456707')
  })

  test('does not keep half of what fails', async () => {
    const { db } = await register()
    const work = transactions(db).run(async (stores) => {
      await stores.persons.getOrCreate('A123456707')
      throw new Error('stopped')
    })
    await expect(work).rejects.toThrow('stopped')
    await transactions(db).run(async (stores) => {
      expect(await stores.persons.findByIdNumber('A123456707')).toBeUndefined()
    })
  })

  test('gives numbers as numbers: counts, sums and the largest', async () => {
    const { db } = await register()
    await db
      .insertInto('verification_counts')
      .values({ day: '2026-08-03', outcome: 'success', reason: 'current', count: 2_000_000_000 })
      .execute()
    const row = await db
      .selectFrom('verification_counts')
      .select((e) => [e.fn.countAll().as('rows'), e.fn.sum('count').as('sum'), e.fn.max('count').as('most')])
      .executeTakeFirst()
    expect(row).toEqual({ rows: 1, sum: 2_000_000_000, most: 2_000_000_000 })
  })

  test('compares text by its bytes, whatever the locale: pages by a token go on where they ended', async () => {
    const { db } = await register()
    const ids = ['b', 'B', 'a', 'ä', 'A', '_', '1', '-', '一', '丁', 'zz', 'Z']
    for (const id of ids) await db.insertInto('persons').values({ id }).execute()
    const rows = await db.selectFrom('persons').select('id').orderBy('id').execute()
    const byBytes = [...ids].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    expect(rows.map(({ id }) => id)).toEqual(byBytes)
    const after = await db.selectFrom('persons').select('id').where('id', '>', 'Z').orderBy('id').execute()
    expect(after.map(({ id }) => id)).toEqual(byBytes.slice(byBytes.indexOf('Z') + 1))
  })
})

describe('kept bytes (E23)', () => {
  test('put twice are kept once, under their SHA-256, every byte as it was', async () => {
    const { db, url } = await register()
    const bytes = Buffer.from(Array.from({ length: 512 }, (_, i) => i % 256))
    const documents = documentStore(db)
    const [one, two] = [await documents.put(bytes, '1'), await documents.put(bytes, '2')]
    const fingerprint = createHash('sha256').update(bytes).digest('hex')
    expect([one, two]).toEqual([fingerprint, fingerprint])
    expect(await readRows(url, 'select sha256, kept_at from documents')).toEqual([
      { sha256: fingerprint, kept_at: '1' },
    ])
    expect((await documents.find(fingerprint))?.equals(bytes)).toBe(true)
    expect(await documents.find('0'.repeat(64))).toBeUndefined()
  })

  test.each(['documents', 'confirmations', 'revocation_coverage', 'audit_events'])(
    '%s: the database itself refuses to change or delete a row (E23, E67)',
    async (table) => {
      const house = await openHouse()
      const { certificate } = await house.issue()
      await house.confirm(certificate.id)
      await house.revoke('professor')
      const [row] = await house.rows(`select * from ${table} limit 1`)
      const [column] = Object.keys(row ?? {})
      await expect(house.sql(`update ${table} set ${column} = ${column}`)).rejects.toThrow(/is refused/)
      await expect(house.sql(`delete from ${table}`)).rejects.toThrow(/is refused/)
      expect(await house.rows(`select * from ${table}`)).not.toEqual([])
    },
  )

  test.each([
    ['the fingerprint of a kept file is taken away', 'update certificate_files set sha256 = null'],
    ['an issued version is not issued any more', 'update certificate_versions set issued_at = null'],
    ['a confirmed version was never confirmed', 'update certificate_versions set first_confirmed_at = null'],
    ['a version shows other data', `update certificate_versions set case_data = '{}'`],
    ['an act that was taken back stands again', 'update revocation_acts set reinstated_at = null'],
    ['a certificate is gone', 'delete from certificates'],
    ['a file is gone', 'delete from certificate_files'],
    ['the head of the trail is gone', 'delete from audit_head'],
  ])('refuses that %s (E23, E67)', async (_, change) => {
    const house = await openHouse()
    const { certificate } = await house.issue()
    await house.confirm(certificate.id)
    const { act } = await house.revoke('professor')
    await house.reinstate(act ?? '')
    await expect(house.sql(change)).rejects.toThrow(/is refused/)
  })
})
