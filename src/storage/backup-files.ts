import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { link, open, rename, rm, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../shared/app-error.ts'

/** A name beside the file, on the same disk, that says what it is to who finds it after a kill. */
export function unfinishedName(file: string): string {
  return `${file}.unfinished-${randomBytes(4).toString('hex')}`
}

/** Removes what a run that failed has left, with what SQLite may have put beside it. */
export async function removeUnfinished(file: string): Promise<void> {
  for (const suffix of ['', '-journal', '-wal', '-shm']) await rm(`${file}${suffix}`, { force: true })
}

/** @throws AppError UNAVAILABLE when the disk of this directory cannot take so many bytes more */
export async function requireRoom(directory: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(directory).catch((cause: unknown) => {
    throw new AppError('NOT_FOUND', `目錄 ${directory} 不存在或無法使用`, {}, { cause })
  })
  if (bavail * bsize >= bytes) return
  throw new AppError(
    'UNAVAILABLE',
    `${directory} 的磁碟空間不足：需要 ${megabytes(bytes)} MiB，剩下 ${megabytes(bavail * bsize)} MiB`,
  )
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1_048_576)
}

/** A new file, readable by its owner only, with the bytes of another, on the disk when this returns. */
export async function copyPrivately(from: string, to: string): Promise<void> {
  const target = await open(to, 'wx', 0o600)
  // The stream closes the file.
  await pipeline(createReadStream(from, { highWaterMark: 4_194_304 }), target.createWriteStream({ flush: true }))
}

export async function flushToDisk(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/**
 * Gives a finished file its name, if nobody has it yet; in one step, so that under that name there is either nothing or
 * the whole.
 * @throws Error EEXIST
 */
export async function place(unfinished: string, name: string): Promise<void> {
  try {
    await link(unfinished, name)
    await rm(unfinished)
  } catch (error) {
    if (!NO_HARD_LINKS.includes(codeOf(error))) throw error
    // The name is claimed by an empty file first.
    await (await open(name, 'wx', 0o600)).close()
    await rename(unfinished, name)
  }
  await flushDirectory(dirname(name))
}

/** Keeps a change of names; Windows can open no directory and has no need of it. */
export async function flushDirectory(directory: string): Promise<void> {
  if (process.platform !== 'win32') await flushToDisk(directory)
}

/** What a disk says that knows no second name for a file: some network shares, FAT. */
export const NO_HARD_LINKS: readonly string[] = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']

/** SHA-256, 64 lower-case hex digits. */
export async function fingerprintOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: 4_194_304 }), hash)
  return hash.digest('hex')
}

/** `ENOENT`, `SQLITE_BUSY`; empty for an error without. */
export function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code ?? '')
}
