import type { KeyObject, X509Certificate } from 'node:crypto'
import type * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'
import { algorithmOfKey } from './key-algorithms.ts'

/** Why a keystore is refused; `message` is shown and says what to do. */
export type KeystoreProblem = { readonly reason: KeystoreRefusal; readonly message: string }

export type KeystoreRefusal =
  | 'not-pkcs12'
  | 'unsupported'
  | 'wrong-password'
  | 'no-key'
  | 'several-keys'
  | 'key-mismatch'
  | 'weak-key'
  | 'broken-chain'
  | 'key-usage'
  | 'key-purpose'
  | 'not-yet-valid'
  | 'expired'

/** id-kp-documentSigning, RFC 9336. */
const DOCUMENT_SIGNING = '1.3.6.1.5.5.7.3.36'

/** Everything that can be wrong with a readable keystore, in the order in which a person would mend it. */
export function keystoreProblems(
  { certificate, chain, privateKey }: { certificate: X509Certificate; chain: IssuerChain; privateKey: KeyObject },
  now: Date,
): KeystoreProblem[] {
  return [
    weakKey(privateKey),
    brokenChain(chain),
    wrongKeyUsage(certificate),
    wrongKeyPurpose(certificate),
    ...[certificate, ...chain.issuers].map((one) => outsideValidity(one, now)),
  ].filter((problem) => problem !== null)
}

export type IssuerChain = {
  /** The issuing CA first; the root last, when the file has it. */
  readonly issuers: readonly X509Certificate[]
  /** Whether the last one is self-signed. */
  readonly complete: boolean
  /** What stands in the file and is not part of the chain. */
  readonly unused: readonly X509Certificate[]
}

/** Follows issuer names, key identifiers and signatures from the certificate upwards (RFC 5280 §6.1.3 a). */
export function issuerChain(certificate: X509Certificate, others: readonly X509Certificate[]): IssuerChain {
  const issuers: X509Certificate[] = []
  let unused = others.filter((other) => !other.raw.equals(certificate.raw))
  for (let current = certificate; ; ) {
    if (isIssuedBy(current, current)) return { issuers, complete: true, unused }
    const issuer = unused.find((other) => other.ca && isIssuedBy(current, other))
    if (issuer === undefined) return { issuers, complete: false, unused }
    issuers.push(issuer)
    unused = unused.filter((other) => other !== issuer)
    current = issuer
  }
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
}

/** The root may be missing from the file, the issuer of the signing certificate may not. */
function brokenChain({ issuers, complete, unused }: IssuerChain): KeystoreProblem | null {
  if (issuers.length > 0 && (complete || unused.length === 0)) return null
  return problem(
    'broken-chain',
    '檔案裡的憑證沒有連成一條憑證鏈。請把簽發簽章憑證的 CA 憑證（一路到根憑證）一起放進 PKCS#12。',
  )
}

function weakKey(key: KeyObject): KeystoreProblem | null {
  const { algorithm, found } = algorithmOfKey(key)
  if (algorithm !== null) return null
  return problem('weak-key', `金鑰是 ${found}，不能使用。請改用 RSA 2048、RSA 3072、EC P-256 或 EC P-384 的金鑰。`)
}

/** Both bits of signatures (RFC 5280 §4.2.1.3), as the profile has them and the verification asks for them. */
function wrongKeyUsage(certificate: X509Certificate): KeystoreProblem | null {
  const SIGNATURE_BITS = 0xc0
  const usage = pkijs.Certificate.fromBER(certificate.raw).extensions?.find(({ extnID }) => extnID === '2.5.29.15')
  const bits = (usage?.parsedValue as asn1js.BitString | undefined)?.valueBlock.valueHexView[0] ?? 0
  if ((bits & SIGNATURE_BITS) === SIGNATURE_BITS) return null
  return problem(
    'key-usage',
    '憑證的金鑰用途（keyUsage）缺少 digitalSignature 或 nonRepudiation，不能用來簽章。請向憑證機構申請簽章用的憑證。',
  )
}

function wrongKeyPurpose(certificate: X509Certificate): KeystoreProblem | null {
  // Node calls the purposes of the extended key usage `keyUsage`.
  const purposes: readonly string[] = certificate.keyUsage ?? []
  if (purposes.includes(DOCUMENT_SIGNING)) return null
  return problem(
    'key-purpose',
    `憑證的擴充金鑰用途（extendedKeyUsage）沒有 ${DOCUMENT_SIGNING}（文件簽章）。請向憑證機構申請文件簽章用的憑證。`,
  )
}

function outsideValidity(certificate: X509Certificate, now: Date): KeystoreProblem | null {
  const { validFromDate: from, validToDate: until } = certificate
  const name = oneLineName(certificate.subject)
  if (now < from) {
    return problem(
      'not-yet-valid',
      `憑證「${name}」從 ${from.toISOString()} 起才有效。請確認電腦的時間，或等到那時再用。`,
    )
  }
  // notAfter itself is included, to its last millisecond (RFC 5280 §4.1.2.5).
  if (now.getTime() >= until.getTime() + 1000) {
    return problem('expired', `憑證「${name}」已於 ${until.toISOString()} 到期。請換上新的憑證與金鑰。`)
  }
  return null
}

/** Node gives a distinguished name with one attribute a line. */
export function oneLineName(name: string): string {
  return name.split('\n').join(', ')
}

function problem(reason: KeystoreRefusal, message: string): KeystoreProblem {
  return { reason, message }
}
