import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { answerOf } from '../support/command-output.ts'
import { readRows } from '../support/raw-sql.ts'
import { type PostgresServer, startPostgres } from '../support/start-postgres.ts'
import { dcert, start } from './dcert-process.ts'
import { CASES, CASES_FILE } from './grounds.ts'
import { postgresSiteOn } from './postgres-site.ts'
import { COUNT, randomOf } from './settings.ts'
import type { Site } from './site.ts'
import { problemsOf, storyOf } from './soundness.ts'

const KILLS = Math.max(2, Math.round(COUNT / 10))
const ISSUE = ['issue', CASES_FILE, '--confirm', '--json']
const STEPS = CASES.length * 3

test(`the server of PostgreSQL, killed ${KILLS} times during issuing: told in words, nothing halfway`, async () => {
  const random = randomOf('postgres')
  const server = await startPostgres({ durable: true })
  onTestFinished(() => server.remove())
  const story = await storyAfter(server, async (site) => void (await start(site, ISSUE).ended))
  let interrupted = 0
  for (let kill = 0; kill < KILLS; kill++) {
    const steps = random.between(0, STEPS - 1)
    const where = `kill ${kill} after ${steps} steps`
    const told = await storyAfter(server, async (site) => {
      const running = start(site, ISSUE)
      const watch = site.watch()
      while (running.alive() && (await watch.progress()) < steps) await setImmediate()
      await setTimeout(random.next() * 20)
      const killing = killServer(await processesOf(server.url))
      await watch.close().catch(() => undefined)
      await killing
      const ended = await running.ended
      if (ended.code !== 0) {
        interrupted++
        const { error } = answerOf<{ error: { code: string; message: string } }>(ended)
        expect(error, where).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringMatching(/資料庫/) })
      }
      await server.start()
      expect(await problemsOf(site), where).toEqual([])
      expect((await start(site, ISSUE).ended).code, where).toBe(0)
    })
    expect(told, where).toEqual(story)
  }
  expect(interrupted).toBeGreaterThanOrEqual(KILLS / 2)
})

async function storyAfter(server: PostgresServer, work: (site: Site) => Promise<void>) {
  const site = await postgresSiteOn(server.url)
  expect((await dcert(site, 'keys', 'init', '--algorithm', 'p-256')).code).toBe(0)
  await work(site)
  expect(await problemsOf(site)).toEqual([])
  const story = await storyOf(site)
  await site.end()
  return story
}

/** The server's first process and all that it has started. */
async function processesOf(url: string): Promise<number[]> {
  const [row] = await readRows<{ data_directory: string }>(url, 'show data_directory')
  const first = Number(readFileSync(join(row!.data_directory, 'postmaster.pid'), 'utf8').split('\n')[0])
  const others = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === first)
    .map(Number)
  return [first, ...others]
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  } catch {
    // It has ended since the directory was read.
    return undefined
  }
}

async function killServer(pids: readonly number[]): Promise<void> {
  for (const pid of pids) process.kill(pid, 'SIGKILL')
  const deadline = Date.now() + 30_000
  while (pids.some((pid) => parentOf(String(pid)) !== undefined)) {
    if (Date.now() > deadline) throw new Error('a process of the server does not end')
    await setImmediate()
  }
}
