import { X509Certificate } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as pkijs from 'pkijs'
import { describe, expect, test } from 'vitest'
import type { CertificateData, CertificateProfile } from '../../src/signing/certificate-profile.ts'
import { initDevelopmentPki } from '../../src/signing/development-pki.ts'
import { keysStatus } from '../../src/signing/keys-status.ts'
import { keystorePathsIn, readKeystore } from '../../src/signing/read-keystore.ts'
import { readPkcs12 } from '../../src/signing/read-pkcs12.ts'
import type { SignatureAlgorithm } from '../../src/signing/signer.ts'
import { NOW, profile, temporaryDirectory } from './sample-keys.ts'

const ALGORITHMS: SignatureAlgorithm[] = ['rsa-2048', 'rsa-3072', 'p-256', 'p-384']
const FILES = ['ca-password', 'ca.p12', 'issuing-ca.pem', 'keystore-password', 'keystore.p12', 'root.pem', 'signer.pem']

function init(directory: string, more: { force?: boolean; profile?: CertificateProfile; now?: Date } = {}) {
  return initDevelopmentPki({ directory, algorithm: 'p-256', now: NOW, ...more })
}

function certificate(directory: string, name: string): X509Certificate {
  return new X509Certificate(readFileSync(join(directory, name)))
}

describe('the certificates', () => {
  test.each(ALGORITHMS)('of %s form a chain of three that verifies', async (algorithm) => {
    const directory = join(temporaryDirectory(), 'keys')
    const { status } = await initDevelopmentPki({ directory, algorithm, now: NOW })
    const [root, issuing, signer] = ['root.pem', 'issuing-ca.pem', 'signer.pem'].map((name) =>
      certificate(directory, name),
    ) as [X509Certificate, X509Certificate, X509Certificate]
    for (const [child, issuer] of [
      [root, root],
      [issuing, root],
      [signer, issuing],
    ] as const) {
      expect(child.checkIssued(issuer)).toBe(true)
      expect(child.verify(issuer.publicKey)).toBe(true)
    }
    expect(new Set([root, issuing, signer].map(({ serialNumber }) => serialNumber)).size).toBe(3)
    expect(status).toMatchObject({ algorithm, chainOk: true, usable: true })
    expect(await keysStatus(keystorePathsIn(directory), NOW)).toEqual(status)
  })

  test('have exactly the names, times and extensions of the profile', async () => {
    const directory = join(temporaryDirectory(), 'keys')
    await init(directory)
    const { root, issuing, signer } = profile.certificates
    expect(readBack(certificate(directory, 'root.pem'))).toEqual(expected(root, null, '2046-08-01T07:59:59.000Z'))
    expect(readBack(certificate(directory, 'issuing-ca.pem'))).toEqual(
      expected(issuing, 'root.pem', '2036-08-01T07:59:59.000Z'),
    )
    expect(readBack(certificate(directory, 'signer.pem'))).toEqual(
      expected(signer, 'issuing-ca.pem', '2029-08-01T07:59:59.000Z'),
    )

    function expected(data: CertificateData, issuer: string | null, notAfter: string) {
      return {
        subject: Object.entries(data.subject).map(([name, value]) => `${name}=${value}`),
        notBefore: '2026-08-01T08:00:00.000Z',
        notAfter,
        basicConstraints: data.basicConstraints,
        keyUsage: { critical: data.keyUsage.critical, bits: data.keyUsage.bits },
        extendedKeyUsage: data.extendedKeyUsage,
        policies: data.policies,
        crl: data.crl && profile.baseUrl + data.crl,
        ocsp: data.ocsp && profile.baseUrl + data.ocsp,
        caIssuers: data.caIssuers && profile.baseUrl + data.caIssuers,
        authorityKey: issuer && subjectKey(certificate(directory, issuer)),
      }
    }
  })

  test('end in GeneralizedTime from 2050 on', async () => {
    const directory = join(temporaryDirectory(), 'keys')
    await init(directory, { now: new Date('2035-01-01T00:00:00Z') })
    const timeOf = (name: string) => pkijs.Certificate.fromBER(certificate(directory, name).raw).notAfter.type
    expect([timeOf('root.pem'), timeOf('issuing-ca.pem')]).toEqual([1, 0])
    expect(certificate(directory, 'root.pem').validToDate).toEqual(new Date('2054-12-31T23:59:59Z'))
  })
})

describe('the directory', () => {
  test('holds secrets that only the owner reads, and certificates for all', async () => {
    const directory = join(temporaryDirectory(), 'not-there-yet', 'keys')
    await init(directory)
    expect(readdirSync(directory).sort()).toEqual(FILES)
    const modes = FILES.map((name) => [name, (statSync(join(directory, name)).mode & 0o777).toString(8)])
    expect(Object.fromEntries(modes)).toEqual({
      'ca-password': '600',
      'ca.p12': '600',
      'keystore-password': '600',
      'keystore.p12': '600',
      'issuing-ca.pem': '644',
      'root.pem': '644',
      'signer.pem': '644',
    })
    expect(statSync(directory).mode & 0o777).toBe(0o700)
  })

  test('keeps both CA keys apart from the signing key, under a password of their own', async () => {
    const directory = join(temporaryDirectory(), 'keys')
    await init(directory)
    const password = (name: string) => readFileSync(join(directory, name), 'utf8').trimEnd()
    const ca = readFileSync(join(directory, 'ca.p12'))
    expect(readPkcs12(ca, password('keystore-password'))).toBe('wrong-password')
    const contents = readPkcs12(ca, password('ca-password'))
    if (typeof contents === 'string') throw new Error(contents)
    const names = contents.keys.map((key) => contents.certificates.find((one) => one.checkPrivateKey(key))?.subject)
    expect(names).toEqual([expect.stringContaining('root CA'), expect.stringContaining('issuing CA')])
  })

  test('with keys is left as it is by a second init', async () => {
    const directory = join(temporaryDirectory(), 'keys')
    await init(directory)
    const before = readFileSync(join(directory, 'keystore.p12'))
    await expect(init(directory)).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(readFileSync(join(directory, 'keystore.p12'))).toEqual(before)
  })

  test('with keys is replaced by force, and the former keys are kept beside it', async () => {
    const parent = temporaryDirectory()
    const directory = join(parent, 'keys')
    const first = await init(directory)
    const second = await init(directory, { force: true })
    expect(second.status.serial).not.toBe(first.status.serial)
    expect((await readKeystore(second, NOW)).certificate.serialNumber).toBe(second.status.serial)
    expect((await keysStatus(keystorePathsIn(second.replaced!), NOW)).serial).toBe(first.status.serial)
    expect(readdirSync(parent)).toHaveLength(2)
  })

  test.each([false, true])('gets the keys of one of two inits at the same time (force: %s)', async (force) => {
    const parent = temporaryDirectory()
    const directory = join(parent, 'keys')
    const runs = await Promise.allSettled([
      init(directory, { force }),
      init(directory, { force }),
      init(directory, { force }),
    ])
    const done = runs.filter((run) => run.status === 'fulfilled')
    for (const run of runs) if (run.status === 'rejected') expect(run.reason).toMatchObject({ code: 'CONFLICT' })
    if (!force) expect(done).toHaveLength(1)
    const { certificate: kept } = await readKeystore(keystorePathsIn(directory), NOW)
    expect(done.map(({ value }) => value.status.serial)).toContain(kept.serialNumber)
    expect(certificate(directory, 'signer.pem').raw).toEqual(kept.raw)
    expect(readdirSync(parent).filter((name) => name.includes('.new-'))).toEqual([])
  })

  test('does not appear when the keystore would be refused', async () => {
    const parent = temporaryDirectory()
    const signer = { ...profile.certificates.signer, keyUsage: { critical: true, bits: ['cRLSign'] as const } }
    const wrong = { ...profile, certificates: { ...profile.certificates, signer } }
    await expect(init(join(parent, 'keys'), { profile: wrong })).rejects.toMatchObject({
      details: { reason: 'key-usage' },
    })
    expect(readdirSync(parent)).toEqual([])
  })

  test('is made although an earlier run was killed, whose leftovers go after an hour', async () => {
    const parent = temporaryDirectory()
    const directory = join(parent, 'keys')
    for (const [name, ageInSeconds] of [
      ['.keys.new-old', 4000],
      ['.keys.new-busy', 60],
    ] as const) {
      mkdirSync(join(parent, name))
      writeFileSync(join(parent, name, 'keystore.p12'), 'half')
      const then = Date.now() / 1000 - ageInSeconds
      utimesSync(join(parent, name), then, then)
    }
    mkdirSync(directory)
    await init(directory)
    expect(readdirSync(parent).sort()).toEqual(['.keys.new-busy', 'keys'])
  })
})

const USAGES = ['digitalSignature', 'nonRepudiation', '', '', '', 'keyCertSign', 'cRLSign', '']

function readBack(x509: X509Certificate) {
  const parsed = pkijs.Certificate.fromBER(x509.raw)
  const found = new Map(parsed.extensions!.map((one) => [one.extnID, one]))
  const known = [
    '2.5.29.35',
    '2.5.29.14',
    '2.5.29.15',
    '2.5.29.32',
    '2.5.29.19',
    '2.5.29.37',
    '2.5.29.31',
    '1.3.6.1.5.5.7.1.1',
  ]
  expect([...found.keys()].filter((id) => !known.includes(id))).toEqual([])
  // biome-ignore lint/suspicious/noExplicitAny: pkijs types all parsed values alike
  const value = (id: string): any => found.get(id)?.parsedValue
  const { cA, pathLenConstraint } = value('2.5.29.19')
  const usage = value('2.5.29.15').valueBlock.valueHexView as Uint8Array
  const purposes = value('2.5.29.37')?.keyPurposes
  const access = Object.fromEntries(
    (value('1.3.6.1.5.5.7.1.1')?.accessDescriptions ?? []).map((one: pkijs.AccessDescription) => [
      one.accessMethod,
      one.accessLocation.value,
    ]),
  )
  const authority = value('2.5.29.35')?.keyIdentifier.valueBlock.valueHexView
  return {
    // One line each; a multi-valued name would stand in one line with plus signs.
    subject: x509.subject.split('\n'),
    notBefore: parsed.notBefore.value.toISOString(),
    notAfter: parsed.notAfter.value.toISOString(),
    basicConstraints: {
      critical: found.get('2.5.29.19')!.critical,
      ca: cA,
      ...(pathLenConstraint === undefined ? {} : { pathLength: pathLenConstraint }),
    },
    keyUsage: {
      critical: found.get('2.5.29.15')!.critical,
      bits: USAGES.filter((name, bit) => name !== '' && (usage[0]! & (0x80 >> bit)) !== 0),
    },
    extendedKeyUsage: purposes && { critical: found.get('2.5.29.37')!.critical, purposes },
    policies: value('2.5.29.32')?.certificatePolicies.map((one: pkijs.PolicyInformation) => one.policyIdentifier),
    crl: value('2.5.29.31')?.distributionPoints[0].distributionPoint[0].value,
    ocsp: access['1.3.6.1.5.5.7.48.1'],
    caIssuers: access['1.3.6.1.5.5.7.48.2'],
    authorityKey: authority ? Buffer.from(authority).toString('hex') : null,
  }
}

function subjectKey(x509: X509Certificate): string {
  const found = pkijs.Certificate.fromBER(x509.raw).extensions!.find(({ extnID }) => extnID === '2.5.29.14')
  // biome-ignore lint/suspicious/noExplicitAny: as above
  return Buffer.from((found!.parsedValue as any).valueBlock.valueHexView).toString('hex')
}
