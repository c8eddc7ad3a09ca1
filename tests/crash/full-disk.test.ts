import { expect, onTestFinished, test } from 'vitest'
import { answerOf } from '../support/command-output.ts'
import { ALGORITHMS, BILINGUAL, CASES_FILE, DOCUMENT, type Ground, ground, REISSUED, REVOKED } from './grounds.ts'
import { expectOutage, soundStory, undisturbedStory } from './outages.ts'
import { COUNT, randomOf } from './settings.ts'
import { mountDisk } from './small-disk.ts'
import { postVerification, serveOn } from './verification-client.ts'

const PAGE = 4096
const LEVELS = Math.max(5, Math.round(COUNT * 0.25))
/** 磁碟空間不足, or what SQLite tells where the system does not say that it is that */
const FULL = /磁碟.*(空間不足|已滿).*重新執行/

type Command = { readonly args: readonly string[]; readonly grounds: readonly Ground[]; readonly most: number }

const COMMANDS: readonly Command[] = [
  // The log grows to 4 MiB before it is written back for the first time: it fills up before, within and after that.
  { args: ['issue', CASES_FILE, '--confirm'], grounds: ['nothing', 'some'], most: 8_000_000 },
  {
    args: ['reissue', REISSUED, '--reason=correction', '--document=1150000321', '--set', '姓名=林坤煊', '--confirm'],
    grounds: ['confirmed'],
    most: 400_000,
  },
  { args: ['confirm', DOCUMENT], grounds: ['issued'], most: 1_000_000 },
  {
    args: ['revoke', '--person', REVOKED, '--from-rank=助理教授', '--ground=二', '--document=1150000778'],
    grounds: ['confirmed'],
    most: 100_000,
  },
]

for (const { args, grounds, most } of COMMANDS) {
  const what = `${args[0]} on a disk that fills up at ${LEVELS} different steps`
  test(`${what}: told in words, nothing halfway, completed when there is room`, async () => {
    const random = randomOf(`full disk ${args[0]}`)
    const [kind, algorithm] = [random.oneOf(grounds), random.oneOf(ALGORITHMS)]
    const base = await ground(kind, algorithm)
    const story = await undisturbedStory(base, args)
    let full = 0
    for (let level = 0; level < LEVELS; level++) {
      const disk = await mountDisk(base)
      // More of them where there is hardly any room: the log, its index and the file begin there.
      const free = Math.floor((most * (level / (LEVELS - 1)) ** 2) / PAGE) * PAGE
      await disk.leaveFree(free)
      const where = `${what}, ${kind}, ${algorithm}, ${free} bytes free`
      const first = await disk.dcert(...args, '--json')
      if (first.code !== 0) {
        full++
        expectOutage(first, FULL, where)
        await soundStory(disk, where)
        await disk.makeWritable()
        const second = await disk.dcert(...args, '--json')
        expect({ where, code: second.code, stderr: second.stderr }).toEqual({ where, code: 0, stderr: '' })
      }
      expect(await soundStory(disk, where), where).toEqual(story)
      await disk.end()
    }
    expect(full).toBeGreaterThanOrEqual(LEVELS / 2)
  })
}

test('export to a full disk leaves no half file, and the same again completes it', async () => {
  const register = await ground('confirmed', 'p-256')
  const disk = await mountDisk()
  onTestFinished(() => disk.end())
  const exported = () =>
    disk.start(['export', BILINGUAL, '--out', `${disk.path}/out`, '--json'], {
      DCERT_DATA_DIR: register.environment.DCERT_DATA_DIR!,
    }).ended
  for (const free of [0, 5 * PAGE, 30 * PAGE]) {
    await disk.leaveFree(free)
    expectOutage(await exported(), FULL, `${free} bytes free`)
    // What became whole before the disk was full may stay.
    for (const size of Object.values(await disk.list('out'))) expect(size).toBeGreaterThan(15 * PAGE)
  }
  await disk.makeWritable()
  const { files } = answerOf<{ files: string[] }>(await exported())
  expect(Object.keys(await disk.list('out'))).toHaveLength(files.length)
})

test('keys init on a full disk leaves no half keystore', async () => {
  // Seven files and two directories: each level stops it at another one.
  for (let free = 0; free <= 10 * PAGE; free += COUNT < 50 ? 3 * PAGE : PAGE) {
    const disk = await mountDisk()
    await disk.leaveFree(free)
    const where = `${free} bytes free`
    const made = await disk.dcert('keys', 'init', '--algorithm', 'p-256', '--json')
    if (made.code !== 0) expectOutage(made, FULL, where)
    const found = Object.keys(await disk.list('data'))
    expect(
      found.filter((name) => /[.](new|part)/.test(name)),
      where,
    ).toEqual([])
    const whole = found.some((name) => name.startsWith('keys/'))
    await disk.makeWritable()
    const again = await disk.dcert('keys', 'init', '--algorithm', 'p-256', '--json')
    expect({ where, code: again.code }).toEqual({ where, code: whole ? 1 : 0 })
    const status = await disk.dcert('keys', 'status', '--json')
    expect({ where, code: status.code, usable: answerOf(status).usable }).toEqual({ where, code: 0, usable: true })
    await disk.end()
  }
})

test('serve goes on verifying while its disk is full, and keeps the counts for later', async () => {
  const base = await ground('confirmed', 'p-256')
  const [file] = await base.rows<{ bytes: Uint8Array }>('select bytes from documents')
  const disk = await mountDisk(base)
  onTestFinished(() => disk.end())
  const { server, url } = await serveOn((environment) => disk.start(['serve'], environment))
  await disk.leaveFree(0)
  let asked = 0
  const deadline = Date.now() + 60_000
  while (!server.said().includes('counts not kept')) {
    expect(await postVerification(url, file!.bytes)).toMatchObject({ status: 200, outcome: 'success' })
    asked++
    expect(Date.now(), server.said()).toBeLessThan(deadline)
  }
  await disk.makeWritable()
  server.end()
  expect((await server.ended).code).toBe(0)
  const site = await disk.takeOut()
  onTestFinished(() => site.end())
  expect(await site.rows('select outcome, sum(count) as times from verification_counts group by outcome')).toEqual([
    { outcome: 'success', times: asked },
  ])
})
