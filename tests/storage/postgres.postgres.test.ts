import { randomBytes } from 'node:crypto'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { openApp } from '../../src/app.ts'
import { migrateToLatest } from '../../src/storage/database.ts'
import { bindStores } from '../../src/storage/transactions.ts'
import { dataDirectory, openHouse } from '../support/house.ts'
import { databaseOf } from '../support/postgres-address.ts'
import { readRows, runSql } from '../support/raw-sql.ts'
import { openUntilEnd, registerUrl, withoutRefusals } from '../support/register.ts'

const KEPT = [
  'audit_events',
  'audit_head',
  'certificate_files',
  'certificate_versions',
  'certificates',
  'confirmations',
  'documents',
  'issuer_keys',
  'issuers',
  'person_id_numbers',
  'persons',
  'revocation_acts',
  'revocation_coverage',
]

test('no table can be emptied at a stroke: truncate asks no trigger of a row (E23, E67)', async () => {
  const house = await openHouse()
  await house.issue()
  for (const table of KEPT) {
    await expect(house.sql(`truncate ${table} cascade`)).rejects.toThrow(/truncate of \w+ is refused/)
  }
  const tables = await house.rows<{ name: string }>(`select tablename as name from pg_tables
    where schemaname = 'public' and tablename not like 'kysely%' and tablename <> 'verification_counts'`)
  expect(tables.map(({ name }) => name).filter((name) => !KEPT.includes(name))).toEqual([])
})

test('every column of text is compared by its bytes', async () => {
  const url = await registerUrl(await dataDirectory())
  const rows = await readRows(
    url,
    `select table_name, column_name from information_schema.columns where table_schema = 'public'
     and data_type = 'text' and collation_name is distinct from 'C'`,
  )
  expect(rows).toEqual([])
})

describe('a process that only verifies, as an account that may only look (E64)', () => {
  test('verifies, and can change nothing even if it tried', async () => {
    const house = await openHouse()
    const { certificate } = await house.issue()
    await house.confirm(certificate.id)
    const file = await house.file(certificate.id)
    const looking = `looking_${randomBytes(4).toString('hex')}`
    await house.sql(
      `create role ${looking} login password 'x'`,
      `grant usage on schema public to ${looking}`,
      `grant select on all tables in schema public to ${looking}`,
    )
    onTestFinished(() =>
      runSql(inject('postgres'), [
        `drop database ${databaseOf(house.app.config.databaseUrl)} with (force)`,
        `drop role ${looking}`,
      ]),
    )
    const url = Object.assign(new URL(house.app.config.databaseUrl), { username: looking, password: 'x' }).href
    const verifier = await openApp({ ...house.app.config, databaseUrl: url, roles: ['verifier'] }, house.app.clock)
    expect((await verifier.verification().verifyFile(file)).reason).toBe('current')
    expect(() => verifier.transactions.run(async () => {})).toThrow(/FORBIDDEN/)
    await verifier.close()
    expect(await house.rows('select * from verification_counts')).toEqual([])
  })

  test('opens every connection read-only, also as an account that may do everything', async () => {
    const url = await registerUrl(await dataDirectory())
    const stores = bindStores(openUntilEnd(url, { readOnly: true }))
    await expect(stores.persons.getOrCreate('A123456707')).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(await readRows(url, 'select * from persons')).toEqual([])
  })
})

test('an account that owns nothing issues and confirms, and cannot take the refusals out of the way', async () => {
  const owner = await openHouse()
  await owner.app.close()
  const writing = `writing_${randomBytes(4).toString('hex')}`
  await owner.sql(
    `create role ${writing} login password 'x'`,
    `grant usage on schema public to ${writing}`,
    `grant select, insert, update on all tables in schema public to ${writing}`,
  )
  const { databaseUrl } = owner.app.config
  onTestFinished(() =>
    runSql(inject('postgres'), [`drop database ${databaseOf(databaseUrl)} with (force)`, `drop role ${writing}`]),
  )
  const url = Object.assign(new URL(databaseUrl), { username: writing, password: 'x' }).href
  const house = await openHouse(owner.directory, url)
  const { certificate } = await house.issue()
  expect((await house.confirm(certificate.id)).outcome).toBe('done')
  for (const change of [...withoutRefusals('documents', 'delete'), 'alter table documents disable trigger all']) {
    await expect(house.sql(change)).rejects.toThrow(/must be owner/)
  }
  await house.app.close()
})

test('who reads while a newer version changes the tables gets answers all the time', async () => {
  const house = await openHouse()
  const { certificate } = await house.issue()
  const { certificates } = house.app.reading
  for (let i = 0; i < 3; i++) {
    expect(await certificates.get(certificate.id)).toEqual(certificate)
    await house.sql(`alter table certificates add column later_${i} text`)
  }
  expect(await certificates.get(certificate.id)).toEqual(certificate)
})

test('a register may have a schema of its own beside another register', async () => {
  const house = await openHouse()
  await house.issue()
  await house.sql('create schema other')
  const url = new URL(house.app.config.databaseUrl)
  url.searchParams.set('options', '-c search_path=other')
  const db = openUntilEnd(url.href, { readOnly: false })
  await migrateToLatest(db)
  expect(await bindStores(db).audit.head()).toMatchObject({ seq: 0 })
  expect(await house.rows('select count(*) as n from other.certificates')).toEqual([{ n: 0 }])
  expect(await house.rows('select count(*) as n from certificates')).toEqual([{ n: 1 }])
})
