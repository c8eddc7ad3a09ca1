import { statSync } from 'node:fs'
import { stat } from 'node:fs/promises'
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

/**
 * Remembers which file a path leads to. @returns whether it still leads there: a register that was moved away or
 * exchanged goes on under the process that has it open, and nobody else sees what is written then
 */
export function stillTheFile(path: string): () => Promise<boolean> {
  const opened = statSync(path, { bigint: true })
  return async () => {
    const now = await stat(path, { bigint: true })
    return now.dev === opened.dev && now.ino === opened.ino
  }
}
