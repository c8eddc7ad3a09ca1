import { existsSync, statSync } from 'node:fs'
import { mkdir, open, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import Sqlite from 'better-sqlite3'
import { AppError } from '../shared/app-error.ts'
import {
  bringUpToDate,
  checkRegister,
  documentsIn,
  newestSchema,
  type OpenTrust,
  type RegisterFacts,
  requireReadableSchema,
} from './backup-check.ts'
import { type Progress, setJournal } from './backup-copy.ts'
import { codeOf, copyPrivately, flushToDisk, removeUnfinished, requireRoom, unfinishedName } from './backup-files.ts'
import { explained, sqlitePathOf } from './backup-register.ts'
import { exchange, giveToOwner, realPlace, type Standing, standingAt } from './register-place.ts'

export type RestoreResult = RegisterFacts & {
  readonly register: string
  /** where the register that was there before lies now */
  readonly keptAside: string | null
}

export type RestoreOptions = { readonly force: boolean; readonly at: Date; readonly checked: Progress }

/**
 * Puts a backup in the place of the register. This function is the only place that orders the steps. Until the last one
 * the register is as it was; what was there is never deleted.
 * @param openTrust called before anything is copied
 * @throws AppError CONFLICT when there is a register with something in it and no `force`, or one came meanwhile; BUSY while
 *   another process has it open, INVALID_INPUT when the backup fails a check or is of a newer dcert, UNAVAILABLE without
 *   room, what `openTrust` throws
 */
export async function restoreRegister(
  url: string,
  file: string,
  openTrust: OpenTrust,
  { force, at, checked }: RestoreOptions,
): Promise<RestoreResult> {
  const register = await realPlace(sqlitePathOf(url, 'pg_restore'))
  const backup = await realPlace(resolve(file))
  const unfinished = unfinishedName(register)
  // Step 1: is this a backup, and may it take that place?
  const bytes = await requireBackup(backup, register)
  const before = standingAt(register)
  if (before === 'filled' && !force) throw taken(register)
  await requireNobodyElse(register)
  const trust = openTrust(documentsIn({ path: backup, name: '備份檔' }))
  await mkdir(dirname(register), { recursive: true })
  await requireRoom(dirname(register), bytes)
  try {
    // Step 2: a copy beside the register, checked and brought up to date there.
    await copyPrivately(backup, unfinished)
    const facts = await checkRegister({ path: unfinished, name: '備份檔' }, trust, checked)
    await bringUpToDate(unfinished)
    setJournal(unfinished, 'wal')
    await giveToOwner(unfinished, register)
    await flushToDisk(unfinished)
    // Step 3: checking took its time; is it still the same that stands there?
    await requireNobodyElse(register)
    requireUnchanged(register, before)
    // Step 4: the old one aside, the new one in its place.
    const keptAside = await exchange(unfinished, register, at)
    requireRestored(register, facts, keptAside)
    return { register, keptAside, ...facts }
  } catch (error) {
    await removeUnfinished(unfinished)
    if (codeOf(error) === 'EEXIST') throw cameMeanwhile(register)
    throw explained(error)
  }
}

async function requireBackup(backup: string, register: string): Promise<number> {
  const info = await stat(backup).catch((cause: unknown) => {
    throw new AppError('NOT_FOUND', `找不到備份檔 ${backup}`, {}, { cause })
  })
  if (!info.isFile()) throw new AppError('INVALID_INPUT', `${backup} 不是檔案`)
  if (isSameFile(backup, register)) throw new AppError('INVALID_INPUT', '備份檔就是登錄資料庫本身')
  for (const suffix of ['-wal', '-journal']) {
    if ((statSync(`${backup}${suffix}`, { throwIfNoEntry: false })?.size ?? 0) === 0) continue
    const message = `${backup} 旁邊還有 ${suffix} 檔：這是使用中的資料庫，不是備份；請用 dcert backup 製作的檔案`
    throw new AppError('INVALID_INPUT', message)
  }
  requireReadableSchema({ path: backup, name: '備份檔' })
  return info.size
}

/** Two names can be one file. */
function isSameFile(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => statSync(path, { bigint: true, throwIfNoEntry: false }))
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino
}

function taken(register: string): AppError {
  const message = existsSync(register)
    ? `${register} 已有登錄資料；要以備份取代，請加上 --force（原有的會移到旁邊保留）`
    : `沒有登錄資料庫 ${register}，但旁邊還有它的 -wal 或 -journal，裡面可能有尚未寫入的資料；不需要的話，請加上 --force（會移到旁邊保留）`
  return new AppError('CONFLICT', message)
}

/** Becoming empty is no loss: that is what stands in a -wal, put into its file. */
function requireUnchanged(register: string, before: Standing): void {
  const now = standingAt(register)
  if (now !== before && now !== 'empty') throw cameMeanwhile(register)
}

function cameMeanwhile(register: string): AppError {
  return new AppError('CONFLICT', `${register} 在檢查備份時被別的程式建立或寫入；沒有還原，請停止那個程式後再試一次`)
}

/**
 * Puts what stands in the -wal into the file, which takes it for oneself: whoever else has it open, also only to read,
 * makes this fail. A damaged register cannot be asked.
 */
async function requireNobodyElse(register: string): Promise<void> {
  // SQLite would throw a -wal away that it cannot match to its file.
  if (!existsSync(register) || !(await beginsAsSqlite(register))) return
  try {
    setJournal(register, 'delete')
  } catch (error) {
    if (codeOf(error).startsWith('SQLITE_BUSY')) {
      throw new AppError('BUSY', '另一個程式開著登錄資料庫；請先停止 dcert serve 與其他命令', {}, { cause: error })
    }
    if (!/^SQLITE_(NOTADB|CORRUPT)/.test(codeOf(error))) throw error
  }
}

async function beginsAsSqlite(path: string): Promise<boolean> {
  const file = await open(path, 'r')
  try {
    const { buffer } = await file.read(Buffer.alloc(16), 0, 16, 0)
    return buffer.toString('latin1') === 'SQLite format 3\0'
  } finally {
    await file.close()
  }
}

/**
 * Asks the register in its place what it is. Something that came in between, or that SQLite has read beside it, shows here.
 * @throws AppError CONFLICT when that is not the backup
 */
function requireRestored(register: string, { auditEvents, auditHead }: RegisterFacts, keptAside: string | null): void {
  // Opened to write: SQLite then leaves no -wal behind.
  const file = new Sqlite(register, { fileMustExist: true })
  try {
    const schema = file.prepare('select max(name) from kysely_migration').pluck().get()
    const head = file.prepare('select seq, hash from audit_head').get() as { seq: number; hash: string }
    if (schema === newestSchema() && head.seq === auditEvents && head.hash === auditHead) return
  } finally {
    file.close()
  }
  const old = keptAside === null ? '' : `；原有的登錄資料在 ${keptAside}`
  throw new AppError(
    'CONFLICT',
    `${register} 還原後與備份不符，可能有別的程式同時寫入；請停止所有程式後再還原一次${old}`,
  )
}
