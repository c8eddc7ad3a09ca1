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

type OpenOptions = { readonly readOnly: boolean; readonly patience?: number }

/** How long a command waits for another process' transaction, in milliseconds. */
const PATIENCE = 10_000

/**
 * Opens the register.
 * @param url `sqlite:<path>` or `file:…`
 * @throws AppError INVALID_INPUT for an address that is not understood, UNAVAILABLE when it cannot be opened
 */
export function openDatabase(url: string, { readOnly, patience = PATIENCE }: OpenOptions): Database {
  const path = pathOf(url)
  try {
    if (!readOnly) createPrivate(path)
    return new Kysely<Schema>({ dialect: sqliteDialect(path, { readOnly, patience }) })
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
  // Looking takes no lock: who has nothing to change does not wait for who is writing.
  const known = await new Migrator({ db, provider }).getMigrations()
  if (known.every(({ executedAt }) => executedAt !== undefined)) return
  try {
    await db.transaction().execute(async (trx) => {
      const { error } = await new Migrator({ db: trx, provider }).migrateToLatest()
      if (error !== undefined) throw error
    })
  } catch (cause) {
    if (isBusy(cause)) throw busyError(cause)
    throw new AppError('UNAVAILABLE', '登錄資料庫無法更新到這個版本的格式。', {}, { cause })
  }
}

/** Whether another process held the write lock for longer than we wait. */
export function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')
}

export function busyError(cause: unknown): AppError {
  return new AppError('BUSY', '另一個程式正在寫入登錄資料，請稍後再試；這次沒有任何變更。', {}, { cause })
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
