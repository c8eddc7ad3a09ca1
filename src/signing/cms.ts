import { createHash } from 'node:crypto'
import { Null, ObjectIdentifier, OctetString, Sequence } from 'asn1js'
import {
  AlgorithmIdentifier,
  Attribute,
  Certificate,
  ContentInfo,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  SignedAndUnsignedAttributes,
  SignedData,
  SignerInfo,
} from 'pkijs'
import type { SignatureAlgorithm, Signer } from './signer.ts'

const OID = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
} as const

type Algorithms = { readonly hash: 'sha256' | 'sha384'; readonly hashLength: number; readonly signature: string }

const RSA = { hash: 'sha256', hashLength: 32, signature: '1.2.840.113549.1.1.11' } as const
const ALGORITHMS: Readonly<Record<SignatureAlgorithm, Algorithms>> = {
  'rsa-2048': RSA,
  'rsa-3072': RSA,
  'p-256': { hash: 'sha256', hashLength: 32, signature: '1.2.840.10045.4.3.2' },
  'p-384': { hash: 'sha384', hashLength: 48, signature: '1.2.840.10045.4.3.3' },
}

/** Longest signature value in bytes; ECDSA's DER form varies by a few. */
const LONGEST_SIGNATURE: Readonly<Record<SignatureAlgorithm, number>> = {
  'rsa-2048': 256,
  'rsa-3072': 384,
  'p-256': 72,
  'p-384': 104,
}

/** Makes detached CMS signatures (RFC 5652) as PAdES wants them. */
export type CmsSigner = {
  /** of the signed bytes: `sha256` or `sha384` */
  readonly hash: 'sha256' | 'sha384'
  /** the most bytes a signature takes */
  readonly largest: number
  /** @param digest of the bytes that are signed, by `hash` */
  sign(digest: Buffer): Buffer
}

type Patchable = { readonly der: Buffer; readonly digestAt: number; readonly signatureAt: number }

/**
 * PAdES-B-B (ETSI EN 319 142-1, 6.3): signed attributes content-type, message-digest and signing-certificate-v2
 * (RFC 5035) and no signing-time; the certificates of the chain but for the root.
 *
 * pkijs encodes the structure once for each length of signature; after that two places in it are filled, because
 * encoding takes longer than signing.
 */
export function cmsSigner(signer: Signer): CmsSigner {
  const algorithms = ALGORITHMS[signer.algorithm]
  const digestMark = Buffer.alloc(algorithms.hashLength, 0xd6)
  const attributes = signedAttributes(signer, algorithms, digestMark)
  // RFC 5652 §5.4: what is signed is the SET OF, not the [0] that stands in the message.
  const set = Buffer.from(attributes.toSchema().toBER())
  set[0] = 0x31
  const setDigestAt = positionOf(set, digestMark)
  const byLength = new Map<number, Patchable>()

  function patchable(length: number): Patchable {
    let made = byLength.get(length)
    if (made === undefined) {
      const signatureMark = Buffer.alloc(length, 0xb7)
      const der = encode(signer, algorithms, attributes, signatureMark)
      made = { der, digestAt: positionOf(der, digestMark), signatureAt: positionOf(der, signatureMark) }
      byLength.set(length, made)
    }
    return made
  }

  return {
    hash: algorithms.hash,
    largest: patchable(LONGEST_SIGNATURE[signer.algorithm]).der.length,
    sign(digest) {
      if (digest.length !== algorithms.hashLength) throw new Error('a digest of another length')
      const toSign = Buffer.from(set)
      digest.copy(toSign, setDigestAt)
      const signature = signer.sign(toSign)
      const { der, digestAt, signatureAt } = patchable(signature.length)
      const message = Buffer.from(der)
      digest.copy(message, digestAt)
      message.set(signature, signatureAt)
      return message
    },
  }
}

function signedAttributes(signer: Signer, algorithms: Algorithms, digest: Buffer): SignedAndUnsignedAttributes {
  const certificateHash = createHash(algorithms.hash).update(signingCertificate(signer)).digest()
  const hashAlgorithm =
    algorithms.hash === 'sha256' ? [] : [new Sequence({ value: [new ObjectIdentifier({ value: OID.sha384 })] })]
  const essCertId = new Sequence({ value: [...hashAlgorithm, octets(certificateHash)] })
  const signingCertificateV2 = new Sequence({ value: [new Sequence({ value: [essCertId] })] })
  const attributes = [
    new Attribute({ type: OID.contentType, values: [new ObjectIdentifier({ value: OID.data })] }),
    new Attribute({ type: OID.messageDigest, values: [octets(digest)] }),
    new Attribute({ type: OID.signingCertificateV2, values: [signingCertificateV2] }),
  ]
  // DER orders the members of a SET OF by their encoding (X.690, 11.6).
  const encoded = attributes.map((attribute) => Buffer.from(attribute.toSchema().toBER()))
  const order = encoded.map((_, i) => i).sort((a, b) => Buffer.compare(encoded[a] as Buffer, encoded[b] as Buffer))
  return new SignedAndUnsignedAttributes({ type: 0, attributes: order.map((i) => attributes[i] as Attribute) })
}

function encode(
  signer: Signer,
  algorithms: Algorithms,
  attributes: SignedAndUnsignedAttributes,
  signature: Buffer,
): Buffer {
  const certificates = signer.chain.map((der) => Certificate.fromBER(new Uint8Array(der)))
  const own = certificates[0] as Certificate
  const digestAlgorithm = new AlgorithmIdentifier({ algorithmId: OID[algorithms.hash] })
  const isRsa = signer.algorithm.startsWith('rsa')
  const signerInfo = new SignerInfo({
    version: 1,
    sid: new IssuerAndSerialNumber({ issuer: own.issuer, serialNumber: own.serialNumber }),
    digestAlgorithm,
    signedAttrs: attributes,
    signatureAlgorithm: new AlgorithmIdentifier({
      algorithmId: algorithms.signature,
      ...(isRsa ? { algorithmParams: new Null() } : {}),
    }),
    signature: octets(signature),
  })
  const signedData = new SignedData({
    version: 1,
    digestAlgorithms: [digestAlgorithm],
    encapContentInfo: new EncapsulatedContentInfo({ eContentType: OID.data }),
    certificates,
    signerInfos: [signerInfo],
  })
  const info = new ContentInfo({ contentType: OID.signedData, content: signedData.toSchema(true) })
  return Buffer.from(info.toSchema().toBER())
}

function signingCertificate(signer: Signer): Uint8Array {
  const [own] = signer.chain
  if (own === undefined) throw new Error('a signer without certificate')
  return own
}

function octets(bytes: Uint8Array): OctetString {
  return new OctetString({ valueHex: new Uint8Array(bytes).buffer })
}

function positionOf(der: Buffer, mark: Buffer): number {
  const position = der.indexOf(mark)
  if (position < 0 || der.indexOf(mark, position + 1) >= 0) throw new Error('the place to fill was not found once')
  return position
}
