// Only on SQLite: PostgreSQL's server tells itself what its disk cannot do.
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { migrateToLatest, openDatabase } from '../../src/storage/database.ts'
import { transactions } from '../../src/storage/transactions.ts'
import { temporaryDirectory } from '../support/house.ts'

test('a transaction that finds no room is told as that, and leaves nothing', async () => {
  const db = openDatabase(`sqlite:${join(temporaryDirectory(), 'dcert.sqlite')}`, { readOnly: false })
  onTestFinished(() => db.destroy())
  await migrateToLatest(db)
  // As many pages as there are: SQLite itself answers SQLITE_FULL, as it does for a full disk.
  await sql`pragma max_page_count = 1`.execute(db)
  const work = transactions(db).run(async (stores) => {
    await stores.persons.getOrCreate('A123456789')
    await stores.documents.put(Buffer.alloc(1_000_000), '2026-08-03T02:00:00Z')
  })
  await expect(work).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    userMessage: expect.stringContaining('磁碟空間不足'),
  })
  await transactions(db).run(async (stores) => {
    expect(await stores.persons.findByIdNumber('A123456789')).toBeUndefined()
  })
})
