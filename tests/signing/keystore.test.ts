import { generateKeyPairSync, verify } from 'node:crypto'
import forge from 'node-forge'
import { describe, expect, test } from 'vitest'
import { AppError } from '../../src/shared/app-error.ts'
import type { CertificateData } from '../../src/signing/certificate-profile.ts'
import { generateKeys, type KeyPair } from '../../src/signing/key-algorithms.ts'
import { statusOf } from '../../src/signing/keys-status.ts'
import { type KeystoreInput, openKeystore } from '../../src/signing/keystore.ts'
import type { SignatureAlgorithm } from '../../src/signing/signer.ts'
import { ecKeys, type Issued, issue, NOW, PASSWORD, p12Of, profile } from './sample-keys.ts'

const { root: rootData, issuing: issuingData, signer: signerData } = profile.certificates
const root = issue(rootData)
const issuing = issue(issuingData, root)
const signer = issue(signerData, issuing)
const good = p12Of([signer], [issuing, root])

function input(p12: Uint8Array, more: Partial<KeystoreInput> = {}): KeystoreInput {
  return { p12, password: PASSWORD, now: NOW, source: '/keys/k.p12', ...more }
}

function refusal(p12: Uint8Array, more: Partial<KeystoreInput> = {}): { reason: unknown; message: string } {
  try {
    openKeystore(input(p12, more))
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    expect(error.userMessage).toContain('/keys/k.p12')
    expect(JSON.stringify([error.message, error.details])).not.toContain(more.password ?? PASSWORD)
    return { reason: error.details.reason, message: error.userMessage }
  }
  throw new Error('the keystore was accepted')
}

function signerWith(change: Partial<CertificateData>, keys?: KeyPair): Uint8Array {
  return p12Of([issue({ ...signerData, ...change }, issuing, keys === undefined ? {} : { keys })], [issuing, root])
}

describe('a keystore in order', () => {
  test('gives the chain to embed: signing certificate, then issuing CA, without the root', () => {
    const keystore = openKeystore(input(good))
    expect(keystore.signer.chain).toEqual([signer.certificate, issuing.certificate])
    expect(keystore.chain.map(({ raw }) => new Uint8Array(raw))).toEqual([issuing.certificate, root.certificate])
    expect(keystore.notBefore).toEqual(new Date('2026-08-01T08:00:00Z'))
    expect(keystore.notAfter).toEqual(new Date('2029-08-01T07:59:59Z'))
  })

  test('may list the certificates in any order, and leave the root out', () => {
    expect(openKeystore(input(p12Of([signer], [root, issuing]))).signer.chain).toHaveLength(2)
    expect(openKeystore(input(p12Of([signer], [issuing]))).signer.chain).toHaveLength(2)
  })

  test.each<[SignatureAlgorithm, string]>([
    ['rsa-2048', 'sha256'],
    ['rsa-3072', 'sha256'],
    ['p-256', 'sha256'],
    ['p-384', 'sha384'],
  ])('signs by %s with %s, and the certificate verifies it', async (algorithm, digest) => {
    const p12 = p12Of([issue(signerData, issuing, { keys: await generateKeys(algorithm) })], [issuing, root])
    const keystore = openKeystore(input(p12))
    const bytes = Buffer.from('signed attributes')
    const signature = keystore.signer.sign(bytes)
    expect(keystore.signer.algorithm).toBe(algorithm)
    expect(verify(digest, bytes, keystore.certificate.publicKey, signature)).toBe(true)
    expect(verify(digest, Buffer.from('other attributes'), keystore.certificate.publicKey, signature)).toBe(false)
  })

  test('is read by node-forge as any other PKCS#12', async () => {
    const rsa = issue(signerData, issuing, { keys: await generateKeys('rsa-2048') })
    const der = forge.util.createBuffer(Buffer.from(p12Of([rsa], [], 'plain')).toString('binary'))
    const read = forge.pkcs12.pkcs12FromAsn1(forge.asn1.fromDer(der), 'plain')
    const bags = read.getBags({ friendlyName: 'test', bagType: forge.pki.oids.pkcs8ShroudedKeyBag! })
    expect(bags.friendlyName?.[0]?.key?.n.bitLength()).toBe(2048)
  })

  test.each(['aes128', '3des'] as const)(
    'may come from an older program that used %s and a SHA-1 MAC',
    async (algorithm) => {
      const keys = await generateKeys('rsa-2048')
      const { certificate, privateKey } = issue(signerData, issuing, { keys })
      const pem = (der: Uint8Array) =>
        `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`
      const key = forge.pki.privateKeyFromPem(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
      const pfx = forge.pkcs12.toPkcs12Asn1(key, forge.pki.certificateFromPem(pem(certificate)), 'plain', { algorithm })
      const p12 = Buffer.from(forge.asn1.toDer(pfx).getBytes(), 'binary')
      // The chain is missing, which openKeystore would refuse: what counts here is that key and certificate are read.
      const status = statusOf(input(p12, { password: 'plain' }))
      expect(status).toMatchObject({ algorithm: 'rsa-2048', chainOk: false, usable: false })
    },
  )
})

describe('a keystore is refused', () => {
  test('when the password is wrong', () => {
    expect(refusal(good, { password: 'wrong-one' })).toMatchObject({
      reason: 'wrong-password',
      message: expect.stringContaining('密碼不正確'),
    })
  })

  test('when a byte of it was changed', () => {
    const altered = good.slice()
    altered[300]! ^= 1
    expect(refusal(altered).reason).toBe('wrong-password')
  })

  test.each([
    ['is empty', new Uint8Array()],
    ['is a PEM file', Buffer.from('-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n')],
    ['is a certificate', signer.certificate],
    ['was cut off', good.subarray(0, good.length - 10)],
  ])('when the file %s', (_, file) => {
    expect(refusal(file).reason).toBe('not-pkcs12')
  })

  test('when it has no key', () => {
    expect(refusal(p12Of([], [signer, issuing, root])).reason).toBe('no-key')
  })

  test('when it has several keys', () => {
    expect(refusal(p12Of([signer, issuing], [root]))).toMatchObject({
      reason: 'several-keys',
      message: expect.stringContaining('2 把'),
    })
  })

  test('when the key belongs to no certificate in it', () => {
    expect(refusal(p12Of([{ ...signer, ...ecKeys() }], [issuing, root])).reason).toBe('key-mismatch')
  })

  test.each([
    ['rsa-1024', generateKeyPairSync('rsa', { modulusLength: 1024 })],
    ['ec secp256k1', ecKeys('secp256k1')],
    ['ed25519', generateKeyPairSync('ed25519')],
  ])('when the key is %s', (found, keys) => {
    expect(refusal(signerWith({}, keys))).toMatchObject({ reason: 'weak-key', message: expect.stringContaining(found) })
  })

  test('when the issuing CA is missing', () => {
    expect(refusal(p12Of([signer], [])).reason).toBe('broken-chain')
    expect(refusal(p12Of([signer], [root])).reason).toBe('broken-chain')
  })

  test('when the root in it is another of the same name', () => {
    const namesake: Issued = issue(rootData)
    expect(refusal(p12Of([signer], [issuing, namesake])).reason).toBe('broken-chain')
  })

  test('when the CA in it has the issuer’s key and another name', () => {
    const renamed = issue({ ...issuingData, subject: { ...issuingData.subject, CN: 'another' } }, root, {
      keys: issuing,
    })
    expect(refusal(p12Of([signer], [renamed, root])).reason).toBe('broken-chain')
  })

  test('when a signature in the chain is false', () => {
    const certificate = signer.certificate.slice()
    certificate[certificate.length - 1]! ^= 1
    expect(refusal(p12Of([{ ...signer, certificate }], [issuing, root])).reason).toBe('broken-chain')
  })

  test('when the issuer is no certification authority', () => {
    const impostor = issue({ ...issuingData, basicConstraints: { critical: true, ca: false } }, root)
    expect(refusal(p12Of([issue(signerData, impostor)], [impostor, root])).reason).toBe('broken-chain')
  })

  test('when the certificate is self-signed', () => {
    expect(refusal(p12Of([issue(signerData)], [])).reason).toBe('broken-chain')
  })

  test.each([['cRLSign'], ['digitalSignature'], ['nonRepudiation']] as const)(
    'when the key usage is only %s',
    (bit) => {
      const p12 = signerWith({ keyUsage: { critical: true, bits: [bit] } })
      expect(refusal(p12)).toMatchObject({ reason: 'key-usage', message: expect.stringContaining('keyUsage') })
    },
  )

  test('when the certificate is for another purpose than documents, or for none named', () => {
    const forMail = signerWith({ extendedKeyUsage: { critical: false, purposes: ['1.3.6.1.5.5.7.3.4'] } })
    const { extendedKeyUsage: _, ...withoutPurposes } = signerData
    const forNone = p12Of([issue(withoutPurposes, issuing)], [issuing, root])
    expect(refusal(forMail).reason).toBe('key-purpose')
    expect(refusal(forNone).reason).toBe('key-purpose')
  })

  test('before the first second of its validity and after the last', () => {
    expect(refusal(good, { now: new Date('2026-08-01T07:59:59.999Z') }).reason).toBe('not-yet-valid')
    expect(openKeystore(input(good, { now: new Date('2026-08-01T08:00:00Z') }))).toBeTruthy()
    expect(openKeystore(input(good, { now: new Date('2029-08-01T07:59:59.999Z') }))).toBeTruthy()
    expect(refusal(good, { now: new Date('2029-08-01T08:00:00Z') })).toMatchObject({
      reason: 'expired',
      message: expect.stringContaining('2029-08-01T07:59:59'),
    })
  })

  test('when the issuing CA has expired before the certificate', () => {
    const short = issue({ ...issuingData, validity: { days: 10 } }, root)
    const p12 = p12Of([issue(signerData, short)], [short, root])
    expect(refusal(p12, { now: new Date('2026-08-11T08:00:00Z') })).toMatchObject({
      reason: 'expired',
      message: expect.stringContaining('issuing CA'),
    })
  })
})

describe('the status of the keys', () => {
  test('says what the certificate is and how many whole days are left', () => {
    expect(statusOf(input(good, { now: new Date('2029-07-31T07:59:59Z') }))).toMatchObject({
      source: '/keys/k.p12',
      subject: expect.stringContaining('C=TW, O=dcert development PKI (NOT the Ministry of Education), CN='),
      issuer: expect.stringContaining('issuing CA'),
      serial: expect.stringMatching(/^[4-7][0-9A-F]{31}$/),
      algorithm: 'p-256',
      notBefore: '2026-08-01T08:00:00.000Z',
      notAfter: '2029-08-01T07:59:59.000Z',
      daysLeft: 1,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      chain: [{ subject: expect.stringContaining('issuing CA') }, { subject: expect.stringContaining('root CA') }],
      chainOk: true,
      usable: true,
      problems: [],
    })
  })

  test('describes an expired certificate instead of refusing it', () => {
    const status = statusOf(input(good, { now: new Date('2029-08-03T08:00:00Z') }))
    expect(status).toMatchObject({ daysLeft: -3, usable: false, problems: [expect.stringContaining('到期')] })
  })
})
