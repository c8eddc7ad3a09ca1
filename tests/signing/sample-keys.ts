import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { buildCertificate } from '../../src/signing/build-certificate.ts'
import { type CertificateData, loadCertificateProfile } from '../../src/signing/certificate-profile.ts'
import type { KeyPair } from '../../src/signing/key-algorithms.ts'
import { type Pkcs12Entry, writePkcs12 } from '../../src/signing/write-pkcs12.ts'

export const NOW = new Date('2026-08-01T08:00:00.250Z')
export const PASSWORD = 'correct horse 通關密語'
export const profile = loadCertificateProfile()

export type Issued = KeyPair & { readonly data: CertificateData; readonly certificate: Uint8Array }

export function ecKeys(namedCurve = 'prime256v1'): KeyPair {
  return generateKeyPairSync('ec', { namedCurve })
}

/** A certificate by a P-256 issuer, or by itself. */
export function issue(
  data: CertificateData,
  issuer: Issued | null = null,
  { keys = ecKeys(), now = NOW }: { keys?: KeyPair; now?: Date } = {},
): Issued {
  const by = issuer ?? { ...keys, data: null }
  const certificate = buildCertificate({
    data,
    publicKey: keys.publicKey,
    issuer: { ...by, algorithm: 'p-256' },
    baseUrl: profile.baseUrl,
    now,
  })
  return { ...keys, data, certificate }
}

/** A PKCS#12 file under PASSWORD. */
export function p12Of(entries: readonly Issued[], chain: readonly Issued[], password = PASSWORD): Uint8Array {
  const named = entries.map((entry): Pkcs12Entry => ({ ...entry, name: 'test' }))
  return writePkcs12(
    named,
    chain.map(({ certificate }) => certificate),
    password,
  )
}

/** A directory that is gone when the test has ended. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'dcert-keys-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}
