import { randomBytes, X509Certificate } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildCertificate } from './build-certificate.ts'
import { type CertificateProfile, loadCertificateProfile } from './certificate-profile.ts'
import { generateKeys, type KeyPair } from './key-algorithms.ts'
import { type KeysStatus, statusOf } from './keys-status.ts'
import { openKeystore } from './keystore.ts'
import { publishDirectory } from './publish-directory.ts'
import { type KeystorePaths, keystorePathsIn } from './read-keystore.ts'
import type { SignatureAlgorithm } from './signer.ts'
import { writePkcs12 } from './write-pkcs12.ts'

export type DevelopmentPki = KeystorePaths & {
  readonly directory: string
  /** PEM of the trust anchor. */
  readonly root: string
  /** Where the former keys were moved by `force`, or null. */
  readonly replaced: string | null
  readonly status: KeysStatus
}

/**
 * Makes root CA, issuing CA and document-signing certificate with new keys, all of one algorithm, and keeps them in a
 * directory that appears whole or not at all: keystore.p12 and ca.p12 with a password file each (0600), and
 * root.pem, issuing-ca.pem, signer.pem. The keystore is opened once before it gets its name.
 * @param input.now begin of the certificates' validity
 * @param input.force replaces keys that are there; they are moved aside, not deleted
 * @throws AppError CONFLICT when there are keys already or another run was faster, INVALID_INPUT for a bad profile
 */
export async function initDevelopmentPki(input: {
  directory: string
  algorithm: SignatureAlgorithm
  now: Date
  profile?: CertificateProfile
  force?: boolean
}): Promise<DevelopmentPki> {
  const { directory, algorithm, now, force = false } = input
  const profile = input.profile ?? loadCertificateProfile()
  const paths = keystorePathsIn(directory)
  let status: KeysStatus | undefined
  const { replaced } = await publishDirectory(directory, force, async (temporary) => {
    const pki = await issueCertificates(profile, algorithm, now)
    const password = newPassword()
    const p12 = writePkcs12([pki.signer], [pki.issuing.certificate, pki.root.certificate], password)
    const opened = { p12, password, now, source: paths.keystore }
    openKeystore(opened)
    status = statusOf(opened)
    await writeKeys(temporary, pki, p12, password)
  })
  return { ...paths, directory, root: join(directory, 'root.pem'), replaced, status: status! }
}

type Issued = KeyPair & { readonly certificate: Uint8Array; readonly name: string }
type IssuedPki = Readonly<Record<'root' | 'issuing' | 'signer', Issued>>

async function issueCertificates(
  { certificates, baseUrl }: CertificateProfile,
  algorithm: SignatureAlgorithm,
  now: Date,
): Promise<IssuedPki> {
  const [root, issuing, signer] = await Promise.all([
    generateKeys(algorithm),
    generateKeys(algorithm),
    generateKeys(algorithm),
  ])
  const issue = (who: keyof IssuedPki, keys: KeyPair, by: KeyPair, issuer: keyof IssuedPki | null): Issued => {
    const issuedBy = { data: issuer === null ? null : certificates[issuer], algorithm, ...by }
    const request = { data: certificates[who], publicKey: keys.publicKey, issuer: issuedBy, baseUrl, now }
    return { ...keys, certificate: buildCertificate(request), name: `dcert ${who}` }
  }
  return {
    root: issue('root', root, root, null),
    issuing: issue('issuing', issuing, root, 'root'),
    signer: issue('signer', signer, issuing, 'issuing'),
  }
}

async function writeKeys(directory: string, pki: IssuedPki, p12: Uint8Array, password: string): Promise<void> {
  const caPassword = newPassword()
  const secret = (name: string, content: Uint8Array | string) =>
    writeFile(join(directory, name), content, { mode: 0o600, flag: 'wx', flush: true })
  const open = (name: string, { certificate }: Issued) =>
    writeFile(join(directory, name), new X509Certificate(certificate).toString(), {
      mode: 0o644,
      flag: 'wx',
      flush: true,
    })
  await secret('keystore.p12', p12)
  await secret('keystore-password', `${password}\n`)
  await secret('ca.p12', writePkcs12([pki.root, pki.issuing], [], caPassword))
  await secret('ca-password', `${caPassword}\n`)
  await open('root.pem', pki.root)
  await open('issuing-ca.pem', pki.issuing)
  await open('signer.pem', pki.signer)
}

/** 256 random bits in 43 characters that every shell and program takes as they are. */
function newPassword(): string {
  return randomBytes(32).toString('base64url')
}
