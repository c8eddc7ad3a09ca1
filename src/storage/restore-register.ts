import { existsSync } from 'node:fs'
import { link, mkdir, open, rename, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import Sqlite from 'better-sqlite3'
import { AppError } from '../shared/app-error.ts'
import type { TrustAnchors } from '../verification/trust.ts'
import { bringUpToDate, checkRegister, type RegisterFacts, requireReadableSchema } from './backup-check.ts'
import { type Progress, setJournal } from './backup-copy.ts'
import {
  codeOf,
  copyPrivately,
  flushDirectory,
  flushToDisk,
  place,
  removeUnfinished,
  requireRoom,
  unfinishedName,
} from './backup-files.ts'
import { explained, sqlitePathOf } from './backup-register.ts'

export type RestoreResult = RegisterFacts & {
  readonly register: string
  /** where the register that was there before lies now */
  readonly keptAside: string | null
}

export type RestoreOptions = { readonly force: boolean; readonly at: Date; readonly checked: Progress }

/**
 * Puts a backup in the place of the register. This function is the only place that orders the steps. Until the last one
 * the register is as it was; what was there is never deleted.
 * @throws AppError CONFLICT when there is a register with something in it and no `force`, BUSY while another process has
 *   it open, INVALID_INPUT when the backup fails a check or is of a newer dcert, UNAVAILABLE without room
 */
export async function restoreRegister(
  url: string,
  file: string,
  trust: TrustAnchors,
  { force, at, checked }: RestoreOptions,
): Promise<RestoreResult> {
  const register = sqlitePathOf(url, 'pg_restore')
  const backup = resolve(file)
  const unfinished = unfinishedName(register)
  // Step 1: is this a backup, and may it take that place?
  const bytes = await requireBackup(backup, register)
  const before = stateOf(register)
  if (before === 'filled' && !force) {
    const message = `${register} 已有登錄資料；要以備份取代，請加上 --force（原有的會移到旁邊保留）`
    throw new AppError('CONFLICT', message)
  }
  if (before !== 'none') await requireNobodyElse(register)
  await mkdir(dirname(register), { recursive: true })
  await requireRoom(dirname(register), bytes)
  try {
    // Step 2: a copy beside the register, checked and brought up to date there.
    await copyPrivately(backup, unfinished)
    const facts = await checkRegister({ path: unfinished, name: '備份檔' }, trust, checked)
    await bringUpToDate(unfinished)
    setJournal(unfinished, 'wal')
    await flushToDisk(unfinished)
    // Step 3: the old one aside, the new one in its place.
    if (before !== 'none') await requireNobodyElse(register)
    const keptAside = await exchange(unfinished, register, before, at)
    return { register, keptAside, ...facts }
  } catch (error) {
    await removeUnfinished(unfinished)
    if (codeOf(error) === 'EEXIST') throw new AppError('CONFLICT', `${register} 剛才被別的程式建立，請再試一次`)
    throw explained(error)
  }
}

async function requireBackup(backup: string, register: string): Promise<number> {
  const info = await stat(backup).catch((cause: unknown) => {
    throw new AppError('NOT_FOUND', `找不到備份檔 ${backup}`, {}, { cause })
  })
  if (!info.isFile()) throw new AppError('INVALID_INPUT', `${backup} 不是檔案`)
  if (backup === register) throw new AppError('INVALID_INPUT', '備份檔就是登錄資料庫本身')
  const wal = await stat(`${backup}-wal`).catch(() => undefined)
  if (wal !== undefined && wal.size > 0) {
    const message = `${backup} 旁邊還有 -wal 檔：這是使用中的資料庫，不是備份；請用 dcert backup 製作的檔案`
    throw new AppError('INVALID_INPUT', message)
  }
  requireReadableSchema({ path: backup, name: '備份檔' })
  return info.size
}

type State = 'none' | 'empty' | 'filled'

/** What cannot be read counts as in use: perhaps somebody can save something of it yet. */
function stateOf(register: string): State {
  if (!existsSync(register)) return 'none'
  let file: Sqlite.Database | undefined
  try {
    file = new Sqlite(register, { readonly: true, fileMustExist: true })
    const hasTable = file.prepare("select 1 from sqlite_schema where name = 'audit_head'").get()
    if (hasTable === undefined)
      return file.prepare('select 1 from sqlite_schema').get() === undefined ? 'empty' : 'filled'
    return file.prepare('select 1 from audit_head where seq > 0').get() === undefined ? 'empty' : 'filled'
  } catch {
    return 'filled'
  } finally {
    file?.close()
  }
}

/**
 * Puts what stands in the -wal into the file, which takes it for oneself: whoever else has it open, also only to read,
 * makes this fail. A damaged register cannot be asked.
 */
async function requireNobodyElse(register: string): Promise<void> {
  // SQLite would throw a -wal away that it cannot match to its file.
  if (!(await beginsAsSqlite(register))) return
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

/** @returns where the old one lies now */
async function exchange(unfinished: string, register: string, before: State, at: Date): Promise<string | null> {
  if (before === 'none') {
    await place(unfinished, register)
    return null
  }
  if (before === 'empty') {
    await rename(unfinished, register)
    await flushDirectory(dirname(register))
    return null
  }
  const aside = `${register}.before-restore-${at.toISOString().replaceAll(/[-:]|\.\d+/g, '')}`
  // Only a damaged register still has a -wal here. It must not stay: SQLite would take it for the new one's.
  for (const suffix of ['-wal', '-shm']) {
    if (existsSync(`${register}${suffix}`)) await rename(`${register}${suffix}`, `${aside}${suffix}`)
  }
  // A second name for the old one, then the new one takes the first: at no moment is there no register.
  await link(register, aside)
  await rename(unfinished, register)
  await flushDirectory(dirname(register))
  return aside
}
