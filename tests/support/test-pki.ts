import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto'
import { integer, NULL, octets, oid, sequence, set, TRUE, time, tlv, utf8 } from './der-writer.ts'

export type KeyKind = 'rsa-2048' | 'p-256' | 'p-384'

/** A certificate with its private key. */
export type Identity = { readonly kind: KeyKind; readonly key: KeyObject; readonly der: Buffer; readonly name: string }

/** A root, an issuing CA and a document signer: what an issuer has. */
export type TestPki = { readonly root: Identity; readonly issuing: Identity; readonly signer: Identity }

export type CertificateOptions = {
  readonly kind?: KeyKind
  readonly from?: string
  readonly until?: string
  readonly authority?: boolean
  readonly pathLength?: number
  /** last byte of the KeyUsage BIT STRING and its unused bits, e.g. [6, 0xc0] for digitalSignature + nonRepudiation */
  readonly keyUsage?: readonly [number, number] | null
  readonly extendedKeyUsage?: string | null
  readonly criticalUnknown?: boolean
  readonly serial?: number
}

const DOCUMENT_SIGNING = '1.3.6.1.5.5.7.3.36'
const SIGNING: readonly [number, number] = [6, 0xc0]
const CERTIFYING: readonly [number, number] = [1, 0x06]
let serials = 0x1000

/** Signature algorithm identifiers of RFC 5754 and RFC 5758. */
export function signatureAlgorithm(kind: KeyKind): Buffer {
  if (kind === 'rsa-2048') return sequence(oid('1.2.840.113549.1.1.11'), NULL)
  return sequence(oid(kind === 'p-384' ? '1.2.840.10045.4.3.3' : '1.2.840.10045.4.3.2'))
}

export function hashOf(kind: KeyKind): 'sha256' | 'sha384' {
  return kind === 'p-384' ? 'sha384' : 'sha256'
}

/** Makes a certificate; without an issuer it is self-signed. */
export function makeCertificate(name: string, issuer: Identity | null, options: CertificateOptions = {}): Identity {
  const kind = options.kind ?? 'p-256'
  const pair =
    kind === 'rsa-2048'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: kind === 'p-384' ? 'P-384' : 'P-256' })
  const by = issuer ?? { kind, key: pair.privateKey, name }
  serials += 1
  const toBeSigned = sequence(
    tlv(0xa0, integer(2)),
    integer(options.serial ?? serials),
    signatureAlgorithm(by.kind),
    nameOf(by.name),
    sequence(time(new Date(options.from ?? '2020-01-01')), time(new Date(options.until ?? '2045-01-01'))),
    nameOf(name),
    pair.publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(...keyIdentifiers(pair.publicKey, issuer), ...extensions(options))),
  )
  const signature = sign(hashOf(by.kind), toBeSigned, by.key)
  const der = sequence(toBeSigned, signatureAlgorithm(by.kind), tlv(3, Buffer.from([0]), signature))
  return { kind, key: pair.privateKey, der, name }
}

export function nameOf(commonName: string): Buffer {
  return sequence(
    set(sequence(oid('2.5.4.6'), tlv(0x13, Buffer.from('TW')))),
    set(sequence(oid('2.5.4.3'), utf8(commonName))),
  )
}

function extensions(options: CertificateOptions): Buffer[] {
  const authority = options.authority === true
  const usage = options.keyUsage === undefined ? (authority ? CERTIFYING : SIGNING) : options.keyUsage
  const purpose = options.extendedKeyUsage === undefined && !authority ? DOCUMENT_SIGNING : options.extendedKeyUsage
  const length = options.pathLength === undefined ? [] : [integer(options.pathLength)]
  const all = [sequence(oid('2.5.29.19'), TRUE, octets(authority ? sequence(TRUE, ...length) : sequence()))]
  if (usage !== null) all.push(sequence(oid('2.5.29.15'), TRUE, octets(tlv(3, Buffer.from(usage)))))
  if (purpose !== null && purpose !== undefined) all.push(sequence(oid('2.5.29.37'), octets(sequence(oid(purpose)))))
  if (options.criticalUnknown === true) all.push(sequence(oid('1.3.6.1.4.1.32473.9'), TRUE, octets(NULL)))
  return all
}

export function makePki(kind: KeyKind = 'p-256', name = 'dcert test', signer: CertificateOptions = {}): TestPki {
  const root = makeCertificate(`${name} root`, null, { kind, authority: true, pathLength: 1 })
  const issuing = makeCertificate(`${name} issuing CA`, root, { kind, authority: true, pathLength: 0 })
  return { root, issuing, signer: makeCertificate(`${name} signer`, issuing, { kind, ...signer }) }
}

/** SubjectKeyIdentifier and AuthorityKeyIdentifier (RFC 5280 §4.2.1.1, §4.2.1.2) */
function keyIdentifiers(own: KeyObject, issuer: Identity | null): Buffer[] {
  const subject = sequence(oid('2.5.29.14'), octets(octets(keyIdentifier(own))))
  if (issuer === null) return [subject]
  const authority = sequence(tlv(0x80, keyIdentifier(createPublicKey(issuer.key))))
  return [subject, sequence(oid('2.5.29.35'), octets(authority))]
}

function keyIdentifier(key: KeyObject): Buffer {
  return createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest()
}

export function pemOf(identity: Identity): string {
  return new X509Certificate(identity.der).toString()
}
