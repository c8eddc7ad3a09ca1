import { createPrivateKey, type KeyObject, timingSafeEqual, X509Certificate } from 'node:crypto'
import type forge from 'node-forge'
import { bytes, decode, encode, integerOf, items, OID, oidOf } from './pkcs12-asn1.ts'
import { decryptByPassword, pkcs12Mac } from './pkcs12-encryption.ts'

export type Pkcs12Contents = {
  readonly keys: readonly KeyObject[]
  /** In the order of the file. */
  readonly certificates: readonly X509Certificate[]
}

export type Pkcs12Failure = 'not-pkcs12' | 'wrong-password' | 'unsupported'

const MAC_DIGEST: Readonly<Record<string, 'sha1' | 'sha256' | 'sha384' | 'sha512'>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
}

/**
 * Keys and certificates of a PKCS#12 file (RFC 7292 §5.2) with password integrity; the MAC is checked first.
 * forge reads the ASN.1 and node:crypto takes the keys, so that RSA and EC go the same way.
 * @returns a failure word instead when it cannot be read; never throws for what the file holds
 */
export function readPkcs12(file: Uint8Array, password: string): Pkcs12Contents | Pkcs12Failure {
  let parts: PfxParts
  try {
    parts = splitPfx(file)
  } catch {
    return 'not-pkcs12'
  }
  const digest = MAC_DIGEST[parts.macDigest]
  if (digest === undefined) return 'unsupported'
  const mac = pkcs12Mac(digest, password, parts.macSalt, parts.macCount, parts.safe)
  if (mac.length !== parts.mac.length || !timingSafeEqual(mac, parts.mac)) return 'wrong-password'
  try {
    return readBags(safeBags(parts.safe, password), password)
  } catch {
    return 'unsupported'
  }
}

type PfxParts = { safe: Buffer; macDigest: string; mac: Buffer; macSalt: Buffer; macCount: number }

/** A file without MacData is refused: nothing would show that it was altered. */
function splitPfx(file: Uint8Array): PfxParts {
  const [version, authSafe, macData] = items(decode(file))
  if (integerOf(version) !== 3) throw new Error('PKCS#12 of another version')
  const [contentType, content] = items(authSafe)
  if (oidOf(contentType) !== OID.data) throw new Error('only password integrity is supported')
  const [digestInfo, salt, count] = items(macData)
  const [algorithm, mac] = items(digestInfo)
  return {
    safe: bytes(items(content)[0]),
    macDigest: oidOf(items(algorithm)[0]),
    mac: bytes(mac),
    macSalt: bytes(salt),
    macCount: count === undefined ? 1 : integerOf(count),
  }
}

function safeBags(safe: Buffer, password: string): forge.asn1.Asn1[] {
  return items(decode(safe)).flatMap((contentInfo) => {
    const [contentType, content] = items(contentInfo)
    const inner = items(content)[0]
    if (oidOf(contentType) === OID.data) return items(decode(bytes(inner)))
    if (oidOf(contentType) !== OID.encryptedData) throw new Error('unknown content in PKCS#12')
    // EncryptedData: version, then EncryptedContentInfo with type, algorithm and [0] IMPLICIT bytes (RFC 5652 §8).
    const [, algorithm, encrypted] = items(items(inner)[1])
    return items(decode(decryptByPassword(algorithm!, bytes(encrypted), password)))
  })
}

function readBags(bags: readonly forge.asn1.Asn1[], password: string): Pkcs12Contents {
  const keys: KeyObject[] = []
  const certificates: X509Certificate[] = []
  for (const bag of bags) {
    const [type, value] = items(bag)
    const inner = items(value)[0]
    switch (oidOf(type)) {
      case OID.shroudedKeyBag: {
        const [algorithm, encrypted] = items(inner)
        keys.push(privateKey(decryptByPassword(algorithm!, bytes(encrypted), password)))
        break
      }
      case OID.keyBag:
        keys.push(privateKey(encode(inner!)))
        break
      case OID.certBag: {
        const [certificateType, certificate] = items(inner)
        if (oidOf(certificateType) !== OID.x509Certificate) break
        certificates.push(new X509Certificate(bytes(items(certificate)[0])))
        break
      }
    }
  }
  return { keys, certificates }
}

function privateKey(pkcs8: Buffer): KeyObject {
  return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
}
