import { expect, onTestFinished, test } from 'vitest'
import { answerOf } from '../support/command-output.ts'
import { CASES_FILE, DOCUMENT, ground, REISSUED, REVOKED } from './grounds.ts'
import { expectOutage, soundStory, undisturbedStory } from './outages.ts'
import { mountDisk, mountFailingDisk } from './small-disk.ts'
import { storyOf } from './soundness.ts'
import { postVerification, serveOn } from './verification-client.ts'

const READ_ONLY = /唯讀/
const CORRECTION = ['reissue', REISSUED, '--reason=correction', '--document=1150000321', '--set', '姓名=林坤煊']
const REVOCATION = ['revoke', '--person', REVOKED, '--from-rank=助理教授', '--ground=二', '--document=1150000778']

test('what would change a register on a read-only disk is refused in words, and done once the disk is writable', async () => {
  const base = await ground('confirmed', 'p-256')
  const before = await storyOf(base)
  for (const args of [['unconfirm', DOCUMENT], CORRECTION, REVOCATION]) {
    const disk = await mountDisk(base)
    await disk.makeReadOnly()
    expectOutage(await disk.dcert(...args, '--json'), READ_ONLY, args[0]!)
    expect(await soundStory(disk, args[0]!)).toEqual(before)
    await disk.makeWritable()
    expect((await disk.dcert(...args)).code).toBe(0)
    expect(await soundStory(disk, args[0]!)).toEqual(await undisturbedStory(base, args))
    await disk.end()
  }
})

test('neither keys nor a register begin on a read-only disk', async () => {
  const empty = await mountDisk()
  onTestFinished(() => empty.end())
  await empty.makeReadOnly()
  expectOutage(await empty.dcert('keys', 'init', '--json'), READ_ONLY, 'keys init')
  expect(await empty.list('data')).toEqual({})

  const keys = await mountDisk(await ground('nothing', 'p-256'))
  onTestFinished(() => keys.end())
  const before = await keys.list('data')
  await keys.makeReadOnly()
  expectOutage(await keys.dcert('issue', CASES_FILE, '--json'), READ_ONLY, 'issue')
  expect(await keys.list('data')).toEqual(before)
})

test('verification on a read-only disk cannot tell, and says why: exit code 5', async () => {
  const disk = await mountDisk(await ground('confirmed', 'p-256'))
  onTestFinished(() => disk.end())
  await disk.makeReadOnly()
  for (const roles of ['verifier', 'verifier,portal,issuer']) {
    const ended = await disk.start(['verify', CASES_FILE, '--json'], { DCERT_ROLES: roles }).ended
    const { error } = answerOf<{ error: unknown }>(ended)
    expect({ code: ended.code, error }).toEqual({
      code: 5,
      error: { code: 'register-unavailable', message: expect.stringMatching(READ_ONLY) },
    })
  }
})

test('export to a read-only disk is refused in words', async () => {
  const register = await ground('confirmed', 'p-256')
  const disk = await mountDisk()
  onTestFinished(() => disk.end())
  await disk.makeReadOnly()
  const settings = { DCERT_DATA_DIR: register.environment.DCERT_DATA_DIR! }
  const exported = await disk.start(['export', REISSUED, '--out', `${disk.path}/data`, '--json'], settings).ended
  expectOutage(exported, READ_ONLY, 'export')
})

const IS_ROOT = process.getuid?.() === 0
test.runIf(IS_ROOT)(
  'serve goes on verifying when its disk fails and becomes read-only (as root: nobody else may mount a disk that fails)',
  async () => {
    const base = await ground('confirmed', 'p-256')
    const [file] = await base.rows<{ bytes: Uint8Array }>('select bytes from documents')
    const disk = await mountFailingDisk(base)
    onTestFinished(() => disk.end())
    const { server, url } = await serveOn((environment) => disk.start(['serve'], environment))
    await disk.fail()
    const deadline = Date.now() + 60_000
    while (!server.said().includes('counts not kept')) {
      expect(await postVerification(url, file!.bytes)).toMatchObject({ status: 200, outcome: 'success' })
      expect(Date.now(), server.said()).toBeLessThan(deadline)
    }
    expectOutage(await disk.dcert('unconfirm', DOCUMENT, '--json'), READ_ONLY, 'unconfirm')
    server.end()
    await server.ended
  },
)
