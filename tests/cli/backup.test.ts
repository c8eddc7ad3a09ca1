// Only on SQLite: a register on PostgreSQL is backed up with its own tools, see tests/interop/postgres-backup.test.ts.
import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, statSync, watch } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { answerOf } from '../support/command-output.ts'
import { approvedCase, openHouse, temporaryDirectory, writeInto } from '../support/house.ts'
import { casesFile } from './cases.ts'
import { backedUp, emptyDirectory, expectWhole, filledDirectory, REGISTER, sql, valueIn } from './register-files.ts'
import { dcert, dcertProcess, environmentOf, settingsOf } from './run.ts'

const CLI = join(import.meta.dirname, '../../src/cli.ts')

describe('a backup', () => {
  test('is one file for its owner only, and says what is in it', async () => {
    const directory = await filledDirectory()
    const out = temporaryDirectory()
    const ran = await dcert(directory, 'backup', join(out, 'register.backup'), '--json')
    expect(readdirSync(out)).toEqual(['register.backup'])
    const file = join(out, 'register.backup')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(answerOf(ran)).toMatchObject({
      file,
      bytes: statSync(file).size,
      sha256: createHash('sha256').update(readFileSync(file)).digest('hex'),
      documents: 3,
      auditEvents: valueIn(join(directory, REGISTER), 'select seq from audit_head'),
      auditHead: valueIn(join(directory, REGISTER), 'select hash from audit_head'),
    })
  })

  test('has no key in it, and says so', async () => {
    const directory = await filledDirectory()
    const file = join(temporaryDirectory(), 'register.backup')
    expect((await dcert(directory, 'backup', file)).stdout).toContain('金鑰與信任錨不在備份裡')
    expect(readFileSync(file).includes(readFileSync(join(directory, 'keys/keystore.p12')).subarray(0, 64))).toBe(false)
  })

  test('restored elsewhere passes both audits, and its files verify as before', async () => {
    const directory = await filledDirectory()
    const other = emptyDirectory(directory)
    expect(await dcert(other, 'restore', await backedUp(directory))).toMatchObject({ code: 0 })
    await expectWhole(other)
    await dcert(other, 'export', '教字第149903號', '--out', join(other, 'out'))
    await dcert(other, 'export', '教字第149904號', '--out', join(other, 'out'))
    const files = readdirSync(join(other, 'out')).map((name) => join(other, 'out', name))
    const results = answerOf<{ outcome: string }[]>(await dcert(other, 'verify', ...files.sort(), '--json'))
    expect(results.map(({ outcome }) => outcome)).toEqual(['success', 'failure', 'failure'])
  })

  test('never overwrites a file', async () => {
    const directory = await filledDirectory()
    const out = temporaryDirectory()
    const file = writeInto(out, 'register.backup', 'of yesterday')
    const ran = await dcert(directory, 'backup', file, '--json')
    expect([ran.code, answerOf(ran)]).toMatchObject([1, { error: { code: 'CONFLICT' } }])
    expect([readdirSync(out), readFileSync(file, 'utf8')]).toEqual([['register.backup'], 'of yesterday'])
  })

  test.each([
    ['a register that is not there', temporaryDirectory, 'NOT_FOUND'],
    ['a directory that is not there', filledDirectory, 'NOT_FOUND', 'no-such-directory'],
  ])('of %s is refused', async (_, make, code, into = '') => {
    const directory = await make()
    const before = readdirSync(directory)
    const ran = await dcert(directory, 'backup', join(temporaryDirectory(), into, 'register.backup'), '--json')
    expect([ran.code, answerOf(ran)]).toMatchObject([1, { error: { code } }])
    expect(readdirSync(directory)).toEqual(before)
  })

  test('of PostgreSQL is left to its own tools', async () => {
    const environment = { ...environmentOf(temporaryDirectory()), DCERT_DATABASE_URL: 'postgres://db/dcert' }
    const ran = await dcert(environment, 'backup', join(temporaryDirectory(), 'register.backup'))
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringMatching(/pg_dump.*docs\/operations\.md/s) })
  })
})

describe('a backup that is not as it should be gets no name', () => {
  const withoutTriggers = ['documents_no_update', 'documents_no_delete', 'audit_events_no_update'].map(
    (trigger) => `drop trigger ${trigger}`,
  )

  test.each([
    ['a kept file with other bytes', 'update documents set bytes = zeroblob(length(bytes))', 'kept files'],
    ['a kept file that is gone', 'delete from documents', 'refer to nothing'],
    ['an audit event that was changed', "update audit_events set actor = 'cli:else' where seq = 2", 'audit event 2'],
    [
      'a file of no certificate',
      "insert into certificate_files select 'none', version, language, 'T', minister, 'x', null from certificate_files limit 1",
      'refer to nothing',
    ],
  ])('%s', async (_, statement, reason) => {
    const directory = await filledDirectory()
    sql(join(directory, REGISTER), ...withoutTriggers, 'pragma foreign_keys = off', statement)
    const out = temporaryDirectory()
    const ran = await dcert(directory, 'backup', join(out, 'register.backup'), '--json')
    expect([ran.code, answerOf(ran)]).toMatchObject([1, { error: { message: expect.stringContaining(reason) } }])
    expect(readdirSync(out)).toEqual([])
  })

  test.skipIf(process.platform === 'win32')('a disk that is full in the middle', async () => {
    const directory = await filledDirectory()
    const out = temporaryDirectory()
    const file = join(out, 'register.backup')
    // No file may grow beyond 64 KiB: SQLite meets an error as on a full disk.
    const command = `ulimit -f 64; exec "$0" "$@"`
    const env = { ...process.env, ...(await settingsOf(directory)) }
    const ran = await new Promise<{ code: number; stdout: string }>((resolve) => {
      const args = ['-c', command, process.execPath, CLI, 'backup', file, '--json']
      execFile('bash', args, { env }, (error, stdout) => resolve({ code: Number(error?.code ?? 0), stdout }))
    })
    expect(ran.code).toBe(1)
    expect(JSON.parse(ran.stdout)).toMatchObject({ error: { code: 'UNAVAILABLE' } })
    expect(readdirSync(out)).toEqual([])
  })
})

describe('a backup that is interrupted', () => {
  /** Big enough that copying is seen to begin before it has ended. */
  async function big(): Promise<string> {
    const directory = await filledDirectory()
    sql(join(directory, REGISTER), "insert into documents values ('big', zeroblob(100000000), '2026-08-03T00:00:00Z')")
    return directory
  }

  async function interrupted(directory: string, out: string, signal: NodeJS.Signals) {
    const env = { ...process.env, ...(await settingsOf(directory)) }
    const watcher = watch(out)
    const args = [CLI, 'backup', join(out, 'register.backup')]
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] })
    const stderr = text(child.stderr)
    const ended = once(child, 'close')
    // Who ends before there is any file ends this too.
    await Promise.race([once(watcher, 'change'), ended])
    child.kill(signal)
    watcher.close()
    const [code, by] = await ended
    return { code, by, stderr: await stderr }
  }

  test('by SIGINT leaves nothing', async () => {
    const out = temporaryDirectory()
    const ended = await interrupted(await big(), out, 'SIGINT')
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('收到 SIGINT') })
    expect(readdirSync(out)).toEqual([])
  })

  test('by SIGKILL leaves nothing under its name, and the register as it was', async () => {
    const directory = await big()
    const out = temporaryDirectory()
    expect(await interrupted(directory, out, 'SIGKILL')).toMatchObject({ code: null, by: 'SIGKILL' })
    const left = readdirSync(out)
    expect(left.length).toBeGreaterThan(0)
    for (const name of left) expect(name).toMatch(/^register\.backup\.unfinished-[0-9a-f]{8}(-journal)?$/)
    expect(existsSync(join(out, 'register.backup'))).toBe(false)
    expect(await dcert(directory, 'audit', 'verify')).toMatchObject({ code: 0 })
  })
})

describe('while a backup runs', () => {
  test('verifications are answered and another process issues; the first backup is whole, and the last', {
    timeout: 120_000,
  }, async () => {
    const house = await openHouse()
    const { certificate } = await house.issue()
    await house.confirm(certificate.id)
    const file = await house.file(certificate.id)
    const sha256 = createHash('sha256').update(file).digest('hex')
    const server = await house.app.server({ demo: false })
    const out = temporaryDirectory()
    const numbers = Array.from({ length: 40 }, (_, i) => ({ ...approvedCase(), number: String(300_000 + i) }))
    const issuing = dcertProcess(house.directory, 'issue', casesFile(...numbers), '--json')

    let issued = false
    void issuing.then(() => {
      issued = true
    })
    let answers = 0
    let round = 0
    for (; round < 3 || !issued; round++) {
      let running = true
      const backup = dcertProcess(house.directory, 'backup', join(out, `${round}.backup`)).finally(() => {
        running = false
      })
      let answeredMeanwhile = 0
      while (running) {
        expect(await house.verify(file)).toMatchObject({ outcome: 'success' })
        const url = '/api/v1/verifications/fingerprint'
        const reply = await server.inject({ method: 'POST', url, payload: { sha256 } })
        if (reply.statusCode !== 429) expect(reply.json()).toMatchObject({ outcome: 'success' })
        answeredMeanwhile++
        await new Promise((resolve) => setImmediate(resolve))
      }
      expect(await backup).toMatchObject({ code: 0 })
      expect(answeredMeanwhile).toBeGreaterThan(10)
      answers += answeredMeanwhile
    }
    expect(answerOf(await issuing)).toMatchObject({ issued: 40 })
    expect(answers).toBeGreaterThan(100)
    for (const name of ['0.backup', `${round - 1}.backup`]) {
      const other = emptyDirectory(house.directory)
      expect(await dcert(other, 'restore', join(out, name))).toMatchObject({ code: 0 })
      await expectWhole(other)
    }
  })
})

test('used without a file it is wrong usage', async () => {
  expect(await dcert(temporaryDirectory(), 'backup')).toMatchObject({ code: 2 })
  expect(await dcert(temporaryDirectory(), 'restore')).toMatchObject({ code: 2 })
})
