import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { VerificationResult } from '../../src/verification/verification-result.ts'
import { answerOf } from '../support/command-output.ts'
import { approvedCase, openHouse, temporaryDirectory, writeInto } from '../support/house.ts'
import { withoutRefusals } from '../support/register.ts'
import { casesFile } from './cases.ts'
import { dcert, dcertProcess } from './run.ts'

const NUMBER = '教字第149903號'

async function twoVersions(): Promise<{ directory: string; out: string }> {
  const house = await openHouse()
  const { certificate } = await house.issue({ nameEn: 'LIN, KUN-HSUAN' })
  await house.confirm(certificate.id)
  await house.reissue(certificate.id, { 姓名: '林坤煊' })
  await house.confirm(certificate.id)
  await house.app.close()
  return { directory: house.directory, out: join(temporaryDirectory(), 'out') }
}

describe('export', () => {
  test('writes the kept bytes of every version and language, named as interfaces.md says; again is fine', async () => {
    const { directory, out } = await twoVersions()
    const ran = await dcert(directory, 'export', NUMBER, '--out', out, '--json')
    const names = ['教字149903-v1-en.pdf', '教字149903-v1-zh-TW.pdf', '教字149903-v2-en.pdf', '教字149903-v2-zh-TW.pdf']
    expect([ran.code, readdirSync(out).sort()]).toEqual([0, names])
    expect(answerOf<{ files: string[] }>(ran).files.sort()).toEqual(names.map((name) => join(out, name)))
    expect((await dcert(directory, 'export', NUMBER, '--out', out)).code).toBe(0)
  })

  test('never writes over other bytes (exit 1), and chooses by version and language', async () => {
    const { directory, out } = await twoVersions()
    const words = ['export', NUMBER, '--out', out, '--version', '2', '--language', 'en']
    expect((await dcert(directory, ...words)).code).toBe(0)
    expect(readdirSync(out)).toEqual(['教字149903-v2-en.pdf'])
    const file = join(out, '教字149903-v2-en.pdf')
    writeFileSync(file, 'a note of somebody')
    const ran = await dcert(directory, ...words, '--json')
    expect([ran.code, answerOf(ran)]).toMatchObject([1, { error: { code: 'CONFLICT' } }])
    expect(readFileSync(file, 'utf8')).toBe('a note of somebody')
    expect((await dcert(directory, 'export', NUMBER, '--out', out, '--version', '9')).code).toBe(1)
    expect((await dcert(directory, 'export', '教字第1號', '--out', out)).code).toBe(1)
  })
})

describe('verify', () => {
  test('0, 3, 4 by outcome, of several files the highest; nothing of the person on stdout (E25, E31, E68)', async () => {
    const { directory, out } = await twoVersions()
    await dcert(directory, 'export', NUMBER, '--out', out)
    const [current, old] = [join(out, '教字149903-v2-zh-TW.pdf'), join(out, '教字149903-v1-zh-TW.pdf')]
    const altered = writeInto(out, 'altered.pdf', Buffer.concat([readFileSync(current), Buffer.from(' ')]))
    const letter = writeInto(out, 'letter.txt', 'not a PDF')
    for (const [files, code, reasons] of [
      [[current], 0, ['current']],
      [[old], 3, ['superseded']],
      [[letter], 4, ['not-pdf']],
      [[current, old], 3, ['current', 'superseded']],
      [[altered, old, current], 4, ['appended', 'superseded', 'current']],
    ] as const) {
      const ran = await dcert(directory, 'verify', ...files, '--json')
      const results = answerOf<({ file: string } & VerificationResult)[]>(ran)
      expect([ran.code, results.map(({ reason }) => reason)]).toEqual([code, reasons])
      expect(results.map(({ file }) => file)).toEqual(files)
      for (const secret of ['林', 'LIN,', approvedCase().idNumber, '1976-01-02'])
        expect(ran.stdout).not.toContain(secret)
    }
    const words = await dcert(directory, 'verify', old)
    expect(words.stdout).toContain('驗證警告')
  })

  test('a missing, empty or too large file, or a directory, is wrong usage: 2, and no outcome (E32)', async () => {
    const { directory, out } = await twoVersions()
    await dcert(directory, 'export', NUMBER, '--out', out)
    const good = join(out, '教字149903-v2-zh-TW.pdf')
    const empty = writeInto(out, 'empty.pdf', '')
    const large = writeInto(out, 'large.pdf', Buffer.alloc(10 * 1024 * 1024 + 1))
    const largest = writeInto(out, 'largest.pdf', Buffer.alloc(10 * 1024 * 1024))
    for (const bad of [join(out, 'missing.pdf'), empty, large, out]) {
      const ran = await dcert(directory, 'verify', good, bad, '--json')
      expect([ran.code, answerOf(ran)]).toMatchObject([2, { error: { code: 'USAGE' } }])
    }
    expect((await dcert(directory, 'verify', largest)).code).toBe(4)
  })
})

describe('audit', () => {
  test('tells whether the trail and the kept files are whole, with 0 or 1, naming nobody', async () => {
    const { directory } = await twoVersions()
    const verify = await dcert(directory, 'audit', 'verify', '--json')
    expect([verify.code, answerOf(verify)]).toEqual([0, { whole: true, events: 7 }])
    const documents = await dcert(directory, 'audit', 'documents', '--json')
    expect([documents.code, answerOf(documents)]).toEqual([0, { documents: 4, problems: [] }])
    const house = await openHouse(directory)
    await house.sql(
      ...withoutRefusals('audit_events', 'update'),
      "update audit_events set actor = 'cli:nobody' where seq = 5",
    )
    await house.app.close()
    const broken = await dcert(directory, 'audit', 'verify', '--json')
    expect([broken.code, answerOf(broken)]).toMatchObject([1, { whole: false, seq: 5 }])
  })
})

describe('as the operator runs it, in processes of their own', () => {
  test('two that issue the same file at the same time issue every case once and end well (E66)', async () => {
    const directory = temporaryDirectory()
    expect((await dcertProcess(directory, 'keys', 'init', '--algorithm', 'p-256', '--json')).code).toBe(0)
    const file = casesFile(...Array.from({ length: 12 }, (_, i) => ({ number: String(501 + i), nameEn: 'LIN' })))
    const ran = await Promise.all([1, 2].map(() => dcertProcess(directory, 'issue', file, '--confirm', '--json')))
    for (const one of ran) {
      expect([one.code, one.stderr]).toEqual([0, ''])
      const { issued, unchanged } = answerOf<{ issued: number; unchanged: number }>(one)
      expect(issued + unchanged).toBe(12)
    }
    const house = await openHouse(directory)
    expect(await house.rows('select count(*) as n from certificate_versions where issued_at is not null')).toEqual([
      { n: 12 },
    ])
    expect(await house.rows('select count(*) as n from documents')).toEqual([{ n: 24 }])
    expect(await house.rows('select count(*) as n from confirmations')).toEqual([{ n: 12 }])
    expect(answerOf(await dcert(directory, 'audit', 'verify', '--json'))).toMatchObject({ whole: true })
  })

  test('wrong usage and a bad setting end with 2 and 1 there too', async () => {
    const directory = temporaryDirectory()
    expect((await dcertProcess(directory, 'verify', '--json')).code).toBe(2)
    const status = await dcertProcess(directory, 'keys', 'status', '--json')
    expect([status.code, answerOf(status)]).toMatchObject([1, { error: { code: 'NOT_FOUND' } }])
  })
})
