import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AppError } from '../../src/shared/app-error.ts'
import { createExplainer, EXPLAIN_LIMITS, type Explainer } from '../../src/verification/explain-in-worker.ts'
import { signedPdf, unsignedPdf } from '../support/signed-pdf.ts'
import { makePki, pemOf } from '../support/test-pki.ts'

const pki = makePki('p-256')
const pems = [pemOf(pki.root)]

describe('strangers are read in a thread of their own', () => {
  let explainer: Explainer
  beforeAll(() => {
    explainer = createExplainer(pems)
  })
  afterAll(() => explainer.close())

  test('with the same answer as without it, and the bytes stay the caller’s', async () => {
    const bytes = signedPdf(pki)
    expect((await explainer.explain(bytes)).reason).toBe('not-registered')
    expect(bytes.length).toBeGreaterThan(1000)
    const spoilt = Buffer.from(bytes)
    spoilt[100]! ^= 1
    const reasons = await Promise.all([spoilt, unsignedPdf(), Buffer.from('text')].map((b) => explainer.explain(b)))
    expect(reasons.map(({ reason }) => reason)).toEqual(['altered', 'resaved', 'not-pdf'])
  })
})

describe('whatever a file does to its thread, the process goes on', () => {
  let dir: string
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'dcert-explain-'))
  })
  afterAll(() => rm(dir, { recursive: true }))

  /** A worker that does as the file's first word says. */
  function misbehaving(limits: Partial<typeof EXPLAIN_LIMITS> = {}): Explainer {
    const file = join(dir, `worker-${Math.random()}.mjs`)
    writeFileSync(
      file,
      `export default function ({ bytes, started }) {
        started.postMessage('started')
        const word = Buffer.from(bytes).toString()
        if (word === 'hang') for (;;);
        if (word === 'exit') process.exit(3)
        if (word === 'throw') throw new Error('broken')
        if (word === 'memory') { const all = []; for (;;) all.push(new Array(100000).fill({ n: all.length })) }
        return { reason: 'unknown', checks: [] }
      }`,
    )
    return createExplainer(
      pems,
      { ...EXPLAIN_LIMITS, heapMegabytes: 32, milliseconds: 400, ...limits },
      pathToFileURL(file),
    )
  }

  test.each(['hang', 'exit', 'throw', 'memory'])(
    '%s: damaged, with the limit told; the next file is read',
    async (word) => {
      const explainer = misbehaving(word === 'memory' ? { milliseconds: 20_000 } : {})
      const { reason, checks } = await explainer.explain(Buffer.from(word))
      expect(reason).toBe('damaged')
      expect(checks).toMatchObject([{ name: 'limits', passed: false }])
      expect((await explainer.explain(Buffer.from('fine'))).reason).toBe('unknown')
      await explainer.close()
    },
  )

  test('more files than may wait are refused at once: BUSY, never an outcome', async () => {
    const explainer = misbehaving({ threads: 1, queue: 2 })
    const asked = Array.from({ length: 8 }, () => explainer.explain(Buffer.from('hang')))
    const answers = await Promise.allSettled(asked)
    const refused = answers.filter((answer) => answer.status === 'rejected').map((answer) => answer.reason)
    expect(refused.length).toBeGreaterThan(0)
    for (const error of refused) expect(error).toBeInstanceOf(AppError)
    expect(refused[0]).toMatchObject({ code: 'BUSY' })
    const kept = answers.filter((answer) => answer.status === 'fulfilled').map((answer) => answer.value.reason)
    expect(kept.length).toBeGreaterThan(0)
    expect(new Set(kept)).toEqual(new Set(['damaged']))
    await explainer.close()
  })
})

test('anchors that cannot be read stop the start', () => {
  expect(() => createExplainer(['no certificate'])).toThrow()
})
