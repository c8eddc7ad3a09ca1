import { verify } from 'node:crypto'
import { type Cms, readCms } from './cms.ts'
import { DerError } from './der.ts'
import { hasLowS } from './ecdsa-form.ts'
import { type FileDigests, fileDigests } from './file-digests.ts'
import { type SignerPath, signerPath, type TrustAnchors } from './trust.ts'
import type { Check } from './verification-result.ts'

/** Where a signature says that it stands, and where it does. Offsets of the file. */
export type SignaturePlace = {
  /** the numbers of ByteRange as written; null when there is none */
  readonly byteRange: readonly number[] | null
  /** of the Contents string: `start` is its "<", `end` the byte after ">" */
  readonly contents: { readonly start: number; readonly end: number } | null
  /** M of the signature dictionary */
  readonly signedAt: Date | undefined
}

/** What one signature proves. */
export type SignatureFacts = {
  /** ByteRange is [0 a b c] inside the file and its gap is exactly the Contents string */
  readonly framed: boolean
  /** end of what ByteRange covers; 0 when it is malformed */
  readonly coveredTo: number
  readonly cms: Cms | null
  readonly path: SignerPath | null
  /** framed, and the covered bytes are those that the signer signed, whoever that is, the value in its one form */
  readonly consistent: boolean
  /** chain and purpose hold at the time of signing */
  readonly trusted: boolean
  readonly checks: readonly Check[]
}

/** More than any placeholder needs: a timestamp and revocation data fit several times. */
const MAX_CONTENTS = 256 << 10

/** Examines one signature (ISO 32000-2, 12.8.1; RFC 5652 §5.4, §5.6; ETSI EN 319 142-1, 6.3). Does not throw. */
export function examineSignature(
  bytes: Buffer,
  place: SignaturePlace,
  trust: TrustAnchors,
  digests: FileDigests = fileDigests(bytes),
): SignatureFacts {
  const { contents } = place
  const range = wellFormedRange(place.byteRange, bytes.length)
  const framed = range !== null && contents !== null && range.a === contents.start && range.b === contents.end
  const hex = contents === null ? null : decodeContents(bytes, contents.start, contents.end)
  const { cms, problem } = readOrExplain(hex?.der ?? null)
  const path = cms === null ? null : signerPath(trust, cms.certificates, cms.issuer, cms.serial)
  const padded = cms !== null && hex !== null && isZero(hex.der, cms.length)
  const bound = cms?.signingCertificate !== undefined && path !== null && boundToSigner(cms.signingCertificate, path)
  const digest = cms !== null && framed ? digests.covered(range, cms.hash) : null
  const digestAgrees = digest !== null && cms?.messageDigest?.equals(digest) === true
  const signed = cms !== null && path !== null && signatureHolds(cms, path)
  const lone = cms !== null && !cms.hasUnsignedAttributes && !cms.hasSigningTime
  const at = place.signedAt?.getTime()
  const inTime = path === null || at === undefined ? false : at >= path.validFrom && at <= path.validUntil
  const aboutSignature: readonly Check[] = [
    check('byte-range', range !== null, 'four numbers [0 a b c] that lie within the file'),
    check('gap-is-contents', framed, 'what ByteRange leaves out is exactly the Contents string'),
    check('contents-encoding', hex?.canonical === true && padded, 'hexadecimal without gaps, then zeros only'),
    check('cms', cms !== null, problem),
    check('message-digest', digestAgrees, 'the covered bytes have the digest that was signed'),
    check('content-type', cms?.contentTypeIsData === true, 'the signed content type is data'),
    check('signing-certificate', bound, 'signing-certificate-v2 names the signer certificate'),
    check('signature-value', signed, 'the signature value verifies with the signer certificate; by EC, its s is low'),
  ]
  const aboutForm: readonly Check[] = [check('attributes', lone, 'neither signing-time nor unsigned attributes')]
  const aboutSigner: readonly Check[] = [
    check('chain', path?.chained === true, 'the signer certificate leads to a trust anchor'),
    check('certificates', path?.asWritten === true, 'the certificates of the chain, signer first, each once'),
    check('purpose', path?.purpose === true, 'the signer certificate is for signing documents'),
    check('valid-at-signing', inTime, 'all certificates of the chain were valid at the time of signing'),
  ]
  return {
    framed,
    coveredTo: range === null ? 0 : range.b + range.c,
    cms,
    path,
    // Anybody can add unsigned attributes; signing-time only the signer: with it the signature is whole, if not ours.
    consistent: allPassed(aboutSignature) && cms?.hasUnsignedAttributes === false,
    trusted: allPassed(aboutSigner),
    checks: [...aboutSignature, ...aboutForm, ...aboutSigner],
  }
}

function allPassed(checks: readonly Check[]): boolean {
  return checks.every((c) => c.passed === true)
}

export function check(name: string, passed: boolean | null, detail: string): Check {
  return { name, passed, detail }
}

type Range = { readonly a: number; readonly b: number; readonly c: number }

function wellFormedRange(numbers: readonly number[] | null, size: number): Range | null {
  if (numbers === null || numbers.length !== 4 || !numbers.every((n) => Number.isSafeInteger(n) && n >= 0)) return null
  const [zero, a, b, c] = numbers as [number, number, number, number]
  return zero === 0 && a > 0 && b > a && c > 0 && b + c <= size ? { a, b, c } : null
}

/** Decodes `<hex>`: strictly, all digits in one case, so that no byte of it can change unnoticed. */
function decodeContents(bytes: Buffer, start: number, end: number): { der: Buffer; canonical: boolean } | null {
  if (end - start < 4 || end - start > MAX_CONTENTS * 2 || bytes[start] !== 0x3c || bytes[end - 1] !== 0x3e) return null
  const text = bytes.toString('latin1', start + 1, end - 1)
  const der = Buffer.from(text, 'hex')
  const again = der.toString('hex')
  return { der, canonical: again === text }
}

function readOrExplain(der: Buffer | null): { cms: Cms | null; problem: string } {
  if (der === null) return { cms: null, problem: 'there is no Contents to read' }
  try {
    return { cms: readCms(der), problem: 'a detached CMS SignedData of one signer' }
  } catch (error) {
    if (!(error instanceof DerError)) throw error
    return { cms: null, problem: `no CMS of the expected form: ${error.message}` }
  }
}

function isZero(bytes: Buffer, from: number): boolean {
  for (let i = from; i < bytes.length; i += 1) if (bytes[i] !== 0) return false
  return true
}

function boundToSigner(named: NonNullable<Cms['signingCertificate']>, path: SignerPath): boolean {
  return named.digest.equals(named.hash === 'sha256' ? Buffer.from(path.sha256, 'hex') : path.sha384)
}

function signatureHolds(cms: Cms, path: SignerPath): boolean {
  if (path.key.asymmetricKeyType !== cms.key) return false
  if (cms.key === 'ec' && !hasLowS(cms.signature, path.key.asymmetricKeyDetails?.namedCurve)) return false
  try {
    return verify(cms.hash, cms.signedAttributes, path.key, cms.signature)
  } catch {
    // OpenSSL throws for a malformed ECDSA value: that is a signature which does not hold.
    return false
  }
}
