import { randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { openApp } from '../../src/app.ts'
import { migrateToLatest } from '../../src/storage/database.ts'
import { bindStores, transactions } from '../../src/storage/transactions.ts'
import { breakableLine } from '../support/breakable-line.ts'
import { dataDirectory, openHouse, refusalOf } from '../support/house.ts'
import { withDatabase } from '../support/postgres-address.ts'
import { runSql } from '../support/raw-sql.ts'
import { openUntilEnd, registerUrl } from '../support/register.ts'
import { startPostgres } from '../support/start-postgres.ts'

const AWAY = { code: 'UNAVAILABLE', userMessage: expect.stringContaining('目前無法連線') }

/** A house whose connections go through a line that can be broken. */
async function houseOnALine() {
  const directory = await dataDirectory()
  const line = await breakableLine(await registerUrl(directory))
  return { house: await openHouse(directory, line.url), line }
}

/** Neither in the words nor in what a log could take from the error, also a moment later. */
async function expectNoPassword(failure: unknown, url: string): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
  expect(failure).toBeInstanceOf(Error)
  expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain(new URL(url).password)
}

describe('a server that is away', () => {
  test('while the register is opened is told in words', async () => {
    const house = await openHouse()
    const line = await breakableLine(house.app.config.databaseUrl)
    await line.cut()
    const config = { ...house.app.config, databaseUrl: line.url }
    await expect(openApp(config)).rejects.toMatchObject(AWAY)
    await expect(openApp({ ...config, roles: ['verifier'] })).rejects.toMatchObject(AWAY)
  })

  test('lets verification say that it cannot tell (503), and when it is back everything goes on', async () => {
    const { house, line } = await houseOnALine()
    const { certificate } = await house.issue()
    await house.confirm(certificate.id)
    const file = await house.file(certificate.id)
    const server = await house.app.server({ demo: false })
    const { fingerprint } = await house.verify(file)
    const ask = () =>
      server.inject({ method: 'POST', url: '/api/v1/verifications/fingerprint', payload: { sha256: fingerprint } })
    expect((await ask()).json()).toMatchObject({ outcome: 'success' })
    await line.cut()
    expect((await ask()).statusCode).toBe(503)
    await expect(house.unconfirm(certificate.id)).rejects.toMatchObject(AWAY)
    await line.mend()
    expect((await ask()).json()).toMatchObject({ outcome: 'success' })
    expect((await house.unconfirm(certificate.id)).outcome).toBe('done')
  })

  test('because it was shut down and started again is found again', async () => {
    const server = await startPostgres()
    onTestFinished(() => server.remove())
    const house = await openHouse(undefined, server.url)
    await house.issue()
    await server.stop()
    await expect(house.app.reading.audit.head()).rejects.toMatchObject(AWAY)
    await expect(house.issue({ number: '2' })).rejects.toMatchObject(AWAY)
    await server.start()
    expect((await house.issue({ number: '2' })).outcome).toBe('issued')
  })
})

describe('a connection that breaks', () => {
  test('in the middle of a transaction: nothing of it is kept, and the next one goes on', async () => {
    const { house, line } = await houseOnALine()
    const work = house.app.transactions.run(async (stores) => {
      await stores.persons.getOrCreate('A123456707')
      await line.cut()
      await stores.persons.getOrCreate('A223456709')
    })
    await expect(work).rejects.toMatchObject(AWAY)
    await line.mend()
    await expectNoPassword(await work.catch((error: unknown) => error), line.url)
    expect(await house.rows('select * from persons')).toEqual([])
    const id = await house.app.transactions.run((stores) => stores.persons.getOrCreate('A123456707'))
    expect(await house.rows('select * from persons')).toEqual([{ id }])
  })

  test('because the operator ended the session is the same', async () => {
    const house = await openHouse()
    const work = house.app.transactions.run(async (stores) => {
      await stores.persons.getOrCreate('A123456707')
      await house.sql(`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`)
      await stores.persons.getOrCreate('A223456709')
    })
    await expect(work).rejects.toMatchObject(AWAY)
    await expectNoPassword(await work.catch((error: unknown) => error), house.app.config.databaseUrl)
    expect(await house.rows('select * from persons')).toEqual([])
    expect((await house.issue()).outcome).toBe('issued')
  })

  test('without a word: after a while it counts as lost, and the next question has another one', async () => {
    const directory = await dataDirectory()
    const line = await breakableLine(await registerUrl(directory))
    const { audit } = bindStores(openUntilEnd(`${line.url}?query_timeout=2000`, { readOnly: true }))
    const head = await audit.head()
    line.stall()
    await expect(audit.head()).rejects.toMatchObject(AWAY)
    expect(await audit.head()).toEqual(head)
  })

  test('while a change is being kept: nobody knows, that is what is said, and the same again does no harm', async () => {
    const { house, line } = await houseOnALine()
    const { certificate } = await house.issue()
    line.cutAfter('commit\0')
    const lost = { code: 'UNAVAILABLE', userMessage: expect.stringContaining('無法確定這次的變更是否已保存') }
    await expect(house.confirm(certificate.id)).rejects.toMatchObject(lost)
    expect((await house.confirm(certificate.id)).outcome).toBe('unchanged')
    expect(await house.rows('select * from confirmations')).toHaveLength(1)
  })
})

test('a process that stops in the middle of its transaction does not keep the others out for ever', async () => {
  const url = await registerUrl(await dataDirectory())
  const impatient = new URL(url)
  impatient.searchParams.set('idle_in_transaction_session_timeout', '2000')
  const stopped = transactions(openUntilEnd(impatient.href, { readOnly: false }))
  const other = transactions(openUntilEnd(url, { readOnly: false }))
  const { promise, resolve } = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  const stuck = stopped.run(async (stores) => {
    await stores.persons.getOrCreate('A123456707')
    begun.resolve()
    await promise
    return stores.persons.getOrCreate('A123456707')
  })
  const lost = expect(stuck).rejects.toMatchObject(AWAY)
  // Who fails before it has begun must not be waited for.
  await Promise.race([begun.promise, stuck])
  try {
    const id = await other.run((stores) => stores.persons.getOrCreate('A223456709'))
    expect(id).toEqual(expect.any(String))
  } finally {
    resolve()
  }
  await lost
})

describe('what cannot be opened is told in words (style 6), and never with the password', () => {
  const SECRET = randomBytes(8).toString('hex')

  test.each([
    ['a wrong password', (url: URL) => Object.assign(url, { password: SECRET }), /UNAVAILABLE.*不接受.*帳號或密碼/],
    [
      'an account that is not there',
      (url: URL) => Object.assign(url, { username: 'nobody' }),
      /UNAVAILABLE.*帳號或密碼/,
    ],
    ['a database that is not there', (url: URL) => Object.assign(url, { pathname: '/nowhere' }), /UNAVAILABLE.*不存在/],
    ['a port where nobody listens', (url: URL) => Object.assign(url, { port: '1' }), /UNAVAILABLE.*無法連線/],
    ['a host that is not there', (url: URL) => Object.assign(url, { hostname: 'db.invalid' }), /UNAVAILABLE.*無法連線/],
    ['a server without TLS', (url: URL) => Object.assign(url, { search: 'sslmode=verify-full' }), /加密連線不成功/],
  ])('%s', async (_, spoil, words) => {
    const url = spoil(new URL(inject('postgres')))
    const db = openUntilEnd(url.href, { readOnly: false })
    const failure = await migrateToLatest(db).catch((error: unknown) => error)
    expect(String(failure)).toMatch(words)
    await expectNoPassword(failure, url.href)
  })

  test('an account that may not make tables', async () => {
    const url = new URL(await registerUrl(await dataDirectory()))
    const role = `weak_${randomBytes(4).toString('hex')}`
    await runSql(url.href, [
      'drop schema public cascade',
      'create schema public',
      `create role ${role} login password 'x'`,
    ])
    onTestFinished(() => runSql(inject('postgres'), [`drop role ${role}`]))
    const weak = openUntilEnd(Object.assign(url, { username: role, password: 'x' }).href, { readOnly: false })
    expect(await refusalOf(migrateToLatest(weak))).toMatch(/UNAVAILABLE.*權限不足|search_path/)
  })

  test('a database that cannot hold Chinese', async () => {
    const name = `ascii_${randomBytes(4).toString('hex')}`
    await runSql(inject('postgres'), [
      `create database ${name} encoding 'SQL_ASCII' locale 'C' locale_provider libc template template0`,
    ])
    onTestFinished(() => runSql(inject('postgres'), [`drop database ${name} with (force)`]))
    const db = openUntilEnd(withDatabase(inject('postgres'), name), { readOnly: false })
    expect(await refusalOf(migrateToLatest(db))).toMatch(/UNAVAILABLE.*SQL_ASCII.*UTF8/)
  })
})
