import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { type ApprovedCase, RANKS } from '../../src/approvals/approved-case.ts'
import { checkIdNumber } from '../../src/shared/id-number.ts'
import { approvedCase } from '../support/house.ts'
import { dcert } from './dcert-process.ts'
import { openSite } from './open-site.ts'
import type { Site } from './site.ts'

export const ALGORITHMS = ['p-256', 'rsa-2048'] as const
export type Algorithm = (typeof ALGORITHMS)[number]

export const DOCUMENT = '1140018806'
const PERSONS = 6
/** those of one person, one per rank from 講師 to 教授; every third has an English version besides */
export const CASES: readonly ApprovedCase[] = Array.from({ length: PERSONS }, (_, person) => casesOf(person)).flat()

/** One that has an English version. */
export const BILINGUAL = `教字第${CASES.find(({ rank, nameEn }) => rank === 'professor' && nameEn !== null)!.number}號`

/** The person whose certificates are revoked, and the one whose certificate is made anew. */
export const REVOKED = CASES[0]!.idNumber
export const REISSUED = `教字第${CASES.at(-1)!.number}號`

function casesOf(person: number): ApprovedCase[] {
  const idNumber = validIdNumber(person)
  return RANKS.map((rank, index) => {
    const english = (person * RANKS.length + index) % 3 === 0
    return approvedCase({
      documentNumber: DOCUMENT,
      number: String(150_000 + person * 10 + index),
      rank,
      idNumber,
      nameEn: english ? 'LIN KUN XUAN' : null,
      schoolEn: english ? 'Yuzao University' : null,
    })
  })
}

function validIdNumber(person: number): string {
  const begin = `A1${String(2_345_670 + person)}`
  const numbers = Array.from({ length: 10 }, (_, last) => `${begin}${last}`)
  return numbers.find((number) => checkIdNumber(number).valid)!
}

const files = mkdtempSync(join(tmpdir(), 'dcert-crash-cases-'))

/** All cases, and the first quarter of them. */
export const CASES_FILE = casesFile('cases.json', CASES)
const SOME_FILE = casesFile('some.json', CASES.slice(0, CASES.length / 4))

function casesFile(name: string, cases: readonly ApprovedCase[]): string {
  const path = join(files, name)
  writeFileSync(path, JSON.stringify(cases, null, 2))
  return path
}

/** What a register holds before the command that is killed, by the commands that came before. */
const EARLIER = {
  nothing: [],
  some: [['issue', SOME_FILE, '--confirm']],
  issued: [['issue', CASES_FILE]],
  confirmed: [['issue', CASES_FILE, '--confirm']],
  revoked: [
    ['issue', CASES_FILE, '--confirm'],
    ['revoke', '--person', REVOKED, '--from-rank', '副教授', '--ground', '二', '--document', '1150000777'],
  ],
} as const
export type Ground = keyof typeof EARLIER

const grounds = new Map<string, Promise<Site>>()

/** The keys and the register before; made once, to be copied and left alone. */
export function ground(kind: Ground, algorithm: Algorithm): Promise<Site> {
  const name = `${kind} ${algorithm}`
  const made = grounds.get(name) ?? makeGround(kind, algorithm)
  grounds.set(name, made)
  return made
}

async function makeGround(kind: Ground, algorithm: Algorithm): Promise<Site> {
  const site = await openSite()
  for (const args of [['keys', 'init', '--algorithm', algorithm], ...EARLIER[kind]]) {
    const { code, stderr } = await dcert(site, ...args)
    if (code !== 0) throw new Error(`${args.join(' ')}: ${stderr}`)
  }
  return site
}

afterAll(async () => {
  for (const site of grounds.values()) await (await site).end()
  rmSync(files, { recursive: true, force: true })
})
