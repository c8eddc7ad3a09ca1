// Only on SQLite: files, and what SQLite is told when it opens one.
import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { migrateToLatest, openDatabase } from '../../src/storage/database.ts'
import { casesFile } from '../cli/cases.ts'
import { dcertProcess } from '../cli/run.ts'
import { approvedCase, dataDirectory, temporaryDirectory } from '../support/house.ts'
import { openUntilEnd } from '../support/register.ts'

describe('a register in a file', () => {
  test('writes ahead, has every commit on disk, enforces foreign keys, and is for its owner only', async () => {
    const path = join(temporaryDirectory(), 'new/dcert.sqlite')
    const db = openUntilEnd(`sqlite:${path}`, { readOnly: false })
    await migrateToLatest(db)
    expect((await sql`pragma journal_mode`.execute(db)).rows).toEqual([{ journal_mode: 'wal' }])
    // FULL: a confirmed certificate survives the loss of power.
    expect((await sql`pragma synchronous`.execute(db)).rows).toEqual([{ synchronous: 2 }])
    expect((await sql`pragma foreign_keys`.execute(db)).rows).toEqual([{ foreign_keys: 1 }])
    for (const name of ['', '-wal', '-shm']) expect(statSync(`${path}${name}`).mode & 0o777).toBe(0o600)
  })
})

test('is one file again after a command that wrote: its log is written back', async () => {
  const directory = await dataDirectory()
  const issued = await dcertProcess(directory, 'issue', casesFile(approvedCase()), '--confirm')
  expect(issued).toMatchObject({ code: 0 })
  expect(readdirSync(directory).filter((name) => name.startsWith('dcert.sqlite'))).toEqual(['dcert.sqlite'])
})

describe('what cannot be opened is told in words (style 6)', () => {
  const unavailable = expect.objectContaining({
    name: 'AppError',
    code: 'UNAVAILABLE',
    userMessage: expect.stringContaining('無法開啟'),
  })

  test('a file that is no database', () => {
    const path = join(temporaryDirectory(), 'dcert.sqlite')
    writeFileSync(path, 'this is a letter, not a register\n'.repeat(200))
    expect(() => openDatabase(`sqlite:${path}`, { readOnly: false })).toThrow(unavailable)
  })

  test('a directory that cannot be written to, or is a file', () => {
    const directory = temporaryDirectory()
    writeFileSync(join(directory, 'file'), '')
    for (const path of ['file/dcert.sqlite', '.']) {
      expect(() => openDatabase(`sqlite:${join(directory, path)}`, { readOnly: false })).toThrow(unavailable)
    }
  })

  test('a register that is not there is not made by somebody who only reads', () => {
    const path = join(temporaryDirectory(), 'dcert.sqlite')
    expect(() => openDatabase(`sqlite:${path}`, { readOnly: true })).toThrow(unavailable)
  })
})
