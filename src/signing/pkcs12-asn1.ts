import forge from 'node-forge'

const { asn1 } = forge
const { Class, Type } = asn1

export const OID = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
  keyBag: '1.2.840.113549.1.12.10.1.1',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certBag: '1.2.840.113549.1.12.10.1.3',
  x509Certificate: '1.2.840.113549.1.9.22.1',
  friendlyName: '1.2.840.113549.1.9.20',
  localKeyId: '1.2.840.113549.1.9.21',
  pbes2: '1.2.840.113549.1.5.13',
  pbkdf2: '1.2.840.113549.1.5.12',
  hmacWithSha256: '1.2.840.113549.2.9',
  aes256Cbc: '2.16.840.1.101.3.4.1.42',
  sha256: '2.16.840.1.101.3.4.2.1',
} as const

export function sequence(...items: forge.asn1.Asn1[]): forge.asn1.Asn1 {
  return asn1.create(Class.UNIVERSAL, Type.SEQUENCE, true, items)
}

export function setOf(...items: forge.asn1.Asn1[]): forge.asn1.Asn1 {
  return asn1.create(Class.UNIVERSAL, Type.SET, true, items)
}

export function explicit(item: forge.asn1.Asn1): forge.asn1.Asn1 {
  return asn1.create(Class.CONTEXT_SPECIFIC, 0, true, [item])
}

export function oid(value: string): forge.asn1.Asn1 {
  return asn1.create(Class.UNIVERSAL, Type.OID, false, asn1.oidToDer(value).getBytes())
}

export function octets(bytes: Uint8Array): forge.asn1.Asn1 {
  return asn1.create(Class.UNIVERSAL, Type.OCTETSTRING, false, toBinary(bytes))
}

export function integer(value: number): forge.asn1.Asn1 {
  return asn1.create(Class.UNIVERSAL, Type.INTEGER, false, asn1.integerToDer(value).getBytes())
}

export function nothing(): forge.asn1.Asn1 {
  return asn1.create(Class.UNIVERSAL, Type.NULL, false, '')
}

/** forge itself writes the two bytes of each character. */
export function bmpString(text: string): forge.asn1.Asn1 {
  return asn1.create(Class.UNIVERSAL, Type.BMPSTRING, false, text)
}

export function encode(item: forge.asn1.Asn1): Buffer {
  return Buffer.from(asn1.toDer(item).getBytes(), 'binary')
}

/** @throws Error when the bytes are not one whole BER element */
export function decode(bytes: Uint8Array): forge.asn1.Asn1 {
  return asn1.fromDer(toBinary(bytes))
}

/** The elements of a constructed element. @throws Error when it holds bytes instead */
export function items(item: forge.asn1.Asn1 | undefined): forge.asn1.Asn1[] {
  if (item === undefined || typeof item.value === 'string') throw new Error('a constructed element was expected')
  return item.value
}

/** The bytes of a string or number; pieces of a constructed OCTET STRING (BER) are joined. @throws Error when absent */
export function bytes(item: forge.asn1.Asn1 | undefined): Buffer {
  if (item === undefined) throw new Error('a primitive element was expected')
  return typeof item.value === 'string' ? Buffer.from(item.value, 'binary') : Buffer.concat(item.value.map(bytes))
}

export function oidOf(item: forge.asn1.Asn1 | undefined): string {
  return asn1.derToOid(toBinary(bytes(item)))
}

export function integerOf(item: forge.asn1.Asn1 | undefined): number {
  return asn1.derToInteger(toBinary(bytes(item)))
}

/** node-forge keeps bytes in strings, one character each. */
function toBinary(value: Uint8Array): string {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('binary')
}
