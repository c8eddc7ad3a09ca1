import type { X509Certificate } from 'node:crypto'
import { certificateFacts } from './certificate-facts.ts'
import { examineSignature, type SignatureFacts } from './examine-signature.ts'
import { type Budget, spendTime } from './pdf-error.ts'
import { findRawSignatures, type RawSignature } from './raw-signatures.ts'
import type { TrustAnchors } from './trust.ts'

/**
 * What one signature-like place in a file turned out to be:
 * whole: ours, and what it covers is as we signed it; altered: ours, in its place, but something no longer agrees;
 * displaced: ours, but no longer where it says it stands; foreign: somebody else's, and whole; unclear: none of these.
 */
export type Claim = {
  readonly kind: 'whole' | 'altered' | 'displaced' | 'foreign' | 'unclear'
  readonly coveredTo: number
  /** offset of Contents */
  readonly start: number
  /** in its place, and a CMS by its first bytes, readable or not */
  readonly framedCms: boolean
  /** ByteRange frames its Contents and reaches past the end of the file */
  readonly cutOff: boolean
  readonly facts: SignatureFacts
}

/** id-signedData, 1.2.840.113549.1.7.2, as a CMS begins with it (RFC 5652 §3) */
const SIGNED_DATA = '06092a864886f70d010702'

/** More than any CMS of ours has; a stranger's gap may be as wide as the file. */
const MAX_DIGITS = 512 << 10

/** Judges every signature-like place of the raw bytes. Throws PdfError `limit`. */
export function judgeSignatures(bytes: Buffer, trust: TrustAnchors, budget: Budget): Claim[] {
  const ids = authorityIds(trust)
  return findRawSignatures(bytes, budget).map((raw) => {
    spendTime(budget)
    return judge(bytes, raw, trust, ids)
  })
}

function judge(bytes: Buffer, raw: RawSignature, trust: TrustAnchors, ids: readonly Buffer[]): Claim {
  const facts = examineAt(bytes, raw, 0, trust)
  const [, a = 0, b = 0, c = 0] = raw.byteRange ?? []
  const cutOff = a === raw.start && b === raw.end && b + c > bytes.length
  const hex = bytes.toString('latin1', raw.start, Math.min(raw.end, raw.start + MAX_DIGITS))
  const framedCms = facts.framed && hex.slice(0, 48).toLowerCase().includes(SIGNED_DATA)
  const { coveredTo } = facts
  const result = (kind: Claim['kind']): Claim => ({ kind, start: raw.start, coveredTo, framedCms, cutOff, facts })
  const claimsUs = namesAuthority(hex, ids)
  // Certificates are not signed: anybody can put one beside ours, or swap them.
  if (facts.consistent && isOurs(facts)) return result(facts.path?.asWritten === true ? 'whole' : 'altered')
  if (facts.consistent) return result(facts.path?.chained !== true && claimsUs ? 'altered' : 'foreign')
  if (!isOurs(facts) && !claimsUs) return result('unclear')
  return result(raw.inPlace || wholeBehindPrefix(bytes, raw, trust) ? 'altered' : 'displaced')
}

/** Signed by a document signer of ours, whatever the time. */
export function isOurs(facts: SignatureFacts): boolean {
  return facts.path?.chained === true && facts.path.purpose
}

function examineAt(bytes: Buffer, raw: RawSignature, shift: number, trust: TrustAnchors): SignatureFacts {
  const contents = { start: raw.start - shift, end: raw.end - shift }
  const place = { byteRange: raw.byteRange, contents, signedAt: undefined }
  return examineSignature(shift === 0 ? bytes : bytes.subarray(shift), place, trust)
}

/** Was only something put before a whole file of ours? */
function wholeBehindPrefix(bytes: Buffer, raw: RawSignature, trust: TrustAnchors): boolean {
  const shift = raw.start - (raw.byteRange?.[1] ?? raw.start)
  if (shift <= 0 || bytes.toString('latin1', shift, shift + 5) !== '%PDF-') return false
  return examineAt(bytes, raw, shift, trust).consistent
}

/**
 * Byte strings that certificates issued under our anchors contain: the anchor's key identifier, or its name where it
 * has none. They tell a damaged signature of ours from a stranger's; no trust rests on them.
 */
export function authorityIds(trust: TrustAnchors): Buffer[] {
  return trust.roots.map((root) => keyIdentifier(root) ?? certificateFacts(root.raw).subject)
}

function keyIdentifier(root: X509Certificate): Buffer | undefined {
  const at = root.raw.indexOf(Buffer.from('0603551d0e0416', 'hex'))
  // 2.5.29.14, OCTET STRING of an OCTET STRING of 20 bytes (RFC 5280 §4.2.1.2, method 1)
  return at < 0 || root.raw[at + 7] !== 0x04 || root.raw[at + 8] !== 20 ? undefined : root.raw.subarray(at + 9, at + 29)
}

/** Does a hexadecimal string, perhaps damaged in one place, hold one of these? Half of one is telling enough. */
export function namesAuthority(hex: string, ids: readonly Buffer[]): boolean {
  const text = hex.toLowerCase()
  return ids.some((id) => {
    const wanted = id.toString('hex')
    return text.includes(wanted.slice(0, wanted.length / 2)) || text.includes(wanted.slice(wanted.length / 2))
  })
}
