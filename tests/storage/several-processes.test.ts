import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { casesFile } from '../cli/cases.ts'
import { dcert, dcertProcess, type Ran } from '../cli/run.ts'
import { answerOf } from '../support/command-output.ts'
import { approvedCase, openHouse, REPLY } from '../support/house.ts'

const CASES = Array.from({ length: 6 }, (_, i) => ({ number: String(501 + i), nameEn: 'LIN', schoolEn: 'YUZAO' }))
const DOCUMENT = approvedCase().documentNumber

/** What each of several processes at once answered, in order; all ended with 0. */
function answers<T>(ran: readonly Ran[]): T[] {
  for (const one of ran) expect([one.code, one.stderr]).toEqual([0, ''])
  return ran.map((one) => answerOf<T>(one))
}

function sum<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((total, one) => total + of(one), 0)
}

test('several processes that issue, confirm, reissue and revoke the same at once do everything once (E14, E22, E66)', async () => {
  const house = await openHouse()
  await house.app.close()
  const { directory } = house
  const run = (...args: string[]) => dcertProcess(directory, ...args, '--json')
  const cases = casesFile(...CASES)

  const issued = answers<{ issued: number; unchanged: number }>(
    await Promise.all([1, 2, 3].map(() => run('issue', cases))),
  )
  expect(sum(issued, (one) => one.issued)).toBe(6)
  expect(sum(issued, (one) => one.unchanged)).toBe(12)

  const confirmed = answers<{ confirmed: string[]; unchanged: string[] }>(
    await Promise.all([1, 2].map(() => run('confirm', DOCUMENT))),
  )
  expect(sum(confirmed, (one) => one.confirmed.length)).toBe(6)
  expect(sum(confirmed, (one) => one.unchanged.length)).toBe(6)

  const change = ['--reason', 'correction', '--document', REPLY, '--set', '姓名=林坤煊', '--confirm']
  const reissued = answers(await Promise.all([1, 2].map(() => run('reissue', '教字第501號', ...change))))
  expect(reissued).toMatchObject([{ version: 2 }, { version: 2 }])

  const revocation = ['--person', approvedCase().idNumber, '--from-rank', '教授', '--ground', '2', '--document', REPLY]
  // Others look and add at the same time.
  const another = casesFile({ number: '601', idNumber: 'A123456789' })
  const [verified, added, ...revoked] = await Promise.all([
    run('audit', 'verify'),
    run('issue', another, '--confirm'),
    run('revoke', ...revocation),
    run('revoke', ...revocation),
  ])
  expect([verified.code, added.code]).toEqual([0, 0])
  expect(revoked.map(({ code }) => code).sort()).toEqual([0, 1])

  const count = async (what: string) => (await house.rows<{ n: number }>(`select count(*) as n from ${what}`))[0]?.n
  expect(await count('certificates')).toBe(7)
  expect(await count('certificate_versions where issued_at is not null')).toBe(8)
  expect(await count('certificate_versions')).toBe(8)
  expect(await count('documents')).toBe(15)
  expect(await count('confirmations')).toBe(8)
  expect(await count('revocation_acts')).toBe(1)
  expect(await count('revocation_coverage')).toBe(6)
  expect(answerOf(await dcert(directory, 'audit', 'verify', '--json'))).toMatchObject({ whole: true })
  expect(answerOf(await dcert(directory, 'audit', 'documents', '--json'))).toEqual({ documents: 15, problems: [] })
  const out = join(directory, 'out')
  await dcert(directory, 'export', '教字第601號', '--out', out)
  await dcert(directory, 'export', '教字第502號', '--version', '1', '--language', 'en', '--out', out)
  const results = answerOf<{ reason: string }[]>(
    await dcert(
      directory,
      'verify',
      ...readdirSync(out)
        .sort()
        .map((name) => join(out, name)),
      '--json',
    ),
  )
  expect(results.map(({ reason }) => reason)).toEqual(['revoked', 'current'])
}, 120_000)
