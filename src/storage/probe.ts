import { sql } from 'kysely'
import { AppError } from '../shared/app-error.ts'
import { isBusy } from './busy.ts'
import type { Database } from './database.ts'

/**
 * Whether the register would take a change. Touches no row and takes nothing back: the statement alone is refused by a
 * disk or a server that is read-only. While somebody else writes, it can be written.
 * @throws what the database throws when it cannot be asked at all
 */
export async function isWritable(db: Database): Promise<boolean> {
  try {
    await db.transaction().execute((trx) => sql`update audit_head set seq = seq where id = 0`.execute(trx))
    return true
  } catch (error) {
    if (isBusy(error) || (error instanceof AppError && error.code === 'BUSY')) return true
    throw error
  }
}
