// Only on SQLite: what is read are strangers' bytes; that the register does not know them is told the same by both.
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { App } from '../../src/app.ts'
import { REASON_OUTCOMES } from '../../src/verification/verification-result.ts'
import { FAMILIES, HOSTILE_FILES } from './all-files.ts'
import { type Ground, prepareGround } from './ground.ts'
import { renderTable } from './render-table.ts'

const MOST_MILLISECONDS = 2000

let ground: Ground
let app: App

beforeAll(async () => {
  ground = await prepareGround()
  app = await ground.openVerifier()
})
afterAll(async () => {
  await app?.close()
  ground?.remove()
})

test('what they are made of verifies as current, so that whatever fails below fails for what was done to it', async () => {
  expect(ground.bases.map(({ name }) => name).sort()).toEqual([
    'p-256 en',
    'p-256 zh-TW',
    'rsa-2048 en',
    'rsa-2048 zh-TW',
  ])
  for (const { bytes } of ground.bases) {
    expect(await app.verification().verifyFile(bytes)).toMatchObject({ outcome: 'success', reason: 'current' })
  }
})

test('docs/hostile-files.md tells the table as it is; `npx vitest run tests/hostile -u` writes it anew', async () => {
  await expect(renderTable(FAMILIES)).toMatchFileSnapshot('../../docs/hostile-files.md')
})

test('the table has at least 200 files, each of its own name and none with an outcome but failure', () => {
  const names = HOSTILE_FILES.map(({ name }) => name)
  expect(names.length).toBeGreaterThanOrEqual(200)
  expect(new Set(names).size).toBe(names.length)
  expect(HOSTILE_FILES.filter(({ reason }) => REASON_OUTCOMES[reason] !== 'failure')).toEqual([])
})

describe.each(FAMILIES)('$title', ({ files }) => {
  test.each(files)('$name: $reason', async (file) => {
    const { name, reason } = file
    const made = new Set<string>()
    for (const base of ground.bases) {
      const bytes = await file.make(base, ground.keys)
      const fingerprint = createHash('sha256').update(bytes).digest('hex')
      // What is made of no certificate is the same every time.
      if (made.has(fingerprint)) break
      made.add(fingerprint)
      const began = performance.now()
      const got = await app.verification().verifyFile(bytes)
      const took = performance.now() - began
      const of = { file: name, base: base.name }
      expect({ ...of, outcome: got.outcome, reason: got.reason }).toEqual({ ...of, outcome: 'failure', reason })
      expect(got).toMatchObject({ fingerprint, certificate: null })
      expect(took, `${name} of ${base.name}, milliseconds`).toBeLessThan(MOST_MILLISECONDS)
    }
  })
})
