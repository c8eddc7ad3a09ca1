import { hash, type KeyObject, randomBytes } from 'node:crypto'
import type forge from 'node-forge'
import { bmpString, encode, explicit, integer, nothing, OID, octets, oid, sequence, setOf } from './pkcs12-asn1.ts'
import { encryptPbes2, pkcs12Mac } from './pkcs12-encryption.ts'

/** forge derives the MAC key in JavaScript: about 1.4 µs a round, ten times OpenSSL's own count of 2,048. */
const MAC_COUNT = 20_000

export type Pkcs12Entry = {
  readonly privateKey: KeyObject
  /** DER */
  readonly certificate: Uint8Array
  readonly name: string
}

/**
 * A PKCS#12 file (RFC 7292) as DER: keys by PBES2 with AES-256, MAC by HMAC-SHA-256.
 * The certificates are public and stand unencrypted, yet under the MAC.
 * @param chain DER certificates that have no key in this file
 */
export function writePkcs12(
  entries: readonly Pkcs12Entry[],
  chain: readonly Uint8Array[],
  password: string,
): Uint8Array {
  const certificateBags = [
    ...entries.map((entry) => certificateBag(entry.certificate, attributes(entry))),
    ...chain.map((certificate) => certificateBag(certificate, null)),
  ]
  const keyBags = entries.map((entry) => {
    const plain = entry.privateKey.export({ type: 'pkcs8', format: 'der' })
    return sequence(oid(OID.shroudedKeyBag), explicit(encryptPbes2(plain, password)), attributes(entry))
  })
  const safe = encode(sequence(dataContent(sequence(...certificateBags)), dataContent(sequence(...keyBags))))
  const salt = randomBytes(16)
  const mac = pkcs12Mac('sha256', password, salt, MAC_COUNT, safe)
  const digestInfo = sequence(sequence(oid(OID.sha256), nothing()), octets(mac))
  const macData = sequence(digestInfo, octets(salt), integer(MAC_COUNT))
  return new Uint8Array(encode(sequence(integer(3), sequence(oid(OID.data), explicit(octets(safe))), macData)))
}

function dataContent(content: forge.asn1.Asn1): forge.asn1.Asn1 {
  return sequence(oid(OID.data), explicit(octets(encode(content))))
}

function certificateBag(certificate: Uint8Array, bagAttributes: forge.asn1.Asn1 | null): forge.asn1.Asn1 {
  const bag = explicit(sequence(oid(OID.x509Certificate), explicit(octets(certificate))))
  return sequence(oid(OID.certBag), bag, ...(bagAttributes === null ? [] : [bagAttributes]))
}

/** The same localKeyId on both tells other programs which certificate belongs to which key. */
function attributes({ certificate, name }: Pkcs12Entry): forge.asn1.Asn1 {
  const localKeyId = hash('sha256', certificate, 'buffer').subarray(0, 20)
  return setOf(
    sequence(oid(OID.friendlyName), setOf(bmpString(name))),
    sequence(oid(OID.localKeyId), setOf(octets(localKeyId))),
  )
}
