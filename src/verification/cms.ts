import { bodyHex, bodyOf, children, type Der, DerError, derOf, expect, readDer, TAG } from './der.ts'

/** A CMS SignedData of the one form that PAdES baseline B-B needs (RFC 5652, ETSI EN 319 142-1 clause 6). */
export type Cms = {
  readonly length: number
  readonly certificates: readonly Buffer[]
  /** SHA-256 or SHA-384, of message digest and signature alike */
  readonly hash: 'sha256' | 'sha384'
  readonly key: 'rsa' | 'ec'
  /** DER of the issuer's Name, and the serial number's content */
  readonly issuer: Buffer
  readonly serial: Buffer
  /** attributes to be digested: their DER re-tagged as SET (RFC 5652 §5.4) */
  readonly signedAttributes: Buffer
  readonly contentTypeIsData: boolean
  readonly messageDigest: Buffer | undefined
  /** certHash of the first ESSCertIDv2 (RFC 5035), and the hash it names */
  readonly signingCertificate: { readonly hash: 'sha256' | 'sha384'; readonly digest: Buffer } | undefined
  readonly hasSigningTime: boolean
  readonly hasUnsignedAttributes: boolean
  readonly signature: Buffer
}

const OID = {
  data: '2a864886f70d010701',
  signedData: '2a864886f70d010702',
  contentType: '2a864886f70d010903',
  messageDigest: '2a864886f70d010904',
  signingTime: '2a864886f70d010905',
  signingCertificateV2: '2a864886f70d010910022f',
} as const

/**
 * Without parameters, as we write them. NULL, which RFC 5754 §2 has readers accept, is left out: it is not signed, so
 * anybody could add it.
 */
const DIGESTS: Readonly<Record<string, 'sha256' | 'sha384'>> = {
  '0609608648016503040201': 'sha256',
  '0609608648016503040202': 'sha384',
}

/**
 * Signature algorithms that name their hash. rsaEncryption, which RFC 3370 also allows, is left out: one form per
 * key, so that no byte of the CMS can change without the check noticing.
 */
const SIGNATURES: Readonly<Record<string, { key: 'rsa' | 'ec'; hash: 'sha256' | 'sha384' }>> = {
  '06092a864886f70d01010b0500': { key: 'rsa', hash: 'sha256' },
  '06092a864886f70d01010c0500': { key: 'rsa', hash: 'sha384' },
  '06082a8648ce3d040302': { key: 'ec', hash: 'sha256' },
  '06082a8648ce3d040303': { key: 'ec', hash: 'sha384' },
}

/** Reads the CMS that stands at the beginning of `bytes`; what follows it is the caller's concern. Throws DerError. */
export function readCms(bytes: Buffer): Cms {
  const outer = expect(readDer(bytes, 0, bytes.length), TAG.sequence)
  const [type, wrapped, ...more] = children(outer)
  if (bodyHex(expect(type, TAG.oid)) !== OID.signedData || more.length > 0) throw new DerError('no SignedData')
  const [signedData, ...rest] = children(expect(wrapped, TAG.context0))
  if (rest.length > 0) throw new DerError('more than one SignedData')
  const [version, digests, content, certificates, signers, ...extra] = children(expect(signedData, TAG.sequence))
  // With certificates of the X.509 kind and content of type data the version is 1; no CRLs (RFC 5652 §5.1).
  if (bodyHex(expect(version, TAG.integer)) !== '01' || extra.length > 0)
    throw new DerError('SignedData of another form')
  const [digest, ...moreDigests] = children(expect(digests, TAG.set))
  const hash = DIGESTS[bodyHex(expect(digest, TAG.sequence))]
  if (hash === undefined || moreDigests.length > 0) throw new DerError('digest algorithm of another form')
  const [contentType, ...embedded] = children(expect(content, TAG.sequence))
  if (bodyHex(expect(contentType, TAG.oid)) !== OID.data || embedded.length > 0) throw new DerError('not detached')
  const all = children(expect(certificates, TAG.context0))
  if (all.length === 0 || all.length > 8) throw new DerError('number of certificates')
  const [signer, ...others] = children(expect(signers, TAG.set))
  if (others.length > 0) throw new DerError('more than one signer')
  return {
    length: outer.end,
    certificates: all.map((certificate) => derOf(expect(certificate, TAG.sequence))),
    ...readSigner(expect(signer, TAG.sequence), derOf(digest!), hash),
  }
}

function readSigner(signer: Der, digestAlgorithm: Buffer, hash: Cms['hash']): Omit<Cms, 'length' | 'certificates'> {
  const [version, identifier, digest, attributes, algorithm, signature, unsigned, ...extra] = children(signer)
  if (bodyHex(expect(version, TAG.integer)) !== '01' || extra.length > 0)
    throw new DerError('SignerInfo of another form')
  const [issuer, serial] = children(expect(identifier, TAG.sequence))
  if (!derOf(expect(digest, TAG.sequence)).equals(digestAlgorithm)) throw new DerError('two digest algorithms')
  const found = SIGNATURES[bodyHex(expect(algorithm, TAG.sequence))]
  if (found === undefined || found.hash !== hash) throw new DerError('signature algorithm of another form')
  const signedAttributes = Buffer.from(derOf(expect(attributes, TAG.context0)))
  signedAttributes[0] = TAG.set
  if (unsigned !== undefined) expect(unsigned, TAG.context1)
  return {
    hash,
    key: found.key,
    issuer: derOf(expect(issuer, TAG.sequence)),
    serial: bodyOf(expect(serial, TAG.integer)),
    signedAttributes,
    ...readAttributes(attributes!),
    hasUnsignedAttributes: unsigned !== undefined,
    signature: bodyOf(expect(signature, TAG.octetString)),
  }
}

type Attributes = Pick<Cms, 'contentTypeIsData' | 'messageDigest' | 'signingCertificate' | 'hasSigningTime'>

function readAttributes(attributes: Der): Attributes {
  const values = new Map<string, Der>()
  for (const attribute of children(attributes)) {
    const [type, set] = children(expect(attribute, TAG.sequence))
    const [value, ...more] = children(expect(set, TAG.set))
    const oid = bodyHex(expect(type, TAG.oid))
    if (value === undefined || more.length > 0 || values.has(oid)) throw new DerError('attribute not single')
    values.set(oid, value)
  }
  const contentType = values.get(OID.contentType)
  const messageDigest = values.get(OID.messageDigest)
  const signingCertificate = values.get(OID.signingCertificateV2)
  return {
    contentTypeIsData: contentType?.tag === TAG.oid && bodyHex(contentType) === OID.data,
    messageDigest: messageDigest?.tag === TAG.octetString ? bodyOf(messageDigest) : undefined,
    signingCertificate: signingCertificate === undefined ? undefined : readSigningCertificate(signingCertificate),
    hasSigningTime: values.has(OID.signingTime),
  }
}

/** SigningCertificateV2 (RFC 5035 §3): SHA-256 unless it says otherwise. */
function readSigningCertificate(value: Der): NonNullable<Cms['signingCertificate']> {
  const [list] = children(expect(value, TAG.sequence))
  const [first] = children(expect(list, TAG.sequence))
  const parts = children(expect(first, TAG.sequence))
  const named = parts[0]?.tag === TAG.sequence ? DIGESTS[bodyHex(parts[0])] : 'sha256'
  const digest = expect(parts[0]?.tag === TAG.sequence ? parts[1] : parts[0], TAG.octetString)
  if (named === undefined) throw new DerError('certificate hash of another form')
  return { hash: named, digest: bodyOf(digest) }
}
