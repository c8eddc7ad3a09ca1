import { copyFileSync, statSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { checkDocuments } from '../audit/check-documents.ts'
import { checkTrail } from '../audit/check-trail.ts'
import { AppError } from '../shared/app-error.ts'
import type { TrustAnchors } from '../verification/trust.ts'
import { type Progress, setJournal } from './backup-copy.ts'
import { codeOf, removeUnfinished } from './backup-files.ts'
import { busyError, isBusy } from './busy.ts'
import { migrateToLatest, openDatabase } from './database.ts'
import { migrations } from './migrations/migrations.ts'
import { bindStores } from './transactions.ts'

/** What is in a register that passed all checks. */
export type RegisterFacts = {
  /** the newest migration that has run on it */
  readonly schema: string
  readonly auditEvents: number
  /** hash of the last event: kept elsewhere, it would tell of a trail that was written anew */
  readonly auditHead: string
  readonly documents: number
}

/**
 * Gives the anchors to check so many documents with.
 * @throws AppError UNAVAILABLE without any, if there are documents: every good file would look damaged
 */
export type OpenTrust = (documents: number) => TrustAnchors

/** Whose file it is, for messages: `備份檔 /backup/2026-08-03.dcert`. */
type Named = { readonly path: string; readonly name: string }

/**
 * The register's newest migration, looked at without changing anything.
 * @throws AppError INVALID_INPUT for what is no register, is damaged at its head, or was made by a newer dcert
 */
export function requireReadableSchema({ path, name }: Named): string {
  if (statSync(path).size === 0) throw new AppError('INVALID_INPUT', `${name} 是空的`)
  const names = withSqlite({ path, name }, (file) => {
    const known = file.prepare("select 1 from sqlite_schema where name = 'kysely_migration'").get()
    return known === undefined ? [] : file.prepare('select name from kysely_migration order by name').pluck().all()
  }) as string[]
  const newest = names.at(-1)
  if (newest === undefined) throw new AppError('INVALID_INPUT', `${name} 不是 dcert 的登錄資料庫`)
  const unknown = names.filter((one) => !Object.hasOwn(migrations('sqlite'), one))
  if (unknown.length > 0) {
    throw new AppError('INVALID_INPUT', `${name} 是較新版本的 dcert 所寫（${unknown.join('、')}）；請用該版本處理`)
  }
  return newest
}

/**
 * Everything that can be checked of a register nobody is writing: SQLite's pages and indexes, foreign keys, the trail
 * (`audit verify`) and every kept file (`audit documents`). Changes nothing; one of an older schema is checked on a copy
 * beside it that is brought up to date and thrown away.
 * @throws AppError INVALID_INPUT naming the first thing that is wrong
 */
export async function checkRegister(of: Named, trust: TrustAnchors, progress: Progress): Promise<RegisterFacts> {
  const schema = requireReadableSchema(of)
  requireSound(of)
  const migrated = newestSchema() === schema
  if (migrated) return { schema, ...(await checkContent(of, trust, progress)) }
  const upToDate = `${of.path}-newest`
  try {
    copyFileSync(of.path, upToDate)
    await bringUpToDate(upToDate)
    return { schema, ...(await checkContent({ ...of, path: upToDate }, trust, progress)) }
  } finally {
    await removeUnfinished(upToDate)
  }
}

/** The newest migration that this dcert knows. */
export function newestSchema(): string | undefined {
  return Object.keys(migrations('sqlite')).sort().at(-1)
}

/** How many files a register keeps. @throws AppError INVALID_INPUT when it cannot say */
export function documentsIn(of: Named): number {
  return withSqlite(of, (file) => file.prepare('select count(*) from documents').pluck().get()) as number
}

/** Brings a register nobody uses to the newest schema; it is one file afterwards. */
export async function bringUpToDate(path: string): Promise<void> {
  const database = openDatabase(`sqlite:${path}`, { readOnly: false })
  await migrateToLatest(database).finally(() => database.destroy())
  setJournal(path, 'delete')
}

function requireSound(of: Named): void {
  const { wrong, orphans } = withSqlite(of, (file) => ({
    wrong: file.pragma('integrity_check(3)') as { integrity_check: string }[],
    orphans: file.pragma('foreign_key_check') as { table: string }[],
  }))
  const found = wrong.map((row) => row.integrity_check)
  if (found.join() !== 'ok') throw damaged(of, found.join('; '))
  if (orphans.length > 0) throw damaged(of, `${orphans.length} rows of ${orphans[0]?.table} refer to nothing`)
}

async function checkContent(
  of: Named,
  trust: TrustAnchors,
  progress: Progress,
): Promise<Omit<RegisterFacts, 'schema'>> {
  const database = openDatabase(`sqlite:${of.path}`, { readOnly: true })
  try {
    const { audit, keptFiles } = bindStores(database)
    const trail = await checkTrail(audit)
    if (!trail.whole) throw damaged(of, `audit event ${trail.seq}: ${trail.reason}`)
    const total = documentsIn(of)
    const { documents, problems } = await checkDocuments({ keptFiles: counted(keptFiles, total, progress) }, trust)
    const [first] = problems
    if (first !== undefined) {
      throw damaged(of, `${problems.length} kept files, first ${first.file || first.sha256}: ${first.reason}`)
    }
    return { auditEvents: trail.events, auditHead: (await audit.head()).hash, documents }
  } finally {
    await database.destroy()
  }
}

type KeptFiles = ReturnType<typeof bindStores>['keptFiles']

function counted(keptFiles: KeptFiles, total: number, progress: Progress): KeptFiles {
  return {
    ...keptFiles,
    async *pages(size) {
      let done = 0
      for await (const page of keptFiles.pages(size)) {
        yield page
        done += page.length
        progress(done, total)
      }
    },
  }
}

function withSqlite<T>(of: Named, work: (file: Sqlite.Database) => T): T {
  let file: Sqlite.Database | undefined
  try {
    file = new Sqlite(of.path, { readonly: true, fileMustExist: true })
    return work(file)
  } catch (cause) {
    if (codeOf(cause) === 'SQLITE_NOTADB') {
      throw new AppError('INVALID_INPUT', `${of.name} 不是 dcert 的登錄資料庫`, {}, { cause })
    }
    if (isBusy(cause)) throw busyError(cause)
    // No right to it, or no disk, is no damage.
    if (/^SQLITE_(?!CANTOPEN|IOERR|FULL|READONLY)/.test(codeOf(cause)))
      throw damaged(of, String((cause as Error).message), cause)
    throw cause
  } finally {
    file?.close()
  }
}

function damaged({ name }: Named, what: string, cause?: unknown): AppError {
  return new AppError('INVALID_INPUT', `${name} 已損壞：${what}`, {}, { cause })
}
