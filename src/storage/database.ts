import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import { AppError } from '../shared/app-error.ts'
import { migrations } from './migrations/migrations.ts'
import type { Schema } from './schema.ts'
import { sqliteDialect } from './sqlite-dialect.ts'

export type Dialect = 'sqlite' | 'postgres'

/** The typed database; only stores and this folder know it. */
export type Database = Kysely<Schema>

/**
 * Opens the register.
 * @param url `sqlite:<path>` or `file:…`
 * @throws AppError INVALID_INPUT for an address that is not understood, UNAVAILABLE when it cannot be opened
 */
export function openDatabase(url: string, options: { readOnly: boolean }): Database {
  const path = pathOf(url)
  try {
    if (!options.readOnly) createPrivate(path)
    return new Kysely<Schema>({ dialect: sqliteDialect(path, options.readOnly) })
  } catch (cause) {
    throw new AppError('UNAVAILABLE', '登錄資料庫無法開啟。請檢查 DCERT_DATABASE_URL 與檔案權限。', { path }, { cause })
  }
}

/**
 * Brings the schema up to date; every step runs once, also when several processes start together, because the whole
 * runs in one transaction that holds the write lock.
 * @throws AppError UNAVAILABLE when a step fails; nothing of it is kept then
 */
export async function migrateToLatest(db: Database, dialect: Dialect = 'sqlite'): Promise<void> {
  const provider = { getMigrations: async () => migrations(dialect) }
  try {
    await db.transaction().execute(async (trx) => {
      const { error } = await new Migrator({ db: trx, provider }).migrateToLatest()
      if (error !== undefined) throw error
    })
  } catch (cause) {
    throw new AppError('UNAVAILABLE', '登錄資料庫無法更新到這個版本的格式。', {}, { cause })
  }
}

/** Only the owner reads the register: it holds ID numbers. SQLite gives its -wal and -shm files the same mode. */
function createPrivate(path: string): void {
  mkdirSync(dirname(path), { recursive: true })
  closeSync(openSync(path, 'a', 0o600))
}

function pathOf(url: string): string {
  if (url.startsWith('file:')) return fileURLToPath(url)
  if (url.startsWith('sqlite:')) return url.slice('sqlite:'.length)
  const scheme = url.split(':', 1)[0]
  throw new AppError('INVALID_INPUT', `DCERT_DATABASE_URL 的「${scheme}:」不是可用的資料庫；請用 sqlite:<路徑>。`)
}
