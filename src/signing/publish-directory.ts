import { mkdir, mkdtemp, open, readdir, realpath, rename, rm, rmdir, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { AppError } from '../shared/app-error.ts'

const STALE_AFTER_MS = 3_600_000

/**
 * Fills a directory so that it appears whole or not at all: files are written into a neighbour of it, which is then
 * renamed. A run that is killed leaves the neighbour, readable by its owner only; a later run clears it away.
 * @param fill writes the files, given the neighbour's path
 * @param replace moves a directory that has files aside, never deletes it; otherwise it is a conflict
 * @returns where the former directory was moved, or null
 * @throws AppError CONFLICT when the directory has files, or another run was faster
 */
export async function publishDirectory(
  directory: string,
  replace: boolean,
  fill: (temporary: string) => Promise<void>,
): Promise<{ replaced: string | null }> {
  const target = await realpath(directory).catch(() => resolve(directory))
  if (!replace && (await hasFiles(target))) throw conflict(directory)
  const parent = dirname(target)
  await mkdir(parent, { recursive: true })
  const prefix = `.${basename(target)}.new-`
  const temporary = await mkdtemp(join(parent, prefix))
  try {
    await clearStale(parent, prefix, temporary)
    await fill(temporary)
    await flush(temporary)
    const replaced = replace ? await moveAside(target) : null
    await takeName(temporary, target, directory)
    await flush(parent)
    return { replaced }
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

/** rename() puts a directory in the place of a missing or an empty one only: of two runs one gets the name. */
async function takeName(temporary: string, target: string, shown: string): Promise<void> {
  // Only Windows needs this: its rename() does not replace an empty directory. One with files stays.
  if (process.platform === 'win32') await rmdir(target).catch(() => undefined)
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await rename(temporary, target)
    } catch (cause) {
      if (await hasFiles(target)) throw conflict(shown, cause)
      // It had files a moment ago, and another run has moved them aside since: the name is free again.
      const { code } = cause as NodeJS.ErrnoException
      if (attempt === 3 || (code !== 'ENOTEMPTY' && code !== 'EEXIST')) throw cause
    }
  }
}

function goneIsNull(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}

async function moveAside(target: string): Promise<string | null> {
  if (!(await hasFiles(target))) return null
  // Another run may move it aside between two looks.
  const found = await stat(target).catch(goneIsNull)
  if (found === null) return null
  const stamp = found.mtime
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:]/g, '')
  for (let attempt = 1; ; attempt += 1) {
    const aside = `${target}.replaced-${stamp}${attempt === 1 ? '' : `-${attempt}`}`
    try {
      await rename(target, aside)
      return aside
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOENT') return null
      if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error
    }
  }
}

async function hasFiles(directory: string): Promise<boolean> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  return names.length > 0
}

/** Ages are told by the file system's own clock, against the directory just made. */
async function clearStale(parent: string, prefix: string, own: string): Promise<void> {
  const { mtimeMs: now } = await stat(own)
  for (const name of await readdir(parent)) {
    const path = join(parent, name)
    if (!name.startsWith(prefix) || path === own) continue
    const found = await stat(path).catch(() => null)
    if (found !== null && now - found.mtimeMs > STALE_AFTER_MS) await rm(path, { recursive: true, force: true })
  }
}

/** Makes names durable; Windows cannot open a directory and needs no such thing. */
async function flush(directory: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(directory, 'r')
  await handle.sync().finally(() => handle.close())
}

function conflict(directory: string, cause?: unknown): AppError {
  return new AppError(
    'CONFLICT',
    `${directory} 裡已經有金鑰或其他檔案，沒有更動。要換新的金鑰請加上 force，原有的會保留在旁邊的目錄。`,
    { directory },
    { cause },
  )
}
