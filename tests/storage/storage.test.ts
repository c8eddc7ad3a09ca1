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

  test('of a newer dcert is refused, by who writes and by who only reads', async () => {
    const { db, url } = await register()
    await runSql(url, [`insert into kysely_migration (name, timestamp) values ('9999-later', 'now')`])
    const newer = /^UNAVAILABLE.*較新版本的 dcert 所寫（9999-later）/
    expect(await refusalOf(migrateToLatest(db))).toMatch(newer)
    expect(await refusalOf(requireLatest(openUntilEnd(url, { readOnly: true })))).toMatch(newer)
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

  /** A certificate that was issued, confirmed, revoked, reinstated and revoked again; a version whose files are not made yet. */
  async function houseWithHistory() {
    const house = await openHouse()
    const { certificate } = await house.issue()
    await house.confirm(certificate.id)
    const { act } = await house.revoke('professor')
    await house.reinstate(act ?? '')
    await house.revoke('professor')
    await house.sql(
      `insert into persons (id) values ('p2')`,
      `insert into certificate_versions select id, 9, 'first', null, 't', '{}', null, 'now', null, null from certificates`,
      `insert into certificate_files select id, 9, 'zh-TW', 'token9', 'm', null, null from certificates`,
    )
    return house
  }

  test.each([
    ['the fingerprint of a kept file is taken away', 'update certificate_files set sha256 = null'],
    ['an issued version is not issued any more', 'update certificate_versions set issued_at = null'],
    ['a confirmed version was never confirmed', 'update certificate_versions set first_confirmed_at = null'],
    ['a version shows other data', `update certificate_versions set case_data = '{}'`],
    ['a version has another template', `update certificate_versions set template = 'x'`],
    ['a version has another mark', `update certificate_versions set mark = 'replacement'`],
    ['a version has another reason', `update certificate_versions set reason = 'correction'`],
    ['a version rests on another letter', `update certificate_versions set document_number = 'x'`],
    ['a version was intended at another time', `update certificate_versions set intended_at = 'x'`],
    ['a version has another number', 'update certificate_versions set version = version + 1'],
    ['a file not made yet has another token', `update certificate_files set token = 'x' where sha256 is null`],
    ['a file not made yet has another minister', `update certificate_files set minister = 'x' where sha256 is null`],
    ['a file not made yet has another language', `update certificate_files set language = 'en' where sha256 is null`],
    ['a certificate has another number', `update certificates set number = '1'`],
    ['a certificate has another rank', `update certificates set rank = 'lecturer'`],
    ['a certificate rests on another letter', `update certificates set document_number = 'x'`],
    ['a certificate was imported otherwise', `update certificates set imported_case = '{}'`],
    ['a certificate was registered at another time', `update certificates set registered_at = 'x'`],
    ['an ID number is another one', `update person_id_numbers set id_number = 'A800000014'`],
    ['an act that was taken back stands again', 'update revocation_acts set reinstated_at = null'],
    [
      'an act that was taken back stands again, for another person',
      `update revocation_acts set reinstated_at = null, person_id = 'p2'`,
    ],
    ['an act has another ground', 'update revocation_acts set ground = 5 - ground where reinstated_at is null'],
    ['an act starts at another rank', `update revocation_acts set from_rank = 'lecturer' where reinstated_at is null`],
    ['an act rests on another letter', `update revocation_acts set document_number = 'x' where reinstated_at is null`],
    ['an act is of another time', `update revocation_acts set revoked_at = 'x' where reinstated_at is null`],
    ['an act was taken back for another reason', `update revocation_acts set reinstate_reason = 'x'`],
    ['a certificate is gone', 'delete from certificates'],
    ['a file is gone', 'delete from certificate_files'],
    ['the head of the trail is gone', 'delete from audit_head'],
  ])('refuses that %s (E23, E67)', async (_, change) => {
    const house = await houseWithHistory()
    await expect(house.sql(change)).rejects.toThrow(/is refused/)
  })

  test('an act may pass to the person that two of them turn out to be', async () => {
    const house = await houseWithHistory()
    await house.sql(`update revocation_acts set person_id = 'p2'`)
    expect(await house.rows('select person_id from revocation_acts')).toEqual([
      { person_id: 'p2' },
      { person_id: 'p2' },
    ])
  })

  const REPLACED = [
    'issuer_keys',
    'certificates',
    'certificate_versions',
    'certificate_files',
    'documents',
    'confirmations',
    'revocation_acts',
    'revocation_coverage',
    'audit_events',
  ]
  test.runIf(KIND === 'sqlite').each(REPLACED)(
    '%s: no row takes the place of another one, by its key or by its place in the file (E23, E67)',
    async (table) => {
      const house = await houseWithHistory()
      const all = `select rowid as place, * from ${table}`
      const before = await house.rows(all)
      expect(before).not.toEqual([])
      const off = 'pragma foreign_keys = off'
      const columns = Object.keys(before[0] ?? {}).filter((name) => name !== 'place')
      const place = `insert or replace into ${table} (rowid, ${columns}) select rowid, ${columns} from ${table} limit 1`
      for (const replace of [`insert or replace into ${table} select * from ${table} limit 1`, place]) {
        await expect(house.sql(off, replace)).rejects.toThrow(/is refused/)
      }
      expect(await house.rows(all)).toEqual(before)
    },
  )

  test.runIf(KIND === 'sqlite')('a file does not push another one out by taking its fingerprint', async () => {
    const house = await houseWithHistory()
    const taking = `update or replace certificate_files set sha256 = (select min(sha256) from certificate_files)
      where sha256 is null`
    await expect(house.sql('pragma foreign_keys = off', taking)).rejects.toThrow(/is refused/)
  })
})
