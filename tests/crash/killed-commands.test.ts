import { afterAll, expect, test } from 'vitest'
import { answerOf } from '../support/command-output.ts'
import { countWrites, type Ended, start, startAndKill } from './dcert-process.ts'
import { ALGORITHMS, type Algorithm, CASES_FILE, DOCUMENT, type Ground, ground, REISSUED, REVOKED } from './grounds.ts'
import { type Course, chooseMoment, killed, midway, noKills, phaseOf, progressOf } from './moments.ts'
import { COUNT, type Random, randomOf, SEED } from './settings.ts'
import type { Site } from './site.ts'
import { problemsOf, storyOf } from './soundness.ts'

type Command = {
  readonly name: string
  readonly grounds: readonly Ground[]
  args(site: Site): Promise<readonly string[]>
  /** how many processes do the same at the same time */
  readonly processes: number
  /** of a hundred kills, how many */
  readonly share: number
  /** what the command answers when it was done already, besides 0 */
  readonly again?: { readonly code: 1; readonly error: string }
}

const ISSUE = ['issue', CASES_FILE, '--confirm', '--json'] as const
const REISSUE = ['reissue', REISSUED, '--reason', 'correction', '--document', '1150000321', '--set', '姓名=林坤煊']
const REVOKE = ['revoke', '--person', REVOKED, '--from-rank', '助理教授', '--ground', '二', '--document', '1150000778']
const DONE_BEFORE = { code: 1, error: 'CONFLICT' } as const

const COMMANDS: readonly Command[] = [
  { name: 'issue --confirm', grounds: ['nothing', 'some'], processes: 1, share: 40, args: async () => ISSUE },
  {
    name: 'issue --confirm twice at once',
    grounds: ['nothing', 'some'],
    processes: 2,
    share: 16,
    args: async () => ISSUE,
  },
  {
    name: 'reissue --confirm',
    grounds: ['confirmed'],
    processes: 1,
    share: 14,
    args: async () => [...REISSUE, '--confirm', '--json'],
  },
  { name: 'confirm', grounds: ['issued'], processes: 1, share: 10, args: async () => ['confirm', DOCUMENT, '--json'] },
  {
    name: 'unconfirm',
    grounds: ['confirmed'],
    processes: 1,
    share: 8,
    args: async () => ['unconfirm', DOCUMENT, '--json'],
  },
  {
    name: 'revoke',
    grounds: ['confirmed'],
    processes: 1,
    share: 6,
    args: async () => [...REVOKE, '--json'],
    again: DONE_BEFORE,
  },
  {
    name: 'reinstate',
    grounds: ['revoked'],
    processes: 1,
    share: 6,
    again: DONE_BEFORE,
    async args(site) {
      const [act] = await site.rows<{ id: string }>('select id from revocation_acts')
      return ['reinstate', act!.id, '--document', '1150000888', '--reason', '訴願有理由', '--json']
    },
  },
]

const ALL_KILLS = COMMANDS.reduce((sum, command) => sum + killsOf(command), 0)

/** What a command does that nobody disturbs: how long it takes, and what the register tells in the end. */
type Undisturbed = { readonly course: Course; readonly story: Record<string, string[]> }

const spread = noKills()
/** those of commands that have several steps: one transaction is done or not, and PostgreSQL does not show it begun */
const ofSteps = noKills()
afterAll(() => {
  console.log(`kills of commands, seed ${SEED}:`)
  for (const [phase, count] of Object.entries(spread)) console.log(`${String(count).padStart(6)} ${phase}`)
})

for (const command of COMMANDS) {
  const kills = killsOf(command)
  test(`${command.name}, killed ${kills} times: done once each, nothing halfway`, async () => {
    const random = randomOf(command.name)
    // A short run does not make every ground with every kind of key first.
    const few = kills < 6
    const grounds = few ? [random.oneOf(command.grounds)] : command.grounds
    const algorithms = few ? [random.oneOf(ALGORITHMS)] : ALGORITHMS
    for (let kill = 0; kill < kills; ) {
      const round = { kind: random.oneOf(grounds), algorithm: random.oneOf(algorithms), most: kills - kill }
      kill += await killAndRepeat(command, round, random)
    }
  })
}

test('a third of the kills of what has several steps, and more, interrupted work that had begun', ({ skip }) => {
  skip(killed(spread) < ALL_KILLS, 'it counts the kills of all commands, and not all of them were killed')
  expect(midway(ofSteps)).toBeGreaterThan(1 / 3)
})

function killsOf({ share }: Command): number {
  return Math.max(1, Math.round((COUNT * share) / 100))
}

type Round = { readonly kind: Ground; readonly algorithm: Algorithm; readonly most: number }

/** Kills a command up to three times over, and lets it come to its end then. @returns how many times */
async function killAndRepeat(command: Command, { kind, algorithm, most }: Round, random: Random): Promise<number> {
  const { course, story } = await undisturbed(command, kind, algorithm)
  const base = await ground(kind, algorithm)
  const begin = await progressOf(base)
  const site = await base.copy()
  const args = await command.args(site)
  const times = Math.min(most, random.oneOf([1, 1, 2, 3]))
  const what = `${command.name} on ${kind} with ${algorithm}, seed ${SEED}`
  for (let time = 0; time < times; time++) {
    const before = await progressOf(site)
    const left = { ...course, steps: begin.done + course.steps - before.done }
    const moments = Array.from({ length: command.processes }, (_, index) =>
      chooseMoment(killed(spread) + index, left, random),
    )
    const ended = await Promise.all(moments.map((moment) => startAndKill(site, args, moment)))
    // In a copy, so that the next command finds what the killed one has left, and not what looking has mended.
    const seen = await site.copy()
    const atWrite = moments.some(({ kind }, index) => kind === 'write' && ended[index]?.code === null)
    const phase = phaseOf(before, await progressOf(seen), left.steps, site.cutOff(), atWrite)
    spread[phase]++
    if (course.steps > 1) ofSteps[phase]++
    const where = `${what}, kill ${time + 1}: ${JSON.stringify(moments)}, ${phase}`
    expect(await problemsOf(seen), where).toEqual([])
    for (const one of ended) if (one.code !== null) expectDone(command, one, where)
    await seen.end()
  }
  expectDone(command, await start(site, args).ended, what)
  expect(await problemsOf(site), what).toEqual([])
  expect(await storyOf(site), what).toEqual(story)
  await site.end()
  return times
}

/** What was not killed, or comes after the kill, has done its work or tells that it was done. */
function expectDone(command: Command, ended: Ended, where: string): void {
  if (ended.code === 0 || command.again === undefined) {
    expect({ where, code: ended.code, stderr: ended.stderr }).toEqual({ where, code: 0, stderr: '' })
    return
  }
  const { error } = answerOf<{ error: { code: string } }>(ended)
  expect({ where, code: ended.code, error: error.code }).toEqual({ where, ...command.again })
}

const courses = new Map<string, Promise<Undisturbed>>()

function undisturbed(command: Command, kind: Ground, algorithm: Algorithm): Promise<Undisturbed> {
  const name = `${command.name} ${kind} ${algorithm}`
  const known = courses.get(name) ?? runUndisturbed(command, kind, algorithm)
  courses.set(name, known)
  return known
}

async function runUndisturbed(command: Command, kind: Ground, algorithm: Algorithm): Promise<Undisturbed> {
  const base = await ground(kind, algorithm)
  const site = await base.copy()
  const args = await command.args(site)
  const started = performance.now()
  expectDone(command, await start(site, args).ended, `${command.name}, undisturbed`)
  const milliseconds = performance.now() - started
  const steps = (await progressOf(site)).done - (await progressOf(base)).done
  expect(await problemsOf(site)).toEqual([])
  const story = await storyOf(site)
  await site.end()
  return { course: { milliseconds, steps, writes: await writesOf(base, args) }, story }
}

async function writesOf(base: Site, args: readonly string[]): Promise<number> {
  const site = await base.copy()
  const { writes } = await countWrites(site, args)
  await site.end()
  return writes
}
