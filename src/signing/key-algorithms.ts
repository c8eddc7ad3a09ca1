import { generateKeyPair, type KeyObject, sign } from 'node:crypto'
import { promisify } from 'node:util'
import { withLowS } from './ecdsa-value.ts'
import type { SignatureAlgorithm } from './signer.ts'

export type KeyPair = { readonly privateKey: KeyObject; readonly publicKey: KeyObject }

type AlgorithmFacts = {
  readonly digest: 'sha256' | 'sha384'
  /** Of the signature, as it stands in certificates and CMS (RFC 4055 §5, RFC 5758 §3.2). */
  readonly signatureOid: string
  /** RSA writes NULL parameters, ECDSA none. */
  readonly nullParameters: boolean
}

const RSA: AlgorithmFacts = { digest: 'sha256', signatureOid: '1.2.840.113549.1.1.11', nullParameters: true }

export const KEY_ALGORITHMS: Readonly<Record<SignatureAlgorithm, AlgorithmFacts>> = {
  'rsa-2048': RSA,
  'rsa-3072': RSA,
  'p-256': { digest: 'sha256', signatureOid: '1.2.840.10045.4.3.2', nullParameters: false },
  'p-384': { digest: 'sha384', signatureOid: '1.2.840.10045.4.3.3', nullParameters: false },
}

const generate = promisify(generateKeyPair)

/** A new key pair, made outside the main thread. */
export function generateKeys(algorithm: SignatureAlgorithm): Promise<KeyPair> {
  switch (algorithm) {
    case 'rsa-2048':
      return generate('rsa', { modulusLength: 2048 })
    case 'rsa-3072':
      return generate('rsa', { modulusLength: 3072 })
    case 'p-256':
      return generate('ec', { namedCurve: 'prime256v1' })
    case 'p-384':
      return generate('ec', { namedCurve: 'secp384r1' })
  }
}

/** RSASSA-PKCS1-v1_5, or ECDSA with a DER-encoded value of low s, of the bytes' digest. */
export function signBytes(algorithm: SignatureAlgorithm, privateKey: KeyObject, bytes: Uint8Array): Uint8Array {
  const value = sign(KEY_ALGORITHMS[algorithm].digest, bytes, { key: privateKey, dsaEncoding: 'der' })
  return withLowS(algorithm, new Uint8Array(value))
}

/** Which of the algorithms a key is for, or null with what it is instead (`rsa-1024`, `ec secp256k1`, `ed25519`). */
export function algorithmOfKey(key: KeyObject): { algorithm: SignatureAlgorithm | null; found: string } {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {}
  const type = String(key.asymmetricKeyType)
  const found = type === 'rsa' ? `rsa-${modulusLength}` : type === 'ec' ? `ec ${namedCurve}` : type
  const algorithm = BY_KEY[found] ?? null
  return { algorithm, found }
}

const BY_KEY: Readonly<Record<string, SignatureAlgorithm>> = {
  'rsa-2048': 'rsa-2048',
  'rsa-3072': 'rsa-3072',
  'ec prime256v1': 'p-256',
  'ec secp384r1': 'p-384',
}
