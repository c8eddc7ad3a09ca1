import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, onTestFinished } from 'vitest'
import { type App, openApp } from '../../src/app.ts'
import type { ApprovedCase, Rank } from '../../src/approvals/approved-case.ts'
import { confirmCertificate, unconfirmCertificate } from '../../src/certificates/confirm-certificate.ts'
import { type IssueResult, type Issuing, issueCertificate } from '../../src/certificates/issue-certificate.ts'
import { type ReissueReason, reissueCertificate } from '../../src/certificates/reissue-certificate.ts'
import { reinstateCertificates, revokeCertificates } from '../../src/certificates/revoke-certificates.ts'
import { readConfig } from '../../src/config.ts'
import type { Clock } from '../../src/shared/clock.ts'
import { initDevelopmentPki } from '../../src/signing/development-pki.ts'
import type { SignatureAlgorithm } from '../../src/signing/signer.ts'
import type { VerificationResult } from '../../src/verification/verification-result.ts'
import { readRows, runSql } from './raw-sql.ts'
import { registerUrl } from './register.ts'

/** The day on which tests take place; keys are older, the sample cases too. */
export const TODAY = new Date('2026-08-03T02:00:00Z')
const KEYS_MADE = new Date('2026-01-05T00:00:00Z')
export const ACTOR = 'cli:tester'
/** the number of a reply of the ministry */
export const REPLY = '1150000321'

/** A whole dcert in a directory of its own: real keys, a real register; gone when the test has ended. */
export type House = {
  readonly app: App
  readonly directory: string
  readonly clock: Clock & { advance(seconds: number): void }
  issuing(): Promise<Issuing>
  issue(approved?: Partial<ApprovedCase>): Promise<IssueResult>
  confirm(id: string): ReturnType<typeof confirmCertificate>
  unconfirm(id: string): ReturnType<typeof unconfirmCertificate>
  reissue(id: string, set: Record<string, string>, reason?: ReissueReason): ReturnType<typeof reissueCertificate>
  revoke(fromRank: Rank, idNumber?: string, dryRun?: boolean): ReturnType<typeof revokeCertificates>
  reinstate(act: string): ReturnType<typeof reinstateCertificates>
  /** the kept bytes of one version and language */
  file(id: string, version?: number, language?: 'zh-TW' | 'en'): Promise<Buffer>
  verify(bytes: Buffer): Promise<VerificationResult>
  /** raw SQL on a connection of its own, as somebody with the database in hand could run it */
  sql(...statements: readonly string[]): Promise<void>
  rows<T = Record<string, unknown>>(query: string): Promise<T[]>
}

let keys: Promise<string> | undefined
const makers = new Map<string, Issuing['maker']>()

/** Makes the keys once per test file: `keys` and nothing else lies in the directory. */
function keysDirectory(): Promise<string> {
  keys ??= (async () => {
    const directory = mkdtempSync(join(tmpdir(), 'dcert-pki-'))
    await initDevelopmentPki({ directory: join(directory, 'keys'), algorithm: 'p-256', now: KEYS_MADE })
    return directory
  })()
  return keys
}

afterAll(async () => {
  if (keys !== undefined) rmSync(await keys, { recursive: true, force: true })
})

/** A directory that is gone when the test has ended. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'dcert-house-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** A data directory with keys and no register. */
export async function dataDirectory(algorithm: SignatureAlgorithm | 'any' = 'any'): Promise<string> {
  const directory = temporaryDirectory()
  if (algorithm === 'any') cpSync(await keysDirectory(), directory, { recursive: true })
  else await initDevelopmentPki({ directory: join(directory, 'keys'), algorithm, now: KEYS_MADE })
  return directory
}

function movableClock(): House['clock'] {
  let at = TODAY.getTime()
  return {
    now: () => new Date(at),
    advance: (seconds) => {
      at += seconds * 1000
    },
  }
}

/** Opens a house; in the data directory of another one when told, and with a register elsewhere. */
export async function openHouse(directory?: string, register?: string): Promise<House> {
  const own = directory ?? (await dataDirectory())
  mkdirSync(own, { recursive: true })
  const clock = movableClock()
  const url = register ?? (await registerUrl(own))
  const environment = {
    DCERT_DATA_DIR: own,
    DCERT_DATABASE_URL: url,
    DCERT_LOG_LEVEL: 'silent',
    // How full the disk of this machine is, is not what is tested.
    DCERT_MIN_FREE_DISK: '0',
    DCERT_PUBLIC_URL: 'https://verify.example.tw',
  }
  const app = await openApp(readConfig(environment), clock)
  onTestFinished(() => app.close())

  /** Fonts and templates are opened once per test file: they are the same in every house with the same keys. */
  async function issuing(): Promise<Issuing> {
    const opened = await app.issuing()
    const key = app
      .trust()
      .roots.map((root) => root.fingerprint256)
      .join()
    const maker = makers.get(key) ?? opened.maker
    makers.set(key, maker)
    return { ...opened, maker }
  }

  return {
    app,
    directory: own,
    clock,
    issuing,
    issue: async (approved = {}) => issueCertificate(approvedCase(approved), ACTOR, await issuing()),
    confirm: (id) => confirmCertificate(id, ACTOR, app),
    unconfirm: (id) => unconfirmCertificate(id, ACTOR, app),
    reissue: async (certificateId, set, reason = 'correction') =>
      reissueCertificate({ certificateId, reason, documentNumber: REPLY, set }, ACTOR, await issuing()),
    revoke: (fromRank, idNumber = approvedCase().idNumber, dryRun = false) =>
      revokeCertificates({ idNumber, fromRank, ground: 2, documentNumber: '1150000777', dryRun }, ACTOR, app),
    reinstate: (act) => reinstateCertificates({ act, documentNumber: '1150000888', reason: '訴願有理由' }, ACTOR, app),
    async file(id, version = 1, language = 'zh-TW') {
      const files = await app.reading.certificates.listFiles(id, version)
      const sha256 = files.find((one) => one.language === language)?.sha256 ?? 'none'
      const bytes = await app.reading.documents.find(sha256)
      if (bytes === undefined) throw new Error(`nothing is kept of ${id} version ${version} ${language}`)
      return bytes
    },
    verify: (bytes) => app.verification().verifyFile(bytes),
    sql: (...statements) => runSql(url, statements),
    rows: (query) => readRows(url, query),
  }
}

/** A case of 教授 林堃煊, with an English name unless told otherwise. */
export function approvedCase(changes: Partial<ApprovedCase> = {}): ApprovedCase {
  return {
    documentNumber: '1140018806',
    number: '149903',
    rank: 'professor',
    name: '林堃煊',
    idNumber: 'A123456707',
    birthDate: '1976-01-02',
    sex: 'male',
    schoolCode: '0998',
    school: '國立玉藻大學',
    seniorityFrom: '2024-08',
    issuedOn: '2025-02-25',
    category: '專門著作-學術',
    result: '審定通過',
    supportsElectronic: true,
    nameEn: null,
    schoolEn: null,
    email: null,
    ...changes,
  }
}

/** The words of the error that a command is refused with, and its code. */
export async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('this was not refused')
}

/** Writes a file into a directory, gives its path. */
export function writeInto(directory: string, name: string, content: string | Uint8Array): string {
  const path = join(directory, name)
  writeFileSync(path, content)
  return path
}
