import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { AppError } from '../shared/app-error.ts'
import { outageOf } from '../shared/outage.ts'
import {
  checkRegister,
  documentsIn,
  type OpenTrust,
  type RegisterFacts,
  requireReadableSchema,
} from './backup-check.ts'
import { copySnapshot, type Progress } from './backup-copy.ts'
import {
  codeOf,
  fingerprintOf,
  flushToDisk,
  place,
  removeUnfinished,
  requireRoom,
  unfinishedName,
} from './backup-files.ts'
import { pathOf } from './database.ts'
import { holdsNothing, realPlace } from './register-place.ts'

export type BackupResult = RegisterFacts & {
  readonly file: string
  readonly bytes: number
  /** SHA-256 of the backup file, to compare copies of it with */
  readonly sha256: string
}

export type BackupSteps = { readonly copied: Progress; readonly checked: Progress }

/**
 * Copies the register while it is in use, checks the copy, and only then gives it its name. This function is the only
 * place that orders the steps. Whatever goes wrong, nothing stands under that name and nothing else is left; a kill
 * leaves a file whose name says `unfinished`.
 * @param url the register's address, `sqlite:` or `file:`
 * @param openTrust called before anything is copied
 * @throws AppError CONFLICT when there is a file already, NOT_FOUND without register or directory, UNAVAILABLE without
 *   room, INVALID_INPUT when there is nothing in the register or the copy fails a check, and for PostgreSQL; what
 *   `openTrust` throws
 */
export async function backUpRegister(
  url: string,
  file: string,
  openTrust: OpenTrust,
  steps: BackupSteps,
): Promise<BackupResult> {
  const register = await realPlace(sqlitePathOf(url, 'pg_dump'))
  const name = resolve(file)
  const unfinished = unfinishedName(name)
  const taken = (cause?: unknown) => new AppError('CONFLICT', `${name} 已經存在，不會覆蓋`, {}, { cause })
  if (existsSync(name)) throw taken()
  // Step 1: is there a register with something in it, and room for it?
  await requireRoom(dirname(name), await bytesOf(register))
  const named = { path: register, name: `登錄資料庫 ${register}` }
  requireReadableSchema(named)
  if (holdsNothing(register)) {
    throw new AppError('INVALID_INPUT', `${named.name} 裡沒有任何資料，沒有備份；請檢查 DCERT_DATABASE_URL`)
  }
  const trust = openTrust(documentsIn(named))
  try {
    // Step 2: copy as of one moment.
    await copySnapshot(register, unfinished, steps.copied)
    await flushToDisk(unfinished)
    // Step 3: check the copy, as `audit verify` and `audit documents` do. What fails here gets no name.
    const facts = await checkRegister({ path: unfinished, name: '備份' }, trust, steps.checked)
    const sha256 = await fingerprintOf(unfinished)
    const bytes = (await stat(unfinished)).size
    // Step 4: its name.
    await place(unfinished, name)
    return { file: name, bytes, sha256, ...facts }
  } catch (error) {
    await removeUnfinished(unfinished)
    if (codeOf(error) === 'EEXIST') throw taken(error)
    throw explained(error)
  }
}

/** The path of a register that is a file. @throws AppError INVALID_INPUT for PostgreSQL, naming its own tool */
export function sqlitePathOf(url: string, tool: string): string {
  if (/^postgres(ql)?:/.test(url)) {
    const message = `登錄資料在 PostgreSQL，請用 PostgreSQL 的 ${tool}；步驟見 docs/operations.md 的「Backup and restore」。`
    throw new AppError('INVALID_INPUT', message)
  }
  return resolve(pathOf(url))
}

async function bytesOf(register: string): Promise<number> {
  // What stands in the -wal comes into the copy too.
  const sizes = ['', '-wal'].map((suffix) => stat(`${register}${suffix}`).then((info) => info.size))
  const [main, wal] = await Promise.allSettled(sizes)
  if (main?.status !== 'fulfilled') throw new AppError('NOT_FOUND', `沒有登錄資料庫 ${register}`)
  return main.value + (wal?.status === 'fulfilled' ? wal.value : 0)
}

/** What the disk says, in words; everything else as it is. */
export function explained(error: unknown): unknown {
  if (error instanceof AppError) return error
  if (/^(EACCES|EPERM|ENOENT)$/.test(codeOf(error))) {
    return new AppError('FORBIDDEN', '檔案或目錄不存在，或沒有讀寫的權限；沒有變更任何檔案', {}, { cause: error })
  }
  return outageOf(error) ?? error
}
