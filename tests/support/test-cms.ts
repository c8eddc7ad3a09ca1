import { createHash, sign, X509Certificate } from 'node:crypto'
import { integer, NULL, octets, oid, sequence, set, time, tlv } from './der-writer.ts'
import { lowForm, otherForm } from './ecdsa-forms.ts'
import { hashOf, type Identity, nameOf, signatureAlgorithm, type TestPki } from './test-pki.ts'

/** What a test leaves out of a CMS, or makes wrong. */
export type CmsFlaws = {
  readonly signers?: 1 | 2
  readonly contentType?: string
  readonly withoutSigningCertificate?: boolean
  readonly wrongSigningCertificate?: boolean
  readonly withSigningTime?: boolean
  readonly withUnsignedAttribute?: boolean
  readonly wrongDigest?: boolean
  /** signs the attributes as they stand, with tag [0], which RFC 5652 §5.4 forbids */
  readonly signsContextTag?: boolean
  readonly chain?: readonly Identity[]
  readonly embedded?: Uint8Array
  readonly rsaEncryptionOid?: boolean
  /** (r, n - s) in place of (r, s): who has no key can make it */
  readonly highS?: boolean
  /** NULL as parameters of the digest algorithm, in both places or in one */
  readonly digestNull?: 'both' | 'message' | 'signer'
}

/** Signs bytes as a detached CMS SignedData with the attributes of PAdES baseline B-B. */
export function signCms(covered: Uint8Array, pki: TestPki, flaws: CmsFlaws = {}): Buffer {
  const { signer } = pki
  const hash = hashOf(signer.kind)
  const digest = oid(hash === 'sha384' ? '2.16.840.1.101.3.4.2.2' : '2.16.840.1.101.3.4.2.1')
  const digestIn = (place: 'message' | 'signer'): Buffer =>
    flaws.digestNull === 'both' || flaws.digestNull === place ? sequence(digest, NULL) : sequence(digest)
  const info = signerInfo(covered, signer, pki.issuing.name, digestIn('signer'), flaws)
  const content = flaws.embedded === undefined ? [] : [tlv(0xa0, octets(flaws.embedded))]
  const signedData = sequence(
    integer(1),
    set(digestIn('message')),
    sequence(oid('1.2.840.113549.1.7.1'), ...content),
    tlv(0xa0, ...(flaws.chain ?? [signer, pki.issuing]).map((identity) => identity.der)),
    set(...Array.from({ length: flaws.signers ?? 1 }, () => info)),
  )
  return sequence(oid('1.2.840.113549.1.7.2'), tlv(0xa0, signedData))
}

function signerInfo(covered: Uint8Array, signer: Identity, issuer: string, digest: Buffer, flaws: CmsFlaws): Buffer {
  const hash = hashOf(signer.kind)
  const attributes = set(...signedAttributes(createHash(hash).update(covered).digest(), signer, flaws))
  const tagged = Buffer.from(attributes)
  tagged[0] = 0xa0
  const low = lowForm(sign(hash, flaws.signsContextTag === true ? tagged : attributes, signer.key), signer.key)
  const signature = flaws.highS === true ? otherForm(low, signer.key.asymmetricKeyDetails!.namedCurve!) : low
  const serial = Buffer.from(new X509Certificate(signer.der).serialNumber, 'hex')
  return sequence(
    integer(1),
    sequence(nameOf(issuer), tlv(2, serial)),
    digest,
    tagged,
    flaws.rsaEncryptionOid === true ? sequence(oid('1.2.840.113549.1.1.1'), NULL) : signatureAlgorithm(signer.kind),
    octets(signature),
    ...(flaws.withUnsignedAttribute === true ? [tlv(0xa1, attribute('1.2.3.4', NULL))] : []),
  )
}

function signedAttributes(digest: Buffer, signer: Identity, flaws: CmsFlaws): Buffer[] {
  const shown = flaws.wrongDigest === true ? createHash('sha256').update('other').digest() : digest
  const named = createHash('sha256')
    .update(flaws.wrongSigningCertificate === true ? 'other' : signer.der)
    .digest()
  const all = [
    attribute('1.2.840.113549.1.9.3', oid(flaws.contentType ?? '1.2.840.113549.1.7.1')),
    attribute('1.2.840.113549.1.9.4', octets(shown)),
  ]
  if (flaws.withoutSigningCertificate !== true) {
    all.push(attribute('1.2.840.113549.1.9.16.2.47', sequence(sequence(sequence(octets(named))))))
  }
  if (flaws.withSigningTime === true) all.push(attribute('1.2.840.113549.1.9.5', time(new Date('2024-05-01'))))
  return all
}

function attribute(type: string, value: Buffer): Buffer {
  return sequence(oid(type), set(value))
}
