import { X509Certificate } from 'node:crypto'
import { copyFileSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readinessProbe } from '../../src/http/readiness.ts'
import { readinessChecks } from '../../src/http/readiness-checks.ts'
import { createLog } from '../../src/shared/log.ts'
import { dataDirectory, openHouse, temporaryDirectory } from '../support/house.ts'
import { KIND } from '../support/register.ts'

const now = (iso: string) => ({ now: () => new Date(iso) })
const readRegister = async () => 0
const TODAY = now('2026-08-03T02:00:00Z')

function linesOfLog() {
  const lines: string[] = []
  return { lines, log: createLog('info', { write: (line: string) => void lines.push(line) }) }
}

async function answerOf(checks: ReturnType<typeof readinessChecks>) {
  return readinessProbe(checks, linesOfLog().log, () => {}).ask()
}

describe('a process is ready', () => {
  test('when its register can be read, and written if it writes', async () => {
    expect(await answerOf(readinessChecks({ readRegister }, TODAY))).toEqual({ database: true })
    const refused = () => Promise.reject(new Error('read-only'))
    expect(await answerOf(readinessChecks({ readRegister: refused }, TODAY))).toEqual({ database: false })
    expect(await answerOf(readinessChecks({ readRegister, isWritable: refused }, TODAY))).toEqual({ database: false })
  })

  test('a part that never answers is not usable', async () => {
    const never = () => new Promise<never>(() => {})
    expect(await answerOf(readinessChecks({ readRegister: never }, TODAY))).toEqual({ database: false })
  })

  test('when its keys are opened and within their time', async () => {
    const directory = await dataDirectory()
    const root = new X509Certificate(readFileSync(join(directory, 'keys/root.pem')))
    const keys = async (clock: typeof TODAY, certificates: X509Certificate[] | undefined = [root]) =>
      (await answerOf(readinessChecks({ readRegister, signingCertificates: () => certificates }, clock))).keys
    expect(await keys(TODAY)).toBe(true)
    expect(await keys(now('2025-12-31T00:00:00Z'))).toBe(false)
    expect(await keys(now('2126-01-01T00:00:00Z'))).toBe(false)
    const unopened = readinessChecks({ readRegister, signingCertificates: () => undefined }, TODAY)
    expect(await answerOf(unopened)).toMatchObject({ keys: false })
  })

  test('when it has trust anchors, and room on the disk', async () => {
    expect(await answerOf(readinessChecks({ readRegister, trustAnchors: () => 0 }, TODAY))).toMatchObject({
      trust: false,
    })
    const disk = (least: number) => ({ readRegister, disk: { directory: temporaryDirectory(), least } })
    expect(await answerOf(readinessChecks(disk(1), TODAY))).toMatchObject({ disk: true })
    expect(await answerOf(readinessChecks(disk(2 ** 60), TODAY))).toMatchObject({ disk: false })
  })
})

test('many who ask at once cost one look', async () => {
  let asked = 0
  const database = () => {
    asked++
    return true
  }
  const probe = readinessProbe({ database }, linesOfLog().log, () => {})
  await Promise.all(Array.from({ length: 100 }, () => probe.ask()))
  expect(asked).toBe(1)
})

test('only a change is logged', async () => {
  const { lines, log } = linesOfLog()
  let usable = true
  const probe = readinessProbe({ database: () => usable }, log, () => {}, 0)
  for (const now of [true, true, false, false, true, true]) {
    usable = now
    expect(await probe.ask()).toEqual({ database: now })
  }
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'error', check: 'database', msg: 'not usable' },
    { level: 'info', check: 'database', msg: 'usable again' },
  ])
})

describe('the register of a whole house', () => {
  test('somebody else who writes does not make it unready', async () => {
    const house = await openHouse()
    const server = await house.app.server({ demo: false })
    await house.app.transactions.run(async ({ audit }) => {
      await audit.head()
      const { checks } = (await server.inject({ url: '/health/ready' })).json()
      expect(checks).toMatchObject({ database: true, trust: true })
    })
  })

  test('keys that were not opened yet make an issuing process unready; drained it is not ready whatever else', async () => {
    const house = await openHouse()
    const operations = await house.app.operations()
    const reply = await operations.inject({ url: '/health/ready' })
    expect([reply.statusCode, reply.json().checks]).toMatchObject([503, { database: true, keys: false }])
    house.app.drain()
    expect((await operations.inject({ url: '/health/ready' })).json().checks).toMatchObject({ accepting: false })
  })

  test('one that has lost its tables makes it unready', async () => {
    const house = await openHouse()
    const server = await house.app.server({ demo: false })
    await house.sql('drop table audit_head')
    const reply = await server.inject({ url: '/health/ready' })
    expect([reply.statusCode, reply.json().checks]).toMatchObject([503, { database: false }])
    expect(reply.body).not.toContain('audit_head')
  })

  test('one that lost the table of files, which the public is answered from, makes it unready', async () => {
    const house = await openHouse()
    const server = await house.app.server({ demo: false })
    await house.sql('drop table certificate_files')
    expect((await server.inject({ url: '/health/ready' })).json().checks).toMatchObject({ database: false })
  })

  test.runIf(KIND === 'sqlite').each([false, true])(
    'one whose file was moved away makes it unready; a copy is in its place: %s',
    async (exchanged) => {
      const house = await openHouse()
      const server = await house.app.server({ demo: false })
      const file = join(house.directory, 'dcert.sqlite')
      renameSync(file, `${file}-elsewhere`)
      if (exchanged) copyFileSync(`${file}-elsewhere`, file)
      expect((await server.inject({ url: '/health/ready' })).json().checks).toMatchObject({ database: false })
    },
  )

  test('the trust anchors are those that are verified against, not those that lie there now', async () => {
    const house = await openHouse()
    const operations = await house.app.operations()
    expect((await operations.inject({ url: '/health/ready' })).json().checks).toMatchObject({ trust: false })
    const other = await openHouse()
    const server = await other.app.server({ demo: false })
    rmSync(join(other.directory, 'keys/root.pem'))
    expect((await server.inject({ url: '/health/ready' })).json().checks).toMatchObject({ trust: true })
  })
})
