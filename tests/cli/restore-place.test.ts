// Only on SQLite: a register on PostgreSQL is restored with its own tools, see tests/interop/postgres-backup.test.ts.
import {
  chownSync,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { restoreRegister } from '../../src/storage/restore-register.ts'
import { readTrust } from '../../src/verification/read-trust.ts'
import { trustAnchors } from '../../src/verification/trust.ts'
import { answerOf } from '../support/command-output.ts'
import { TODAY, temporaryDirectory } from '../support/house.ts'
import {
  backedUp,
  emptyDirectory,
  expectWhole,
  filledDirectory,
  makeEmptyRegister,
  REGISTER,
  sql,
  valueIn,
} from './register-files.ts'
import { dcert, environmentOf } from './run.ts'

const registerOf = (directory: string) => join(directory, REGISTER)
const auditHead = (file: string) => valueIn(file, 'select hash from audit_head')
const PROOF = "insert into verification_counts values ('2026-08-03', 'success', 'of-the-old-wal', 1)"
const proofIn = (file: string) =>
  valueIn(file, "select count(*) from verification_counts where reason = 'of-the-old-wal'")

/** Leaves the -wal of a writer that was killed: its bytes as they stood while it had the register open. */
function leaveWal(register: string): void {
  const writer = new Database(register)
  writer.pragma('journal_mode = WAL')
  writer.exec(PROOF)
  for (const suffix of ['', '-wal']) copyFileSync(`${register}${suffix}`, `${register}${suffix}-kept`)
  writer.close()
  for (const suffix of ['', '-wal']) renameSync(`${register}${suffix}-kept`, `${register}${suffix}`)
}

const beside = (directory: string) =>
  readdirSync(directory).filter((name) => name.startsWith(REGISTER) && !name.includes('before-restore'))

async function refused(directory: string, ...args: readonly string[]): Promise<{ code: string; message: string }> {
  const ran = await dcert(directory, 'restore', ...args, '--json')
  expect(ran.code).toBe(1)
  return answerOf<{ error: { code: string; message: string } }>(ran).error
}

describe('what a killed writer left beside the register', () => {
  test('is never read into the restored one, also when the register itself is gone', async () => {
    const directory = await filledDirectory()
    const backup = await backedUp(directory)
    leaveWal(registerOf(directory))
    renameSync(registerOf(directory), join(directory, 'broken'))
    const wal = readFileSync(`${registerOf(directory)}-wal`)

    const { code, message } = await refused(directory, backup)
    expect([code, message]).toEqual(['CONFLICT', expect.stringContaining('-wal')])
    expect(beside(directory)).toEqual([`${REGISTER}-wal`])

    const ran = await dcert(directory, 'restore', backup, '--force', '--json')
    const { keptAside } = answerOf<{ keptAside: string }>(ran)
    expect(keptAside).toMatch(/before-restore-.*-wal$/)
    expect(readFileSync(keptAside).equals(wal)).toBe(true)
    expect(beside(directory)).toEqual([REGISTER])
    expect(auditHead(registerOf(directory))).toBe(auditHead(backup))
    expect(proofIn(registerOf(directory))).toBe(0)
    await expectWhole(directory)
  })

  test.each(['-wal', '-journal', '-shm'])('%s goes aside with a damaged register', async (suffix) => {
    const directory = await filledDirectory()
    const backup = await backedUp(directory)
    writeFileSync(registerOf(directory), 'no register any more '.repeat(500))
    writeFileSync(`${registerOf(directory)}${suffix}`, 'of the damaged one')
    const ran = await dcert(directory, 'restore', backup, '--force', '--json')
    const { keptAside } = answerOf<{ keptAside: string }>(ran)
    expect(readFileSync(`${keptAside}${suffix}`, 'utf8')).toBe('of the damaged one')
    expect(beside(directory)).toEqual([REGISTER])
    await expectWhole(directory)
  })

  test('counts as data when the register was cut to nothing: SQLite would delete it', async () => {
    const directory = await filledDirectory()
    const backup = await backedUp(directory)
    leaveWal(registerOf(directory))
    truncateSync(registerOf(directory))
    const wal = readFileSync(`${registerOf(directory)}-wal`)
    expect(await refused(directory, backup)).toMatchObject({ code: 'CONFLICT' })
    expect(readFileSync(`${registerOf(directory)}-wal`).equals(wal)).toBe(true)
    const ran = await dcert(directory, 'restore', backup, '--force', '--json')
    expect(readFileSync(`${answerOf<{ keptAside: string }>(ran).keptAside}-wal`).equals(wal)).toBe(true)
    await expectWhole(directory)
  })

  test('is put into a whole register that goes aside', async () => {
    const directory = await filledDirectory()
    const backup = await backedUp(directory)
    leaveWal(registerOf(directory))
    const ran = await dcert(directory, 'restore', backup, '--force', '--json')
    expect(proofIn(answerOf<{ keptAside: string }>(ran).keptAside)).toBe(1)
    expect(proofIn(registerOf(directory))).toBe(0)
  })
})

test('a register whose head says 0 but which has rows is not empty', async () => {
  const directory = await filledDirectory()
  const backup = await backedUp(directory)
  sql(registerOf(directory), 'update audit_head set seq = 0')
  expect(await refused(directory, backup)).toMatchObject({ code: 'CONFLICT' })
  expect(beside(directory)).toContain(REGISTER)
})

test('two restores within one second keep both registers aside', async () => {
  const directory = await filledDirectory()
  const backup = await backedUp(directory)
  const kept = new Set<string>()
  for (const _ of [1, 2]) {
    const ran = await dcert(directory, 'restore', backup, '--force', '--json')
    kept.add(answerOf<{ keptAside: string }>(ran).keptAside)
  }
  expect([...kept].filter((file) => existsSync(file))).toHaveLength(2)
})

test.each<[string, (directory: string) => Promise<void> | void, boolean]>([
  ['there was none', () => {}, false],
  ['there was none, with --force', () => {}, true],
  ['it was empty', makeEmptyRegister, false],
  ['it was empty, with --force', makeEmptyRegister, true],
])('what is issued while the backup is checked is not lost when %s', async (_, before, force) => {
  const directory = await filledDirectory()
  const backup = await backedUp(directory)
  const other = emptyDirectory(directory)
  await before(other)
  const register = registerOf(other)
  const openTrust = () => trustAnchors(readTrust(readConfig(environmentOf(other))))
  const checked = () => copyFileSync(registerOf(directory), register)
  await expect(
    restoreRegister(`sqlite:${register}`, backup, openTrust, { force, at: TODAY, checked }),
  ).rejects.toMatchObject({ code: 'CONFLICT', userMessage: expect.stringContaining('沒有還原') })
  expect(auditHead(register)).toBe(auditHead(registerOf(directory)))
  expect(readdirSync(other).filter((name) => /unfinished|before-restore/.test(name))).toEqual([])
})

describe.skipIf(process.platform === 'win32')('other names', () => {
  test('a register that is a symbolic link stays one; the file it names is replaced', async () => {
    const directory = await filledDirectory()
    const backup = await backedUp(directory)
    const elsewhere = join(temporaryDirectory(), 'real.sqlite')
    renameSync(registerOf(directory), elsewhere)
    symlinkSync(elsewhere, registerOf(directory))
    sql(elsewhere, PROOF)
    const ran = await dcert(directory, 'restore', backup, '--force', '--json')
    expect(answerOf<{ keptAside: string }>(ran).keptAside).toMatch(/real\.sqlite\.before-restore/)
    expect(lstatSync(registerOf(directory)).isSymbolicLink()).toBe(true)
    expect(proofIn(elsewhere)).toBe(0)
  })

  test('also one that names a file that is not there yet', async () => {
    const directory = await filledDirectory()
    const other = emptyDirectory(directory)
    const elsewhere = join(temporaryDirectory(), 'real.sqlite')
    symlinkSync(elsewhere, registerOf(other))
    expect(await dcert(other, 'restore', await backedUp(directory))).toMatchObject({ code: 0 })
    expect(lstatSync(registerOf(other)).isSymbolicLink()).toBe(true)
    expect(lstatSync(elsewhere).isFile()).toBe(true)
    await expectWhole(other)
  })

  test('a symbolic link to a register in use is no backup', async () => {
    const directory = await filledDirectory()
    const link = join(temporaryDirectory(), 'a.backup')
    symlinkSync(registerOf(directory), link)
    leaveWal(registerOf(directory))
    expect((await refused(emptyDirectory(directory), link)).message).toContain('不是備份')
  })

  test.each<[string, (target: string, path: string) => void]>([
    ['symbolic link', symlinkSync],
    ['second name', linkSync],
  ])('the register itself by a %s is no backup', async (_, make) => {
    const directory = await filledDirectory()
    const link = join(directory, 'a.backup')
    make(registerOf(directory), link)
    expect((await refused(directory, link, '--force')).message).toContain('登錄資料庫本身')
  })
})

describe.runIf(process.getuid?.() === 0)('restored by root', () => {
  const SERVICE = 65_534

  test('it belongs to whom the old register belongs', async () => {
    const directory = await filledDirectory()
    const backup = await backedUp(directory)
    chownSync(registerOf(directory), SERVICE, SERVICE)
    await dcert(directory, 'restore', backup, '--force')
    expect(statSync(registerOf(directory))).toMatchObject({ uid: SERVICE, gid: SERVICE })
    expect(statSync(registerOf(directory)).mode & 0o777).toBe(0o600)
  })

  test('without an old one, to whom its directory belongs', async () => {
    const directory = await filledDirectory()
    const other = emptyDirectory(directory)
    chownSync(other, SERVICE, SERVICE)
    await dcert(other, 'restore', await backedUp(directory))
    expect(statSync(registerOf(other))).toMatchObject({ uid: SERVICE, gid: SERVICE })
  })
})

test('without trust anchors it says so, and does not call a good backup damaged', async () => {
  const directory = await filledDirectory()
  const backup = await backedUp(directory)
  const other = temporaryDirectory()
  const { code, message } = await refused(other, backup)
  expect([code, message]).toEqual(['UNAVAILABLE', expect.stringContaining('沒有信任錨')])
  expect(readdirSync(other)).toEqual([])

  rmSync(join(directory, 'keys/root.pem'))
  const out = temporaryDirectory()
  for (const args of [
    ['backup', join(out, 'register.backup')],
    ['audit', 'documents'],
  ]) {
    expect(await dcert(directory, ...args)).toMatchObject({ code: 1, stderr: expect.stringContaining('沒有信任錨') })
  }
  expect(readdirSync(out)).toEqual([])
})
