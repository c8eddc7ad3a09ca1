/** Asks the judges, and writes docs/conformance.md from what they say. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ApprovedCase } from '../../src/approvals/approved-case.ts'
import { KEY_ALGORITHMS } from '../../src/signing/key-algorithms.ts'
import type { SignatureAlgorithm } from '../../src/signing/signer.ts'
import { type IssuingHouse, issueFiles, type JudgedFile } from './conformance/issue-files.ts'
import { JUDGE_NAMES, JUDGES, type Judge, type Judgement, judge, requireJudges } from './conformance/judges.ts'
import { randomCases } from './conformance/random-cases.ts'
import { CONTROLS } from './conformance/spoilt-files.ts'
import { STORIES } from './conformance/stories.ts'
import { conformancePage, withoutDebianVersions } from './conformance/table.ts'

const PAGE = join(import.meta.dirname, '../../docs/conformance.md')
const SEED = 20_261_121
const ALGORITHMS = Object.keys(KEY_ALGORITHMS) as SignatureAlgorithm[]
const LANGUAGES = ['zh-TW', 'en'] as const
/** Of RSA and EC one each: the controls are about the judges. */
const CONTROL_ALGORITHMS = ['rsa-2048', 'p-256'] as const

const RANDOM = randomCases(100, SEED).map((of, i) => ({
  of,
  algorithm: ALGORITHMS[i % ALGORITHMS.length] as SignatureAlgorithm,
}))

const KINDS = STORIES.flatMap(({ of, kinds }) =>
  Object.entries(kinds).flatMap(([version, kind]) =>
    LANGUAGES.flatMap((language) =>
      ALGORITHMS.map((algorithm) => ({ kind, language, algorithm, of, version: Number(version) })),
    ),
  ),
)
const SPOILT = CONTROLS.flatMap((control) => CONTROL_ALGORITHMS.map((algorithm) => ({ ...control, algorithm })))

let work: string
let houses: Record<SignatureAlgorithm, IssuingHouse>
let spoilt: JudgedFile[]
let said: Judgement
let committed: string
let page: string

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'dcert-conformance-'))
  requireJudges()
  const issued: [SignatureAlgorithm, IssuingHouse][] = []
  for (const algorithm of ALGORITHMS) {
    const others = RANDOM.filter((one) => one.algorithm === algorithm).map(({ of }) => of)
    issued.push([algorithm, await issueFiles(join(work, algorithm), algorithm, STORIES, others)])
  }
  houses = Object.fromEntries(issued) as Record<SignatureAlgorithm, IssuingHouse>
  spoilt = []
  for (const { algorithm, make } of SPOILT) {
    const file = houses[algorithm].file((STORIES[0] as (typeof STORIES)[0]).of, 1, 'zh-TW')
    spoilt.push(await make(file, houses[algorithm], houses[algorithm === 'p-256' ? 'rsa-2048' : 'p-256']))
  }
  said = await judge([...KINDS.map(fileOf), ...RANDOM.flatMap(filesOf), ...spoilt])
  committed = readFileSync(PAGE, { encoding: 'utf8', flag: 'a+' })
  page = conformancePage(findings())
  writeFileSync(PAGE, page)
}, 900_000)
afterAll(() => rmSync(work, { recursive: true, force: true }))

describe('every judge accepts every kind of file, whatever the key', () => {
  test.each(KINDS)('$kind, $language, $algorithm', (kind) => {
    const accepted = Object.fromEntries(JUDGE_NAMES.map((name) => [name, JUDGES[name].accepts]))
    expect(said.of(fileOf(kind))).toEqual(accepted)
  })
})

test.each(JUDGE_NAMES)(`%s accepts both files of each of 100 certificates with random names (seed ${SEED})`, (name) => {
  const files = RANDOM.flatMap((one) => filesOf(one).map((file) => ({ of: one.of, file })))
  expect(files).toHaveLength(200)
  const refused = files.filter(({ file }) => !accepts(name, file))
  expect(refused.map(({ of, file }) => ({ says: said.of(file)[name], of, file: file.path }))).toEqual([])
})

describe('a file that is not right is refused by who must see it', () => {
  test.each(SPOILT.map((control, i) => ({ ...control, i })))('$title, $algorithm', ({ refusedBy, i }) => {
    // A judge that breaks down does not say these words either.
    expect(said.of(spoilt[i] as JudgedFile)).toMatchObject(
      Object.fromEntries(Object.entries(refusedBy).map(([name, words]) => [name, expect.stringContaining(words)])),
    )
  })

  test.each(JUDGE_NAMES)(
    '%s has refused something, in words that it does not say of a file that it accepts',
    (name) => {
      const words = CONTROLS.flatMap(({ refusedBy }) => refusedBy[name] ?? [])
      expect(words).not.toEqual([])
      for (const one of words) expect(JUDGES[name].accepts).not.toContain(one)
    },
  )
})

test.runIf(process.env.CI)(
  'docs/conformance.md is what the judges say (with CI set: without, a run may change it)',
  () => {
    const message = 'docs/conformance.md is not what the judges say; the run has written the new one: commit it'
    expect(withoutDebianVersions(page), message).toBe(withoutDebianVersions(committed))
  },
)

function fileOf({ algorithm, of, version, language }: (typeof KINDS)[number]): JudgedFile {
  return houses[algorithm].file(of, version, language)
}

function filesOf({ algorithm, of }: { algorithm: SignatureAlgorithm; of: ApprovedCase }): JudgedFile[] {
  return LANGUAGES.map((language) => houses[algorithm].file(of, 1, language))
}

function accepts(name: Judge, file: JudgedFile): boolean {
  return said.of(file)[name] === JUDGES[name].accepts
}

function findings(): Parameters<typeof conformancePage>[0] {
  const counts = (algorithms: readonly SignatureAlgorithm[]): string[] => {
    const files = RANDOM.filter(({ algorithm }) => algorithms.includes(algorithm)).flatMap(filesOf)
    return JUDGE_NAMES.map((name) => `${files.filter((file) => accepts(name, file)).length} of ${files.length}`)
  }
  return {
    versions: said.versions,
    kinds: KINDS.map((kind) => ({
      what: [kind.kind, kind.language, kind.algorithm],
      verdict: said.of(fileOf(kind)),
    })),
    random: {
      seed: SEED,
      rows: [...ALGORITHMS.map((algorithm) => [algorithm, ...counts([algorithm])]), ['all', ...counts(ALGORITHMS)]],
    },
    controls: SPOILT.map(({ title, algorithm }, i) => ({
      what: [title, algorithm],
      verdict: said.of(spoilt[i] as JudgedFile),
    })),
  }
}
