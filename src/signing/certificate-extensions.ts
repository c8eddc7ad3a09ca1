import { hash, type KeyObject } from 'node:crypto'
import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'
import type { CertificateData, KeyUsageBit } from './certificate-profile.ts'

const BIT_OF: Readonly<Record<KeyUsageBit, number>> = {
  digitalSignature: 0,
  nonRepudiation: 1,
  keyCertSign: 5,
  cRLSign: 6,
}

/**
 * The extensions of a certificate, in the order of RFC 5280 §4.2.1, then §4.2.2.
 * @param issuerKey null for a self-signed certificate, whose authority key identifier is left out (§4.2.1.1)
 * @param baseUrl goes before `crl`, `caIssuers` and `ocsp`
 */
export function certificateExtensions(
  data: CertificateData,
  subjectKey: KeyObject,
  issuerKey: KeyObject | null,
  baseUrl: string,
): pkijs.Extension[] {
  const { basicConstraints, keyUsage, extendedKeyUsage, policies, crl } = data
  const extensions: pkijs.Extension[] = []
  if (issuerKey !== null) extensions.push(authorityKeyIdentifier(issuerKey))
  extensions.push(extension('2.5.29.14', false, octets(keyIdentifier(subjectKey))))
  extensions.push(extension('2.5.29.15', keyUsage.critical, keyUsageBits(keyUsage.bits)))
  if (policies !== undefined) extensions.push(certificatePolicies(policies))
  const constraints = new pkijs.BasicConstraints({
    cA: basicConstraints.ca,
    ...(basicConstraints.pathLength === undefined ? {} : { pathLenConstraint: basicConstraints.pathLength }),
  })
  extensions.push(extension('2.5.29.19', basicConstraints.critical, constraints.toSchema()))
  if (extendedKeyUsage !== undefined) {
    const purposes = new pkijs.ExtKeyUsage({ keyPurposes: [...extendedKeyUsage.purposes] })
    extensions.push(extension('2.5.29.37', extendedKeyUsage.critical, purposes.toSchema()))
  }
  if (crl !== undefined) extensions.push(crlDistributionPoint(baseUrl + crl))
  const access = authorityInformationAccess(data, baseUrl)
  if (access !== null) extensions.push(access)
  return extensions
}

/** RFC 7093 §2 method 1: the leftmost 160 bits of SHA-256 of the public key. */
function keyIdentifier(key: KeyObject): ArrayBuffer {
  const spki = pkijs.PublicKeyInfo.fromBER(key.export({ type: 'spki', format: 'der' }))
  const digest = hash('sha256', spki.subjectPublicKey.valueBlock.valueHexView, 'buffer')
  return new Uint8Array(digest.subarray(0, 20)).buffer
}

function authorityKeyIdentifier(issuerKey: KeyObject): pkijs.Extension {
  const identifier = new pkijs.AuthorityKeyIdentifier({ keyIdentifier: octets(keyIdentifier(issuerKey)) })
  return extension('2.5.29.35', false, identifier.toSchema())
}

/** A named bit list in DER has no zero bits at its end (X.690 §11.2.2). */
function keyUsageBits(bits: readonly KeyUsageBit[]): asn1js.BitString {
  const places = bits.map((bit) => BIT_OF[bit])
  const byte = places.reduce((sum, place) => sum | (0x80 >> place), 0)
  return new asn1js.BitString({ valueHex: Uint8Array.of(byte).buffer, unusedBits: 7 - Math.max(...places) })
}

function certificatePolicies(policies: readonly string[]): pkijs.Extension {
  const list = policies.map((policyIdentifier) => new pkijs.PolicyInformation({ policyIdentifier }))
  return extension('2.5.29.32', false, new pkijs.CertificatePolicies({ certificatePolicies: list }).toSchema())
}

function crlDistributionPoint(url: string): pkijs.Extension {
  const point = new pkijs.DistributionPoint({ distributionPoint: [uri(url)] })
  return extension('2.5.29.31', false, new pkijs.CRLDistributionPoints({ distributionPoints: [point] }).toSchema())
}

function authorityInformationAccess(data: CertificateData, baseUrl: string): pkijs.Extension | null {
  const ways = [
    ['1.3.6.1.5.5.7.48.1', data.ocsp],
    ['1.3.6.1.5.5.7.48.2', data.caIssuers],
  ] as const
  const accessDescriptions = ways.flatMap(([accessMethod, path]) =>
    path === undefined ? [] : [new pkijs.AccessDescription({ accessMethod, accessLocation: uri(baseUrl + path) })],
  )
  if (accessDescriptions.length === 0) return null
  return extension('1.3.6.1.5.5.7.1.1', false, new pkijs.InfoAccess({ accessDescriptions }).toSchema())
}

function uri(value: string): pkijs.GeneralName {
  return new pkijs.GeneralName({ type: 6, value })
}

function octets(valueHex: ArrayBuffer): asn1js.OctetString {
  return new asn1js.OctetString({ valueHex })
}

function extension(extnID: string, critical: boolean, value: asn1js.BaseBlock): pkijs.Extension {
  return new pkijs.Extension({ extnID, critical, extnValue: value.toBER(false) })
}
