import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Kysely, PostgresAdapter, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { AppError } from '../shared/app-error.ts'
import { outageOf } from '../shared/outage.ts'
import { busyError, isBusy } from './busy.ts'
import { migrations } from './migrations/migrations.ts'
import { postgresDialect } from './postgres-dialect.ts'
import type { Schema } from './schema.ts'
import { sqliteDialect } from './sqlite-dialect.ts'

export type Dialect = 'sqlite' | 'postgres'

/** The typed database; only stores and this folder know it. */
export type Database = Kysely<Schema>

type OpenOptions = { readonly readOnly: boolean; readonly patience?: number }

/** How long a command waits for another process' transaction, in milliseconds. */
const PATIENCE = 10_000

/**
 * Opens the register. On PostgreSQL nothing is connected yet: the first question does that.
 * @param url `sqlite:<path>`, `file:…` or `postgres://…`
 * @throws AppError INVALID_INPUT for an address that is not understood, UNAVAILABLE when it cannot be opened
 */
export function openDatabase(url: string, { readOnly, patience = PATIENCE }: OpenOptions): Database {
  const options = { readOnly, patience }
  if (isPostgres(url)) return new Kysely<Schema>({ dialect: postgresDialect(url, options) })
  const path = pathOf(url)
  try {
    if (!readOnly) createPrivate(path)
    return new Kysely<Schema>({ dialect: sqliteDialect(path, options) })
  } catch (cause) {
    const words = '登錄資料庫無法開啟。請檢查 DCERT_DATABASE_URL 與檔案權限。'
    throw outageOf(cause) ?? new AppError('UNAVAILABLE', words, { path }, { cause })
  }
}

/**
 * Brings the schema up to date, and refuses one that a newer dcert has made; every step runs once, also when several processes start together, because the whole
 * runs in one transaction that holds the write lock.
 * @throws AppError UNAVAILABLE when a step fails or the database cannot be asked; nothing of it is kept then
 */
export async function migrateToLatest(db: Database): Promise<void> {
  const dialect = dialectOf(db)
  // Looking takes no lock: who has nothing to change does not wait for who is writing.
  if (await isUpToDate(db)) return
  try {
    await db.transaction().execute(async (trx) => {
      const place = dialect === 'postgres' ? { migrationTableSchema: await schemaFor(trx) } : {}
      const provider = { getMigrations: async () => migrations(dialect) }
      const { error } = await new Migrator({ db: trx, provider, ...place }).migrateToLatest()
      if (error !== undefined) throw error
    })
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    if (isBusy(cause)) throw busyError(cause)
    throw outageOf(cause) ?? new AppError('UNAVAILABLE', '登錄資料庫無法更新到這個版本的格式。', {}, { cause })
  }
}

/**
 * For who only reads, and cannot make what is missing.
 * @throws AppError UNAVAILABLE when the schema is not of this version or the database cannot be asked
 */
export async function requireLatest(db: Database): Promise<void> {
  if (await isUpToDate(db)) return
  throw new AppError('UNAVAILABLE', '登錄資料庫還不是這個版本的格式；請先以會寫入的程序開啟一次，例如 dcert issue。')
}

/** @throws AppError UNAVAILABLE when a newer dcert has changed the tables: nobody knows what its rows mean here */
async function isUpToDate(db: Database): Promise<boolean> {
  const known = Object.keys(migrations(dialectOf(db)))
  const names = await migrationsRun(db)
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length > 0) {
    const words = `登錄資料庫是較新版本的 dcert 所寫（${unknown.join('、')}）；請用該版本處理。`
    throw new AppError('UNAVAILABLE', words)
  }
  return known.every((name) => names.includes(name))
}

async function migrationsRun(db: Database): Promise<string[]> {
  try {
    const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)
    return rows.map(({ name }) => name)
  } catch (error) {
    if (error instanceof Error && /no such table|42P01/.test(`${error.message} ${'code' in error && error.code}`)) {
      return []
    }
    throw error
  }
}

/** The schema that new tables come to; in it only we look for them, as another one may have a register too. */
async function schemaFor(db: Database): Promise<string> {
  const { rows } = await sql<{ schema: string | null; encoding: string }>`
    select current_schema() as schema, current_setting('server_encoding') as encoding`.execute(db)
  const { schema, encoding } = rows[0] ?? { schema: null, encoding: '' }
  if (schema === null) throw new AppError('UNAVAILABLE', '資料庫帳號的 search_path 沒有可用的 schema。')
  if (encoding !== 'UTF8') throw new AppError('UNAVAILABLE', `資料庫的編碼是 ${encoding}，必須是 UTF8。`)
  return schema
}

function dialectOf(db: Database): Dialect {
  return db.getExecutor().adapter instanceof PostgresAdapter ? 'postgres' : 'sqlite'
}

/** Only the owner reads the register: it holds ID numbers. SQLite gives its -wal and -shm files the same mode. */
function createPrivate(path: string): void {
  mkdirSync(dirname(path), { recursive: true })
  closeSync(openSync(path, 'a', 0o600))
}

export function isPostgres(url: string): boolean {
  return /^postgres(ql)?:/.test(url)
}

/** The file of an SQLite register. @throws AppError INVALID_INPUT */
export function pathOf(url: string): string {
  if (url.startsWith('file:')) return fileURLToPath(url)
  if (url.startsWith('sqlite:')) return url.slice('sqlite:'.length)
  // Of what is no address at all nothing is shown: there may be a password in it.
  const [scheme = '內容'] = /^[a-z]+:/i.exec(url) ?? []
  throw new AppError(
    'INVALID_INPUT',
    `DCERT_DATABASE_URL 的「${scheme}」不是可用的資料庫；請用 sqlite:<路徑> 或 postgres://…。`,
  )
}
