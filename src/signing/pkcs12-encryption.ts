import { createCipheriv, createDecipheriv, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import forge from 'node-forge'
import { bytes, encode, integer, integerOf, items, nothing, OID, octets, oid, oidOf, sequence } from './pkcs12-asn1.ts'

/**
 * PBKDF2 by OpenSSL takes about 12 ms for this many. The files' own passwords have 256 random bits, so the
 * count only matters for a keystore whose password a person chose.
 */
const PBKDF2_COUNT = 100_000

/** HMAC of PBKDF2 (RFC 8018 §B.1) by object identifier. */
const PRF: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.8': 'sha224',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
}

const CIPHER: Readonly<Record<string, { name: string; keyLength: number }>> = {
  '2.16.840.1.101.3.4.1.2': { name: 'aes-128-cbc', keyLength: 16 },
  '2.16.840.1.101.3.4.1.22': { name: 'aes-192-cbc', keyLength: 24 },
  '2.16.840.1.101.3.4.1.42': { name: 'aes-256-cbc', keyLength: 32 },
  '1.2.840.113549.3.7': { name: 'des-ede3-cbc', keyLength: 24 },
}

/** EncryptedPrivateKeyInfo (RFC 5958 §3) by PBES2, PBKDF2 with HMAC-SHA-256, AES-256-CBC (RFC 8018 §6.2). */
export function encryptPbes2(plain: Uint8Array, password: string): forge.asn1.Asn1 {
  const salt = randomBytes(16)
  const iv = randomBytes(16)
  const key = pbkdf2Sync(password, salt, PBKDF2_COUNT, 32, 'sha256')
  const cipher = createCipheriv('aes-256-cbc', key, iv)
  const derivation = sequence(octets(salt), integer(PBKDF2_COUNT), sequence(oid(OID.hmacWithSha256), nothing()))
  const parameters = sequence(sequence(oid(OID.pbkdf2), derivation), sequence(oid(OID.aes256Cbc), octets(iv)))
  return sequence(sequence(oid(OID.pbes2), parameters), octets(Buffer.concat([cipher.update(plain), cipher.final()])))
}

/**
 * Decrypts what a password protects. PBES2 goes through node:crypto (forge's PBKDF2 is JavaScript: 5 µs a round
 * instead of 0.12); the older ways, 3DES and RC2 of PKCS#12 itself, which Node's OpenSSL no longer has, are forge's.
 * @param algorithm AlgorithmIdentifier
 * @throws Error when the algorithm is unknown or the padding is wrong
 */
export function decryptByPassword(algorithm: forge.asn1.Asn1, encrypted: Buffer, password: string): Buffer {
  const [identifier, parameters] = items(algorithm)
  if (oidOf(identifier) !== OID.pbes2) return decryptByForge(algorithm, encrypted, password)
  const [derivation, scheme] = items(parameters)
  const [derivationOid, derivationParameters] = items(derivation)
  if (oidOf(derivationOid) !== OID.pbkdf2) throw new Error(`key derivation ${oidOf(derivationOid)} is not supported`)
  const [salt, count, ...optional] = items(derivationParameters)
  const prf = optional.find((item) => item.type === forge.asn1.Type.SEQUENCE)
  const digest = prf === undefined ? 'sha1' : PRF[oidOf(items(prf)[0])]
  const [schemeOid, iv] = items(scheme)
  const cipher = CIPHER[oidOf(schemeOid)]
  if (digest === undefined || cipher === undefined) throw new Error('the cipher of this PKCS#12 is not supported')
  const key = pbkdf2Sync(password, bytes(salt), integerOf(count), cipher.keyLength, digest)
  const decipher = createDecipheriv(cipher.name, key, bytes(iv))
  return Buffer.concat([decipher.update(encrypted), decipher.final()])
}

function decryptByForge(algorithm: forge.asn1.Asn1, encrypted: Buffer, password: string): Buffer {
  const plain = forge.pki.decryptPrivateKeyInfo(sequence(algorithm, octets(encrypted)), password)
  if (plain === null) throw new Error('decryption failed')
  return encode(plain)
}

/** The PKCS#12 MAC (RFC 7292 §5.1, appendix B) of the content's bytes. */
export function pkcs12Mac(
  digest: 'sha1' | 'sha256' | 'sha384' | 'sha512',
  password: string,
  salt: Buffer,
  count: number,
  content: Uint8Array,
): Buffer {
  const md = forge.md[digest].create()
  const saltBuffer = forge.util.createBuffer(salt.toString('binary'))
  const key = forge.pkcs12.generateKey(password, saltBuffer, 3, count, md.digestLength, md)
  return createHmac(digest, Buffer.from(key.getBytes(), 'binary')).update(content).digest()
}
