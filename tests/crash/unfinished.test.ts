import { expect, test } from 'vitest'
import { openApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { start, startAndKill } from './dcert-process.ts'
import { CASES_FILE, ground } from './grounds.ts'
import { progressOf } from './moments.ts'
import { undisturbedStory } from './outages.ts'
import { randomOf } from './settings.ts'
import type { Site } from './site.ts'
import { problemsOf, storyOf } from './soundness.ts'

const ISSUE = ['issue', CASES_FILE, '--confirm', '--json']
/** steps of a case: intent, kept, confirmed */
const STEPS = 3

test('what a kill left unfinished is completed a minute later by whatever opens the keys, with the same tokens', async () => {
  const site = await unfinishedSite()
  const [intent] = await intents(site)

  await openKeys(site, 30)
  // Half a minute old: it may still be in the hands of another process.
  expect(await intents(site)).toEqual([intent])

  await openKeys(site, 90)
  expect(await intents(site)).toEqual([])
  const files = await site.rows<{ token: string; sha256: string | null }>(
    `select token, sha256 from certificate_files where certificate_id = '${intent!.certificate_id}' order by token`,
  )
  expect(files.map(({ token }) => token).join()).toBe(intent!.tokens)
  expect(files.every(({ sha256 }) => sha256 !== null)).toBe(true)
  expect(await problemsOf(site)).toEqual([])

  expect((await start(site, ISSUE).ended).code).toBe(0)
  expect(await problemsOf(site)).toEqual([])
  expect(await storyOf(site)).toEqual(await undisturbedStory(await ground('some', 'p-256'), ISSUE))
  await site.end()
})

/** A register of which a kill has left an intent. */
async function unfinishedSite(): Promise<Site> {
  const random = randomOf('unfinished')
  for (let attempt = 0; attempt < 30; attempt++) {
    const site = await (await ground('some', 'p-256')).copy()
    // As soon as the intent of one of the cases can be seen.
    await startAndKill(site, ISSUE, { kind: 'progress', steps: 1 + STEPS * random.between(0, 12), after: 0 })
    if ((await progressOf(site)).unfinished > 0) return site
    await site.end()
  }
  throw new Error('thirty kills left no intent')
}

async function intents(site: Site): Promise<{ certificate_id: string; tokens: string }[]> {
  const rows = await site.rows<{ certificate_id: string; token: string }>(
    `select f.certificate_id, f.token from certificate_versions v
     join certificate_files f on f.certificate_id = v.certificate_id and f.version = v.version
     where v.issued_at is null order by f.token`,
  )
  const ids = [...new Set(rows.map(({ certificate_id }) => certificate_id))]
  return ids.map((id) => ({
    certificate_id: id,
    tokens: rows
      .filter((row) => row.certificate_id === id)
      .map(({ token }) => token)
      .join(),
  }))
}

/** Opens the house so many seconds later, with its keys, and closes it again. */
async function openKeys(site: Site, secondsLater: number): Promise<void> {
  const clock = { now: () => new Date(Date.now() + secondsLater * 1000) }
  const app = await openApp(readConfig(site.environment), clock)
  await app.issuing()
  await app.close()
}
