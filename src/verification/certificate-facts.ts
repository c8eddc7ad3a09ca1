import { bodyHex, bodyOf, children, type Der, DerError, derOf, expect, readDer, TAG } from './der.ts'

/** What node:crypto does not tell of a certificate (RFC 5280 §4.1, §4.2). */
export type CertificateFacts = {
  /** DER of the Names, and content of the serial number */
  readonly issuer: Buffer
  readonly subject: Buffer
  readonly serial: Buffer
  /** bits of KeyUsage, digitalSignature first; null when the extension is absent */
  readonly keyUsage: ReadonlySet<KeyUsage> | null
  /** object identifiers of ExtendedKeyUsage in hexadecimal */
  readonly extendedKeyUsage: readonly string[]
  readonly isAuthority: boolean
  /** pathLenConstraint; Infinity when none */
  readonly pathLength: number
  /** critical extensions that are not understood: such a certificate is refused (RFC 5280 §4.2) */
  readonly unknownCritical: boolean
  /** signed with SHA-2 and RSA PKCS#1 v1.5 or ECDSA */
  readonly strongAlgorithm: boolean
}

const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
] as const
const MORE_KEY_USAGES = ['keyCertSign', 'cRLSign', 'encipherOnly'] as const
type KeyUsage = (typeof KEY_USAGES)[number] | (typeof MORE_KEY_USAGES)[number]
const BITS: readonly KeyUsage[] = [...KEY_USAGES, ...MORE_KEY_USAGES]

/** id-kp-documentSigning, 1.3.6.1.5.5.7.3.36 (RFC 9336) */
export const DOCUMENT_SIGNING = '2b06010505070324'

const STRONG = new Set([
  '2a864886f70d01010b', // sha256WithRSAEncryption, and 384, 512
  '2a864886f70d01010c',
  '2a864886f70d01010d',
  '2a8648ce3d040302', // ecdsa-with-SHA256, and 384, 512
  '2a8648ce3d040303',
  '2a8648ce3d040304',
])

/** Reads a certificate's fields. Throws DerError. */
export function certificateFacts(der: Buffer): CertificateFacts {
  const outer = expect(readDer(der, 0, der.length), TAG.sequence)
  const [toBeSigned, algorithm] = children(outer)
  const fields = children(expect(toBeSigned, TAG.sequence))
  // version 3 stands first as [0]; only such certificates have extensions
  if (fields[0]?.tag !== TAG.context0) throw new DerError('not an X.509 version 3 certificate')
  const [, serial, , issuer, , subject] = fields
  const [oid] = children(expect(algorithm, TAG.sequence))
  return {
    issuer: derOf(expect(issuer, TAG.sequence)),
    subject: derOf(expect(subject, TAG.sequence)),
    serial: bodyOf(expect(serial, TAG.integer)),
    strongAlgorithm: STRONG.has(bodyHex(expect(oid, TAG.oid))),
    ...readExtensions(fields.find((field) => field.tag === TAG.context3)),
  }
}

type Extensions = Omit<CertificateFacts, 'issuer' | 'subject' | 'serial' | 'strongAlgorithm'>

function readExtensions(field: Der | undefined): Extensions {
  const facts = {
    keyUsage: null as Set<KeyUsage> | null,
    extendedKeyUsage: [] as string[],
    isAuthority: false,
    pathLength: Number.POSITIVE_INFINITY,
    unknownCritical: false,
  }
  if (field === undefined) return facts
  for (const extension of children(expect(children(field)[0], TAG.sequence))) {
    const parts = children(expect(extension, TAG.sequence))
    const oid = bodyHex(expect(parts[0], TAG.oid))
    const octets = expect(parts.at(-1), TAG.octetString)
    const value = readDer(octets.bytes, octets.body, octets.end)
    if (oid === '551d0f') facts.keyUsage = readKeyUsage(expect(value, TAG.bitString))
    else if (oid === '551d25') facts.extendedKeyUsage = children(expect(value, TAG.sequence)).map(bodyHex)
    else if (oid === '551d13') Object.assign(facts, readBasicConstraints(expect(value, TAG.sequence)))
    else if (parts[1]?.tag === TAG.boolean) facts.unknownCritical = true
  }
  return facts
}

function readKeyUsage(value: Der): Set<KeyUsage> {
  const bits = bodyOf(value)
  return new Set(BITS.filter((_, i) => ((bits[1 + (i >> 3)] ?? 0) & (0x80 >> (i & 7))) !== 0))
}

function readBasicConstraints(value: Der): { isAuthority: boolean; pathLength: number } {
  const parts = children(value)
  const length = parts.find((part) => part.tag === TAG.integer)
  return {
    isAuthority: parts[0]?.tag === TAG.boolean && bodyHex(parts[0]) === 'ff',
    pathLength: length === undefined ? Number.POSITIVE_INFINITY : bodyOf(length)[0]!,
  }
}
