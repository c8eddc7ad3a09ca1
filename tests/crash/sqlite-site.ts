import { rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { environmentOf, newRoot, PROGRESS, type Site, type Watch } from './site.ts'
import { uncommittedFrames } from './uncommitted-frames.ts'

/** A site whose register is a file in its data directory. */
export function sqliteSite(root: string): Site {
  const register = join(root, 'data', 'dcert.sqlite')
  return {
    root,
    environment: environmentOf(root),
    async rows(query) {
      const database = new Database(register)
      try {
        return database.prepare(query).all() as never
      } finally {
        database.close()
      }
    },
    copy: async () => sqliteSite(newRoot(root)),
    watch: () => watchSqlite(register),
    cutOff: () => uncommittedFrames(`${register}-wal`) > 0,
    end: async () => rmSync(root, { recursive: true, force: true }),
  }
}

function watchSqlite(register: string): Watch {
  let database: Database.Database | undefined
  return {
    async progress() {
      try {
        database ??= new Database(register, { readonly: true, fileMustExist: true })
        return (database.prepare(PROGRESS).get() as { steps: number }).steps
      } catch {
        // There is no register yet, or no table in it.
        return 0
      }
    },
    close: async () => void database?.close(),
  }
}
