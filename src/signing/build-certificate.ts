import { type KeyObject, randomBytes } from 'node:crypto'
import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'
import { certificateExtensions } from './certificate-extensions.ts'
import { type CertificateData, endOfValidity, type NameAttribute } from './certificate-profile.ts'
import { KEY_ALGORITHMS, signBytes } from './key-algorithms.ts'
import type { SignatureAlgorithm } from './signer.ts'

export type CertificateRequest = {
  readonly data: CertificateData
  readonly publicKey: KeyObject
  /** Who signs; `data` is null when the certificate signs itself. */
  readonly issuer: {
    readonly data: CertificateData | null
    readonly publicKey: KeyObject
    readonly privateKey: KeyObject
    readonly algorithm: SignatureAlgorithm
  }
  readonly baseUrl: string
  /** Begin of the validity; milliseconds are dropped, as certificates know seconds only. */
  readonly now: Date
}

/** An X.509 v3 certificate (RFC 5280 §4.1) as DER, with a random serial number of 127 bits. */
export function buildCertificate({ data, publicKey, issuer, baseUrl, now }: CertificateRequest): Uint8Array {
  const notBefore = new Date(Math.floor(now.getTime() / 1000) * 1000)
  const certificate = new pkijs.Certificate({
    version: 2,
    serialNumber: new asn1js.Integer({ valueHex: randomSerial() }),
    signature: signatureIdentifier(issuer.algorithm),
    issuer: distinguishedName(issuer.data ?? data),
    notBefore: time(notBefore),
    notAfter: time(endOfValidity(notBefore, data.validity)),
    subject: distinguishedName(data),
    subjectPublicKeyInfo: pkijs.PublicKeyInfo.fromBER(publicKey.export({ type: 'spki', format: 'der' })),
    extensions: certificateExtensions(data, publicKey, issuer.data === null ? null : issuer.publicKey, baseUrl),
    signatureAlgorithm: signatureIdentifier(issuer.algorithm),
  })
  const toBeSigned = certificate.encodeTBS().toBER(false)
  certificate.tbs = toBeSigned
  const signature = signBytes(issuer.algorithm, issuer.privateKey, new Uint8Array(toBeSigned))
  certificate.signatureValue = new asn1js.BitString({ valueHex: signature })
  return new Uint8Array(certificate.toSchema(false).toBER(false))
}

/** Positive and without a leading zero byte: the highest bit is 0, the next one 1 (RFC 5280 §4.1.2.2). */
function randomSerial(): ArrayBuffer {
  const bytes = new Uint8Array(randomBytes(16))
  bytes[0] = (bytes[0]! & 0x7f) | 0x40
  return bytes.buffer
}

/** UTCTime until 2049, GeneralizedTime from 2050 (RFC 5280 §4.1.2.5). */
function time(value: Date): pkijs.Time {
  return new pkijs.Time({ type: value.getUTCFullYear() < 2050 ? 0 : 1, value })
}

const NAME_OID: Readonly<Record<NameAttribute, string>> = {
  C: '2.5.4.6',
  ST: '2.5.4.8',
  L: '2.5.4.7',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  CN: '2.5.4.3',
}

/**
 * One attribute to a relative name, as is customary; given `typesAndValues`, pkijs 4 would write all of them
 * into one multi-valued RDN. UTF8String, save for the country, which X.520 §6.3.1 makes a PrintableString.
 */
function distinguishedName({ subject }: CertificateData): pkijs.RelativeDistinguishedNames {
  const names = (Object.entries(subject) as [NameAttribute, string][]).map(([attribute, value]) => {
    const text = attribute === 'C' ? new asn1js.PrintableString({ value }) : new asn1js.Utf8String({ value })
    const typeAndValue = new pkijs.AttributeTypeAndValue({ type: NAME_OID[attribute], value: text })
    return new asn1js.Set({ value: [typeAndValue.toSchema()] })
  })
  return new pkijs.RelativeDistinguishedNames({ schema: reread(new asn1js.Sequence({ value: names })) })
}

/** pkijs keeps a name's bytes as they were read; a schema that was never encoded has none. */
function reread(schema: asn1js.BaseBlock): asn1js.BaseBlock {
  return asn1js.fromBER(schema.toBER(false)).result
}

function signatureIdentifier(algorithm: SignatureAlgorithm): pkijs.AlgorithmIdentifier {
  const { signatureOid, nullParameters } = KEY_ALGORITHMS[algorithm]
  return new pkijs.AlgorithmIdentifier({
    algorithmId: signatureOid,
    ...(nullParameters ? { algorithmParams: new asn1js.Null() } : {}),
  })
}
