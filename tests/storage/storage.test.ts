import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { migrateToLatest, openDatabase } from '../../src/storage/database.ts'
import { documentStore } from '../../src/storage/document-store.ts'
import { transactions } from '../../src/storage/transactions.ts'
import { openHouse, refusalOf, temporaryDirectory } from '../support/house.ts'

async function register(directory = temporaryDirectory()) {
  const db = openDatabase(`sqlite:${join(directory, 'dcert.sqlite')}`, { readOnly: false })
  onTestFinished(() => db.destroy())
  await migrateToLatest(db)
  return { db, directory, path: join(directory, 'dcert.sqlite') }
}

/** Another process that opens the register and brings its schema up to date. */
function startProcess(path: string): Promise<{ code: number | null; stderr: string }> {
  const program = `
    import { migrateToLatest, openDatabase } from ${JSON.stringify(join(import.meta.dirname, '../../src/storage/database.ts'))}
    const db = openDatabase('sqlite:' + process.argv[1], { readOnly: false })
    await migrateToLatest(db)
    await db.destroy()`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program, path])
  return new Promise((resolve) => {
    let stderr = ''
    child.stderr.on('data', (chunk) => {
      stderr += chunk
    })
    child.on('close', (code) => resolve({ code, stderr }))
  })
}

describe('the schema', () => {
  test('is made once when four processes start together on a new file', async () => {
    const path = join(temporaryDirectory(), 'new/dcert.sqlite')
    const ended = await Promise.all([1, 2, 3, 4].map(() => startProcess(path)))
    expect(ended).toEqual(ended.map(() => ({ code: 0, stderr: '' })))
    const opened = new Database(path, { readonly: true })
    expect(opened.prepare('select name from kysely_migration').all()).toEqual([{ name: '0001-register' }])
    expect(opened.prepare('select seq from audit_head').all()).toEqual([{ seq: 0 }])
    opened.close()
  })

  test('opened again is left as it is', async () => {
    const { db, path } = await register()
    const schema = () => {
      const opened = new Database(path, { readonly: true })
      onTestFinished(() => void opened.close())
      return opened.prepare('select sql from sqlite_master order by name').all()
    }
    const before = schema()
    await migrateToLatest(db)
    expect(schema()).toEqual(before)
  })
})

describe('a connection', () => {
  test('writes ahead, keeps every commit on disk, and enforces foreign keys', async () => {
    const house = await openHouse()
    const insert = (stores: { certificates: { setPerson(id: string, person: string): Promise<void> } }) =>
      stores.certificates.setPerson(certificate.id, 'nobody')
    const { certificate } = await house.issue()
    await expect(house.app.transactions.run(insert)).rejects.toThrow(/FOREIGN KEY/)
    expect(house.rows('pragma journal_mode')).toEqual([{ journal_mode: 'wal' }])
  })

  test('synchronous is FULL: a confirmed certificate survives the loss of power', async () => {
    const { db } = await register()
    const { sql } = await import('kysely')
    expect((await sql`pragma synchronous`.execute(db)).rows).toEqual([{ synchronous: 2 }])
    expect((await sql`pragma foreign_keys`.execute(db)).rows).toEqual([{ foreign_keys: 1 }])
  })

  test('that reads cannot write (E64)', async () => {
    const { path } = await register()
    const reading = openDatabase(`sqlite:${path}`, { readOnly: true })
    onTestFinished(() => reading.destroy())
    await expect(documentStore(reading).put(Buffer.from('x'), 'now')).rejects.toThrow(/readonly/)
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
})

describe('what cannot be opened is told in words (style 6)', () => {
  test('a file that is no database', async () => {
    const path = join(temporaryDirectory(), 'dcert.sqlite')
    writeFileSync(path, 'this is a letter, not a register\n'.repeat(200))
    expect(() => openDatabase(`sqlite:${path}`, { readOnly: false })).toThrow(
      expect.objectContaining({
        name: 'AppError',
        code: 'UNAVAILABLE',
        userMessage: expect.stringContaining('無法開啟'),
      }),
    )
  })

  test('a database that is not ours is refused, not built over', async () => {
    const path = join(temporaryDirectory(), 'dcert.sqlite')
    const other = new Database(path)
    other.exec('create table certificates (id text)')
    other.close()
    const db = openDatabase(`sqlite:${path}`, { readOnly: false })
    onTestFinished(() => db.destroy())
    expect(await refusalOf(migrateToLatest(db))).toMatch(/^UNAVAILABLE/)
  })

  test('a directory that cannot be written to, or is a file', () => {
    const directory = temporaryDirectory()
    writeFileSync(join(directory, 'file'), '')
    for (const path of ['file/dcert.sqlite', '.']) {
      expect(() => openDatabase(`sqlite:${join(directory, path)}`, { readOnly: false })).toThrow(
        expect.objectContaining({ name: 'AppError', code: 'UNAVAILABLE' }),
      )
    }
  })

  test('a register that is not there is not made by somebody who only reads', () => {
    const path = join(temporaryDirectory(), 'dcert.sqlite')
    expect(() => openDatabase(`sqlite:${path}`, { readOnly: true })).toThrow(
      expect.objectContaining({ code: 'UNAVAILABLE' }),
    )
  })

  test.each(['postgres://localhost/dcert', 'mysql://x', 'dcert.sqlite'])('the address %s', (url) => {
    expect(() => openDatabase(url, { readOnly: false })).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', userMessage: expect.stringContaining('DCERT_DATABASE_URL') }),
    )
  })
})

describe('kept bytes (E23)', () => {
  test('put twice are kept once, under their SHA-256', async () => {
    const { db } = await register()
    const documents = documentStore(db)
    const [one, two] = [await documents.put(Buffer.from('PDF'), '1'), await documents.put(Buffer.from('PDF'), '2')]
    const fingerprint = createHash('sha256').update('PDF').digest('hex')
    expect([one, two]).toEqual([fingerprint, fingerprint])
    const all = await db.selectFrom('documents').select('bytes').execute()
    expect(all.map(({ bytes }) => bytes.toString())).toEqual(['PDF'])
    expect(await documents.find('0'.repeat(64))).toBeUndefined()
  })

  test.each(['documents', 'confirmations', 'revocation_coverage', 'audit_events'])(
    '%s: the database itself refuses to change or delete a row (E23, E67)',
    async (table) => {
      const house = await openHouse()
      const { certificate } = await house.issue()
      await house.confirm(certificate.id)
      await house.revoke('professor')
      const [column] = house.rows<{ name: string }>(`select name from pragma_table_info('${table}')`)
      expect(() => house.sql(`update ${table} set ${column?.name} = ${column?.name}`)).toThrow(/is refused/)
      expect(() => house.sql(`delete from ${table}`)).toThrow(/is refused/)
      expect(house.rows(`select * from ${table}`)).not.toEqual([])
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
    expect(() => house.sql(change)).toThrow(/is refused/)
  })
})
