import { describe, expect, test } from 'vitest'
import { verificationCountStore } from '../../src/statistics/verification-count-store.ts'
import { migrateToLatest } from '../../src/storage/database.ts'
import { exampleResult } from '../../src/verification/verification-examples.ts'
import { openHouse, temporaryDirectory } from '../support/house.ts'
import { openUntilEnd, registerUrl, sqlFor } from '../support/register.ts'

const ALL_TABLES = sqlFor({
  sqlite: "select name from sqlite_master where type = 'table'",
  postgres: "select tablename as name from pg_tables where schemaname = 'public'",
})

async function store() {
  const db = openUntilEnd(await registerUrl(temporaryDirectory()), { readOnly: false, patience: 0 })
  await migrateToLatest(db)
  const rows = () => db.selectFrom('verification_counts').selectAll().orderBy('day').orderBy('reason').execute()
  return { db, counts: verificationCountStore(db), rows }
}

function at(verifiedAt: string, reason: 'current' | 'altered' = 'current') {
  return { ...exampleResult(reason), verifiedAt }
}

describe('what is kept of verifications (E31)', () => {
  test('is a number per day of Taiwan, outcome and reason', async () => {
    const { counts, rows } = await store()
    counts.count(at('2026-08-03T15:59:59Z'))
    counts.count(at('2026-08-03T16:00:00Z'))
    counts.count(at('2026-08-03T16:00:01Z'))
    counts.count(at('2026-08-03T16:00:01Z', 'altered'))
    await counts.flush()
    expect(await rows()).toEqual([
      { day: '2026-08-03', outcome: 'success', reason: 'current', count: 1 },
      { day: '2026-08-04', outcome: 'failure', reason: 'altered', count: 1 },
      { day: '2026-08-04', outcome: 'success', reason: 'current', count: 2 },
    ])
  })

  test('adds up over several flushes and several processes', async () => {
    const { db, counts, rows } = await store()
    const other = verificationCountStore(db)
    for (const one of [counts, other, counts]) {
      one.count(at('2026-08-03T02:00:00Z'))
      await one.flush()
      await one.flush()
    }
    expect((await rows()).map(({ count }) => count)).toEqual([3])
  })

  test('what could not be written is not lost: it comes with the next sums', async () => {
    const { db, counts, rows } = await store()
    counts.count(at('2026-08-03T02:00:00Z'))
    const { sql } = await import('kysely')
    await sql`alter table verification_counts rename to elsewhere`.execute(db)
    await expect(counts.flush()).rejects.toThrow(/verification_counts/)
    await sql`alter table elsewhere rename to verification_counts`.execute(db)
    counts.count(at('2026-08-03T02:00:01Z'))
    await counts.flush()
    expect((await rows()).map(({ count }) => count)).toEqual([2])
  })

  test('holds no fingerprint, also of an unknown file: the register is the same but for the counts', async () => {
    const house = await openHouse()
    await house.issue()
    const tables = await house.rows<{ name: string }>(ALL_TABLES)
    const all = () =>
      Promise.all(
        tables
          .filter(({ name }) => name !== 'verification_counts')
          .map(async ({ name }) => JSON.stringify(await house.rows(`select * from "${name}"`))),
      )
    const before = await all()
    const { reason } = await house.verify(Buffer.from('%PDF-1.4 a stranger'))
    await house.app.close()
    expect(await all()).toEqual(before)
    expect(await house.rows('select outcome, reason, count from verification_counts')).toEqual([
      { outcome: 'failure', reason, count: 1 },
    ])
  })
})
