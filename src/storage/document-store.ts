import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Database } from './database.ts'

/** Bytes by their SHA-256: put once, never overwritten, never deleted (E23). */
export type DocumentStore = {
  /** @returns the fingerprint, 64 lower-case hex digits; the same bytes twice are kept once */
  put(bytes: Buffer, at: string): Promise<string>
  find(sha256: string): Promise<Buffer | undefined>
}

/** The document port on the database itself: a row and its file commit together. */
export function documentStore(db: Database): DocumentStore {
  return {
    async put(bytes, at) {
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      // Not `on conflict do nothing`: SQLite would ask the trigger that refuses to replace a row even then.
      await sql`
        insert into documents (sha256, bytes, kept_at) select ${sha256}, ${bytes}, ${at}
        where not exists (select 1 from documents where sha256 = ${sha256})`.execute(db)
      return sha256
    },

    async find(sha256) {
      const row = await db.selectFrom('documents').select('bytes').where('sha256', '=', sha256).executeTakeFirst()
      return row?.bytes
    },
  }
}
