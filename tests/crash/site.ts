import { cpSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type Row = Record<string, string | number | null>

/**
 * A dcert of its own in a temporary directory: `data/` with keys and register, and `tmp/` and `work/`, which are the
 * temporary and the current directory of its processes.
 */
export type Site = {
  readonly root: string
  readonly environment: Readonly<Record<string, string>>
  rows<T = Row>(query: string): Promise<T[]>
  /** the same keys and register once more, as they are at this moment; also of a site whose processes were killed */
  copy(): Promise<Site>
  watch(): Watch
  /** whether a commit was cut off while it was being written */
  cutOff(): boolean
  end(): Promise<void>
}

/** Looks at a register while a process works on it. */
export type Watch = {
  /** how many steps of the work are done: see PROGRESS */
  progress(): Promise<number>
  close(): Promise<void>
}

/** Grows by one with every intent, kept version, 確認, 取消確認, act, and act that is taken back. */
export const PROGRESS = `select
  (select count(*) from certificate_versions)
  + (select count(*) from certificate_versions where issued_at is not null)
  + (select count(*) from confirmations)
  + (select count(*) from revocation_acts)
  + (select count(*) from revocation_acts where reinstated_at is not null) as steps`

const PUBLIC_URL = 'https://verify.example.tw'

export function newRoot(from?: string): string {
  const root = mkdtempSync(join(tmpdir(), 'dcert-crash-'))
  for (const name of ['data', 'tmp', 'work']) mkdirSync(join(root, name))
  if (from !== undefined) {
    // Without the -shm file: it is rebuilt from the log, as after a crash of the machine.
    cpSync(join(from, 'data'), join(root, 'data'), { recursive: true, filter: (path) => !path.endsWith('-shm') })
  }
  return root
}

export function environmentOf(root: string): Record<string, string> {
  return {
    DCERT_DATA_DIR: join(root, 'data'),
    DCERT_PUBLIC_URL: PUBLIC_URL,
    DCERT_LOG_LEVEL: 'warn',
    DCERT_RATE_LIMIT: '0',
    TMPDIR: join(root, 'tmp'),
  }
}

/** What lies in a site beside its keys and register: nothing may, for it would hold personal data. */
export function leftovers(root: string): string[] {
  const expected = /^(keys|trust|dcert\.sqlite(-wal|-shm)?)$/
  return [
    ...readdirSync(join(root, 'data')).filter((name) => !expected.test(name)),
    ...readdirSync(join(root, 'tmp')),
    ...readdirSync(join(root, 'work')),
  ]
}
