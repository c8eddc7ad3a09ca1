import { setTimeout } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { start } from './dcert-process.ts'
import { ground } from './grounds.ts'
import { COUNT, randomOf } from './settings.ts'
import { problemsOf, storyOf } from './soundness.ts'
import { postVerification, serveOn } from './verification-client.ts'

const KILLS = Math.max(2, Math.round(COUNT / 10))
const CLIENTS = 4

test(`serve, killed ${KILLS} times while it verifies: no wrong answer before, between and after`, async () => {
  const random = randomOf('serve')
  const base = await ground('confirmed', 'rsa-2048')
  const site = await base.copy()
  onTestFinished(() => site.end())
  const files = await site.rows<{ bytes: Uint8Array }>('select bytes from documents')
  const serve = (environment: Record<string, string>) =>
    start({ ...site, environment: { ...site.environment, ...environment } }, ['serve'])
  const answers: { status: number; reason: string }[] = []
  let port: number | undefined
  for (let kill = 0; kill < KILLS; kill++) {
    const { server, url, port: own } = await serveOn(serve, port)
    // The next one takes the same address.
    port = own
    const enough = answers.length + random.between(1, 60)
    const after = random.next() * 30
    const client = async (): Promise<void> => {
      for (let turn = 0; server.alive(); turn++) {
        // Who asks when the server is killed gets no answer at all.
        const answer = await postVerification(url, files[turn % files.length]!.bytes).catch(() => undefined)
        if (answer !== undefined) answers.push(answer)
        if (answers.length < enough) continue
        await setTimeout(after)
        server.kill()
        await server.ended
      }
    }
    await Promise.all(Array.from({ length: CLIENTS }, client))
    expect(await problemsOf(site)).toEqual([])
  }
  const { server, url } = await serveOn(serve, port)
  for (const { bytes } of files) answers.push(await postVerification(url, bytes))
  server.end()
  expect((await server.ended).code).toBe(0)
  expect(answers.filter(({ status, reason }) => status !== 200 || reason !== 'current')).toEqual([])

  // Counts that were not written yet are gone with a process; none is counted twice.
  const [counted] = await site.rows<{ times: number }>('select sum(count) as times from verification_counts')
  expect(Number(counted?.times)).toBeGreaterThanOrEqual(files.length)
  expect(Number(counted?.times)).toBeLessThanOrEqual(answers.length + KILLS * CLIENTS)
  expect(await problemsOf(site)).toEqual([])
  expect(await storyOf(site)).toEqual(await storyOf(base))
})
