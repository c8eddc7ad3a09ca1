import { existsSync, statSync } from 'node:fs'
import { chown, link, readlink, realpath, rename, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import Sqlite from 'better-sqlite3'
import { AppError } from '../shared/app-error.ts'
import { codeOf, flushDirectory, NO_HARD_LINKS, place } from './backup-files.ts'
import { pathOf } from './database.ts'

/** What SQLite keeps beside a register; a -wal or -journal can hold transactions that are nowhere else. */
const BESIDE = ['-wal', '-journal', '-shm'] as const

/**
 * The path without symbolic links, also of a file that is not there yet: SQLite puts its -wal beside the file itself, not
 * beside a link to it.
 */
export async function realPlace(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
  const target = await readlink(path).catch(() => undefined)
  if (target !== undefined) return realPlace(resolve(dirname(path), target))
  const above = dirname(path)
  return above === path ? path : join(await realPlace(above), basename(path))
}

export type Standing = 'none' | 'empty' | 'filled'

/**
 * What stands where a register is to go. What cannot be read counts as filled, and so does a -wal or -journal with
 * anything in it, with or without its register: perhaps somebody can save something of it yet. Looks at sizes first, for
 * SQLite deletes the -wal beside an empty file.
 */
export function standingAt(register: string): Standing {
  if (sizeOf(`${register}-wal`) > 0 || sizeOf(`${register}-journal`) > 0) return 'filled'
  if (!existsSync(register)) return 'none'
  return sizeOf(register) === 0 || holdsNothing(register) ? 'empty' : 'filled'
}

/** Whether a database file has no certificate, no kept file and no audit event; what cannot be read may have some. */
export function holdsNothing(register: string): boolean {
  let file: Sqlite.Database | undefined
  try {
    file = new Sqlite(register, { readonly: true, fileMustExist: true })
    const has = (query: string) => file?.prepare(query).get() !== undefined
    if (!has('select 1 from sqlite_schema')) return true
    return !['certificates', 'documents', 'audit_events'].some((table) => has(`select 1 from ${table}`))
  } catch {
    return false
  } finally {
    file?.close()
  }
}

/**
 * For who only looks at a register: SQLite must not make one where there is none.
 * @throws AppError NOT_FOUND; of PostgreSQL, which makes none, nothing is asked
 */
export function requireRegisterFile(url: string): void {
  if (/^postgres(ql)?:/.test(url)) return
  const path = resolve(pathOf(url))
  if (sizeOf(path) > 0) return
  const what = existsSync(path) ? `${path} 是空的檔案，不是登錄資料庫` : `沒有登錄資料庫 ${path}`
  throw new AppError('NOT_FOUND', `${what}；請檢查 DCERT_DATABASE_URL 與 DCERT_DATA_DIR`)
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

/** A service that runs as somebody else could not read what root makes: it belongs to whom the old register or its directory does. */
export async function giveToOwner(file: string, register: string): Promise<void> {
  if (process.getuid?.() !== 0) return
  const { uid, gid } = await stat(register).catch(() => stat(dirname(register)))
  await chown(file, uid, gid)
}

/**
 * Puts a finished register in its place. What was there, with everything beside it, goes aside under one name and is
 * never deleted: SQLite would take an old -wal or -journal for the new one's.
 * @returns where the old one lies now, or what lay beside it when it was not there itself; null when nothing was there
 * @throws Error EEXIST when a register has appeared where there was none
 */
export async function exchange(unfinished: string, register: string, at: Date): Promise<string | null> {
  const aside = freeName(`${register}.before-restore-${at.toISOString().replaceAll(/[-:]|\.\d+/g, '')}`)
  const replaced = existsSync(register)
  // A second name for the old one, then the new one takes the first: at no moment is there no register.
  if (replaced) await secondName(register, aside)
  const beside = BESIDE.filter((suffix) => existsSync(`${register}${suffix}`))
  for (const suffix of beside) await rename(`${register}${suffix}`, `${aside}${suffix}`)
  if (replaced) await rename(unfinished, register)
  else await place(unfinished, register)
  await flushDirectory(dirname(register))
  if (replaced) return aside
  return beside[0] === undefined ? null : `${aside}${beside[0]}`
}

async function secondName(file: string, name: string): Promise<void> {
  try {
    await link(file, name)
  } catch (error) {
    if (!NO_HARD_LINKS.includes(codeOf(error))) throw error
    await rename(file, name)
  }
}

function freeName(name: string): string {
  for (let n = 1; ; n++) {
    const free = n === 1 ? name : `${name}-${n}`
    if (!['', ...BESIDE].some((suffix) => existsSync(`${free}${suffix}`))) return free
  }
}
