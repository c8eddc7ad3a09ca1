import { createHash, type KeyObject, X509Certificate } from 'node:crypto'
import { type CertificateFacts, certificateFacts, DOCUMENT_SIGNING } from './certificate-facts.ts'

/** The certificates that a path must end in. Made by `trustAnchors`. */
export type TrustAnchors = { readonly roots: readonly X509Certificate[] }

/** What the certificates of a CMS prove, apart from time. */
export type SignerPath = {
  /** SHA-256 of the signer's certificate, lower-case hex */
  readonly sha256: string
  readonly sha384: Buffer
  readonly key: KeyObject
  /** the path ends in a trust anchor, every signature and CA right in it holds */
  readonly chained: boolean
  /** RFC 9336 document signing, with digitalSignature and nonRepudiation */
  readonly purpose: boolean
  /**
   * the certificates are those of the path as we write them: the signer, then its issuers in order, each once, no root.
   * They are not signed: anybody can add, repeat and swap them.
   */
  readonly asWritten: boolean
  /** every certificate of the path is valid from … until, ms since 1970; an empty span when not chained */
  readonly validFrom: number
  readonly validUntil: number
}

const MAX_PATH = 5
const MAX_KEPT = 256
const kept = new WeakMap<TrustAnchors, Map<string, SignerPath | null>>()

/** Reads trust anchors from PEM (any number in one text) or DER. Throws what node:crypto throws for no certificate. */
export function trustAnchors(sources: readonly (string | Uint8Array)[]): TrustAnchors {
  return { roots: sources.flatMap(readCertificates) }
}

function readCertificates(source: string | Uint8Array): X509Certificate[] {
  const text = typeof source === 'string' ? source : Buffer.from(source).toString('latin1')
  if (!text.includes('-----BEGIN')) return [new X509Certificate(source)]
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  return blocks.map((block) => new X509Certificate(block))
}

/**
 * Finds the signer among the certificates of a CMS (by issuer and serial number) and its path to a trust anchor
 * (RFC 5280 §6, without revocation and time). Kept by the certificates' hash. Null when the signer cannot be read.
 */
export function signerPath(
  trust: TrustAnchors,
  certificates: readonly Buffer[],
  issuer: Buffer,
  serial: Buffer,
): SignerPath | null {
  const hash = createHash('sha256').update(issuer).update(serial)
  for (const certificate of certificates) hash.update(certificate)
  const id = hash.digest('base64')
  const paths = kept.get(trust) ?? new Map<string, SignerPath | null>()
  kept.set(trust, paths)
  const known = paths.get(id)
  if (known !== undefined) return known
  const path = findPath(trust, certificates, issuer, serial)
  // Strangers fill this too: it stays small.
  if (paths.size >= MAX_KEPT) paths.delete(paths.keys().next().value!)
  paths.set(id, path)
  return path
}

type Candidate = {
  readonly der: Buffer
  readonly x509: X509Certificate
  readonly key: KeyObject
  readonly facts: CertificateFacts
}

function findPath(
  trust: TrustAnchors,
  certificates: readonly Buffer[],
  issuer: Buffer,
  serial: Buffer,
): SignerPath | null {
  const given = certificates.map(readCandidate)
  const signer = given.find((c) => c?.facts.issuer.equals(issuer) && c.facts.serial.equals(serial))
  if (signer === undefined || signer === null) return null
  const anchors = trust.roots.map((root) => readCandidate(root.raw)).filter((c) => c !== null)
  const path = climb(
    [signer],
    given.filter((c) => c !== null),
    anchors,
  )
  return {
    sha256: createHash('sha256').update(signer.x509.raw).digest('hex'),
    sha384: createHash('sha384').update(signer.x509.raw).digest(),
    key: signer.key,
    chained: path !== null,
    purpose: isDocumentSigner(signer.facts),
    asWritten: path !== null && isAsWritten(certificates, path),
    validFrom: path === null ? Number.POSITIVE_INFINITY : Math.max(...path.map((c) => Date.parse(c.x509.validFrom))),
    validUntil: path === null ? Number.NEGATIVE_INFINITY : Math.min(...path.map((c) => Date.parse(c.x509.validTo))),
  }
}

function isAsWritten(certificates: readonly Buffer[], path: readonly Candidate[]): boolean {
  const written = path.filter((c, i) => i === 0 || !c.facts.subject.equals(c.facts.issuer))
  return certificates.length === written.length && written.every((c, i) => certificates[i]!.equals(c.der))
}

function readCandidate(der: Buffer): Candidate | null {
  try {
    const x509 = new X509Certificate(der)
    return { der, x509, key: x509.publicKey, facts: certificateFacts(der) }
  } catch (error) {
    // OpenSSL or the DER reader refuses it: what is not a certificate is simply no candidate.
    if (error instanceof Error) return null
    throw error
  }
}

function climb(path: Candidate[], given: readonly Candidate[], anchors: readonly Candidate[]): Candidate[] | null {
  const last = path.at(-1)!
  if (anchors.some((anchor) => anchor.x509.raw.equals(last.x509.raw))) return path
  if (path.length >= MAX_PATH) return null
  for (const next of [...anchors, ...given]) {
    if (path.includes(next) || !issued(next, last, path.length - 1)) continue
    const found = climb([...path, next], given, anchors)
    if (found !== null) return found
  }
  return null
}

/** May and did `authority` issue `subject`, with `below` CA certificates between it and the signer? (RFC 5280 §6.1.4) */
function issued(authority: Candidate, subject: Candidate, below: number): boolean {
  const { facts } = authority
  if (!facts.subject.equals(subject.facts.issuer) || !facts.isAuthority || facts.pathLength < below) return false
  if (facts.keyUsage !== null && !facts.keyUsage.has('keyCertSign')) return false
  if (facts.unknownCritical || subject.facts.unknownCritical || !subject.facts.strongAlgorithm) return false
  if (!isStrongKey(authority.key) || !isStrongKey(subject.key)) return false
  return subject.x509.checkIssued(authority.x509) && subject.x509.verify(authority.key)
}

function isStrongKey(key: KeyObject): boolean {
  const details = key.asymmetricKeyDetails
  if (key.asymmetricKeyType === 'rsa') return (details?.modulusLength ?? 0) >= 2048
  const curve = details?.namedCurve ?? ''
  return key.asymmetricKeyType === 'ec' && ['prime256v1', 'secp384r1', 'secp521r1'].includes(curve)
}

function isDocumentSigner(facts: CertificateFacts): boolean {
  const usage = facts.keyUsage
  const signs = usage?.has('digitalSignature') === true && usage.has('nonRepudiation')
  return signs && facts.extendedKeyUsage.includes(DOCUMENT_SIGNING) && !facts.isAuthority
}
