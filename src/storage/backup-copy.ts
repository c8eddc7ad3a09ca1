import { closeSync, openSync } from 'node:fs'
import Database from 'better-sqlite3'

/** Told of pages copied, of all pages. */
export type Progress = (done: number, total: number) => void

/** 8 MiB at a time: enough for the speed of the disk, little enough to draw a bar and to hear a signal. */
const PAGES_AT_ONCE = 2_000

/**
 * Copies a register as of one moment while others go on reading and writing it. The copy is one file (no -wal), readable
 * by its owner only.
 *
 * One snapshot is held from the first page to the last. Without it SQLite's backup begins anew whenever another process
 * commits, and under steady issuing never ends. Writers do not wait for it; their WAL grows until the copy is made.
 * @throws SqliteError; Error EEXIST when there is a file already
 */
export async function copySnapshot(from: string, to: string, progress: Progress): Promise<void> {
  closeSync(openSync(to, 'wx', 0o600))
  const source = new Database(from, { readonly: true, fileMustExist: true })
  try {
    source.exec('begin')
    // A snapshot is taken by the first read, not by `begin`.
    source.prepare('select count(*) from sqlite_schema').get()
    await source.backup(to, {
      progress({ totalPages, remainingPages }) {
        progress(totalPages - remainingPages, totalPages)
        return PAGES_AT_ONCE
      },
    })
  } finally {
    source.close()
  }
  setJournal(to, 'delete')
}

/**
 * `delete` leaves one file with everything in it, `wal` is what a register in use has.
 * @throws SqliteError SQLITE_BUSY while any other process has the register open, also if it only reads: leaving WAL
 *   takes the file for oneself
 */
export function setJournal(path: string, mode: 'delete' | 'wal'): void {
  const register = new Database(path, { fileMustExist: true, timeout: 0 })
  try {
    const now = register.pragma(`journal_mode = ${mode}`, { simple: true })
    if (now !== mode) throw new Error(`the journal stays ${now}`)
  } finally {
    register.close()
  }
}
