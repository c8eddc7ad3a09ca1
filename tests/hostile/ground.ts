import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, openApp } from '../../src/app.ts'
import { confirmCertificate } from '../../src/certificates/confirm-certificate.ts'
import { issueCertificate } from '../../src/certificates/issue-certificate.ts'
import { readConfig } from '../../src/config.ts'
import { type DevelopmentPki, initDevelopmentPki } from '../../src/signing/development-pki.ts'
import { readPkcs12 } from '../../src/signing/read-pkcs12.ts'
import { approvedCase } from '../support/house.ts'
import { type Identity, makeCertificate, pemOf } from '../support/test-pki.ts'
import type { Hand } from './forge-cms.ts'
import type { AuthoritySigner, Base, Keys } from './hostile-file.ts'
import { partsOf } from './pdf-parts.ts'

/** A register with certificates of two keys, and everything an attacker could have in hands. */
export type Ground = {
  /** what a process needs to verify by this register */
  readonly environment: Readonly<Record<string, string>>
  /** issued and confirmed, by an RSA and by an EC key, in both languages; nobody changes them */
  readonly bases: readonly Base[]
  readonly keys: Keys
  /** Opens a verifying house in this process; the caller closes it. */
  openVerifier(): Promise<App>
  remove(): void
}

const ALGORITHMS = ['p-256', 'rsa-2048'] as const
const MADE = new Date('2026-01-05T00:00:00Z')
const clock = { now: () => new Date('2026-08-03T02:00:00Z') }
const ACTOR = 'cli:tester'
/** with them there is a certificate in English too */
const ENGLISH = { nameEn: 'LIN, KUN-HSUAN', schoolEn: 'National Yuzao University' }

/** The environment of this process without settings of dcert, so that a process started by a test reads only the test's. */
export function withoutSettings(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('DCERT_')))
}

/** Issues the certificates that hostile files are made of. Takes a second or two. */
export async function prepareGround(): Promise<Ground> {
  const directory = mkdtempSync(join(tmpdir(), 'dcert-hostile-'))
  try {
    mkdirSync(join(directory, 'trust'))
    const { keys, root } = await makeKeys(directory)
    writeFileSync(join(directory, 'trust', 'authority.pem'), root)
    const environment = {
      DCERT_DATA_DIR: directory,
      DCERT_DATABASE_URL: `sqlite:${join(directory, 'dcert.sqlite')}`,
      DCERT_PUBLIC_URL: 'https://verify.example.tw',
      DCERT_LOG_LEVEL: 'silent',
      DCERT_RATE_LIMIT: '0',
    }
    const bases: Base[] = []
    for (const algorithm of ALGORITHMS) bases.push(...(await issueByKey(directory, algorithm, environment)))
    return {
      environment: { ...environment, DCERT_ROLES: 'verifier' },
      bases,
      keys,
      openVerifier: () => openApp(readConfig({ ...environment, DCERT_ROLES: 'verifier' }), clock),
      remove: () => rmSync(directory, { recursive: true, force: true }),
    }
  } catch (error) {
    rmSync(directory, { recursive: true, force: true })
    throw error
  }
}

async function issueByKey(
  directory: string,
  algorithm: (typeof ALGORITHMS)[number],
  environment: Readonly<Record<string, string>>,
): Promise<Base[]> {
  const pki = await initDevelopmentPki({ directory: join(directory, algorithm), algorithm, now: MADE })
  copyFileSync(pki.root, join(directory, 'trust', `${algorithm}.pem`))
  const paths = { DCERT_KEYSTORE: pki.keystore, DCERT_KEYSTORE_PASSWORD_FILE: pki.passwordFile }
  const app = await openApp(readConfig({ ...environment, ...paths }), clock)
  try {
    const number = String(149903 + ALGORITHMS.indexOf(algorithm))
    const { certificate } = await issueCertificate(approvedCase({ ...ENGLISH, number }), ACTOR, await app.issuing())
    await confirmCertificate(certificate.id, ACTOR, app)
    const files = await app.reading.certificates.listFiles(certificate.id, 1)
    const kept = await Promise.all(
      files.map(async ({ language, sha256 }) => ({ language, bytes: await app.reading.documents.find(sha256!) })),
    )
    return kept.map(({ language, bytes }) => ({
      name: `${algorithm} ${language}`,
      bytes: bytes!,
      parts: partsOf(bytes!),
      hand: handIn(pki),
      other: kept.find((one) => one.language !== language)!.bytes!,
    }))
  } finally {
    await app.close()
  }
}

/** The signing key itself, as a thief would have it. */
function handIn(pki: DevelopmentPki): Hand {
  const password = readFileSync(pki.passwordFile, 'utf8').trim()
  const opened = readPkcs12(readFileSync(pki.keystore), password)
  if (typeof opened === 'string') throw new Error(opened)
  const pems = ['signer.pem', 'issuing-ca.pem'].map((name) => readFileSync(join(pki.directory, name), 'utf8'))
  return {
    key: opened.keys[0]!,
    chain: pems.map((pem) => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64')),
  }
}

async function makeKeys(directory: string): Promise<{ keys: Keys; root: string }> {
  const stranger = authorityOf('Somebody else')
  const own = authorityOf('Second authority')
  const namesakes = { directory: join(directory, 'namesake'), algorithm: 'p-256', now: MADE } as const
  return {
    keys: {
      stranger: handWith(makeCertificate('Somebody', stranger.issuing), stranger.issuing),
      namesake: handIn(await initDevelopmentPki(namesakes)),
      authority: authoritySigners(own.root, own.issuing),
    },
    root: pemOf(own.root),
  }
}

function authorityOf(name: string): { root: Identity; issuing: Identity } {
  const root = makeCertificate(`${name} root`, null, { authority: true, pathLength: 1 })
  return { root, issuing: makeCertificate(`${name} issuing CA`, root, { authority: true, pathLength: 0 }) }
}

function authoritySigners(root: Identity, issuing: Identity): Readonly<Record<AuthoritySigner, Hand>> {
  const signer = (options: Parameters<typeof makeCertificate>[2]): Hand =>
    handWith(makeCertificate('Signer', issuing, options), issuing)
  const below = makeCertificate('CA below the issuing CA', issuing, { authority: true })
  const good = makeCertificate('Signer', issuing)
  const expiredCa = makeCertificate('Expired CA', root, { authority: true, until: '2024-01-01' })
  const wide = makeCertificate('Signer that is a CA', root, { authority: true })
  return {
    good: handWith(good, issuing),
    p384: signer({ kind: 'p-384' }),
    rsa: signer({ kind: 'rsa-2048' }),
    expired: signer({ until: '2024-01-01' }),
    notYetValid: signer({ from: '2027-01-01' }),
    webServer: signer({ extendedKeyUsage: '1.3.6.1.5.5.7.3.1' }),
    withoutPurpose: signer({ extendedKeyUsage: null }),
    withoutNonRepudiation: signer({ keyUsage: [7, 0x80] }),
    certifying: handWith(wide),
    root: handWith(root),
    issuingCa: handWith(issuing),
    belowSigner: handWith(makeCertificate('Below a signer', good), good, issuing),
    tooLongPath: handWith(makeCertificate('Signer', below), below, issuing),
    unknownCritical: signer({ criticalUnknown: true }),
    underExpiredCa: handWith(makeCertificate('Signer', expiredCa), expiredCa),
  }
}

function handWith(signer: Identity, ...authorities: readonly Identity[]): Hand {
  return { key: signer.key, chain: [signer, ...authorities].map(({ der }) => der) }
}
