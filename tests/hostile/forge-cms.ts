import { createHash, type KeyObject, sign } from 'node:crypto'
import { certificateFacts } from '../../src/verification/certificate-facts.ts'
import { integer, NULL, octets, oid, sequence, set, time, tlv } from '../support/der-writer.ts'
import { lowForm } from '../support/ecdsa-forms.ts'

/** Who signs: a key, and the certificates that go into the CMS, the signer's first. */
export type Hand = { readonly key: KeyObject; readonly chain: readonly Buffer[] }

type Digest = 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512'
type Attribute = 'content-type' | 'message-digest' | 'signing-certificate'

/** What is other than in a signature of ours. */
export type CmsFlaws = {
  readonly digest?: Digest
  readonly certificates?: readonly Buffer[]
  readonly signers?: 0 | 1 | 2
  readonly without?: readonly Attribute[]
  readonly twice?: Attribute
  readonly contentType?: string
  readonly coveredDigest?: Buffer
  readonly namesCertificate?: Buffer
  readonly moreSigned?: readonly Buffer[]
  readonly unsigned?: readonly Buffer[]
  readonly noSignedAttributes?: boolean
  /** the signature value, made of the right one */
  readonly value?: (right: Buffer) => Buffer
  readonly algorithm?: Buffer
  readonly embedded?: Buffer
  readonly crls?: boolean
  readonly version?: number
  readonly bySubjectKey?: boolean
  /** NULL as parameters of the digest algorithm: of the message, of the signer, or of both */
  readonly digestNull?: readonly ('message' | 'signer')[]
  /** the other signer of two */
  readonly second?: Hand
}

const DIGESTS: Readonly<Record<Digest, string>> = {
  md5: '1.2.840.113549.2.5',
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
}
const SIGNATURES: Readonly<Record<'rsa' | 'ec', Partial<Record<Digest, string>>>> = {
  rsa: {
    md5: '1.2.840.113549.1.1.4',
    sha1: '1.2.840.113549.1.1.5',
    sha256: '1.2.840.113549.1.1.11',
    sha384: '1.2.840.113549.1.1.12',
    sha512: '1.2.840.113549.1.1.13',
  },
  ec: {
    sha1: '1.2.840.10045.4.1',
    sha256: '1.2.840.10045.4.3.2',
    sha384: '1.2.840.10045.4.3.3',
    sha512: '1.2.840.10045.4.3.4',
  },
}

export function attribute(type: string, value: Buffer): Buffer {
  return sequence(oid(type), set(value))
}

export function signingTime(date: Date): Buffer {
  return attribute('1.2.840.113549.1.9.5', time(date))
}

/** A detached CMS SignedData over the bytes, as PAdES baseline B-B but for the flaws. */
export function cmsBy(hand: Hand, covered: Buffer, flaws: CmsFlaws = {}): Buffer {
  const digest = flaws.digest ?? (hand.key.asymmetricKeyDetails?.namedCurve === 'secp384r1' ? 'sha384' : 'sha256')
  const infos = [signerInfo(hand, covered, digest, flaws)]
  if (flaws.signers === 2) infos.push(signerInfo(flaws.second ?? hand, covered, digest, flaws))
  const certificates = flaws.certificates ?? [...hand.chain, ...(flaws.second?.chain ?? [])]
  const content = flaws.embedded === undefined ? [] : [tlv(0xa0, octets(flaws.embedded))]
  const data = sequence(
    integer(flaws.version ?? 1),
    set(digestIn('message', digest, flaws)),
    sequence(oid('1.2.840.113549.1.7.1'), ...content),
    ...(certificates.length === 0 ? [] : [tlv(0xa0, ...certificates)]),
    ...(flaws.crls === true ? [tlv(0xa1, sequence(NULL))] : []),
    flaws.signers === 0 ? set() : set(...infos),
  )
  return sequence(oid('1.2.840.113549.1.7.2'), tlv(0xa0, data))
}

function digestIn(place: 'message' | 'signer', digest: Digest, flaws: CmsFlaws): Buffer {
  return sequence(oid(DIGESTS[digest]), ...(flaws.digestNull?.includes(place) === true ? [NULL] : []))
}

function signerInfo(hand: Hand, covered: Buffer, digest: Digest, flaws: CmsFlaws): Buffer {
  const own = certificateFacts(hand.chain[0]!)
  const attributes = set(...signedAttributes(hand, covered, digest, flaws))
  const tagged = Buffer.from(attributes)
  tagged[0] = 0xa0
  const bare = flaws.noSignedAttributes === true
  const right = lowForm(sign(digest, bare ? covered : attributes, hand.key), hand.key)
  const value = flaws.value?.(right) ?? right
  const type = hand.key.asymmetricKeyType === 'rsa' ? 'rsa' : 'ec'
  const identifier = sequence(
    oid(SIGNATURES[type][digest] ?? SIGNATURES[type].sha256!),
    ...(type === 'rsa' ? [NULL] : []),
  )
  return sequence(
    integer(flaws.bySubjectKey === true ? 3 : 1),
    flaws.bySubjectKey === true ? tlv(0x80, Buffer.alloc(20, 7)) : sequence(own.issuer, tlv(2, own.serial)),
    digestIn('signer', digest, flaws),
    ...(bare ? [] : [tagged]),
    flaws.algorithm ?? identifier,
    octets(value),
    ...(flaws.unsigned === undefined ? [] : [tlv(0xa1, ...flaws.unsigned)]),
  )
}

function signedAttributes(hand: Hand, covered: Buffer, digest: Digest, flaws: CmsFlaws): Buffer[] {
  const named = createHash('sha256')
    .update(flaws.namesCertificate ?? hand.chain[0]!)
    .digest()
  const all: Readonly<Record<Attribute, Buffer>> = {
    'content-type': attribute('1.2.840.113549.1.9.3', oid(flaws.contentType ?? '1.2.840.113549.1.7.1')),
    'message-digest': attribute(
      '1.2.840.113549.1.9.4',
      octets(flaws.coveredDigest ?? createHash(digest).update(covered).digest()),
    ),
    'signing-certificate': attribute('1.2.840.113549.1.9.16.2.47', sequence(sequence(sequence(octets(named))))),
  }
  const kept = (Object.keys(all) as Attribute[]).filter((name) => flaws.without?.includes(name) !== true)
  const twice = flaws.twice === undefined ? [] : [all[flaws.twice]]
  return [...kept.map((name) => all[name]), ...twice, ...(flaws.moreSigned ?? [])]
}

/** The same message with an outer length that is not given (BER, X.690 8.1.3.6), which DER forbids. */
export function indefinite(der: Buffer): Buffer {
  const head = der[1]! < 0x80 ? 2 : 2 + (der[1]! & 0x7f)
  return Buffer.concat([Buffer.from([0x30, 0x80]), der.subarray(head), Buffer.from([0, 0])])
}
