import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkIssuedFile, type SignatureReport } from '../../src/verification/signature-check.ts'
import { trustAnchors } from '../../src/verification/trust.ts'
import { appendRevision, type PdfParts, type SignatureParts, signedPdf, unsignedPdf } from '../support/signed-pdf.ts'
import { type CertificateOptions, makeCertificate, makePki, pemOf, type TestPki } from '../support/test-pki.ts'

const pki = makePki('p-256')
const trust = trustAnchors([pemOf(pki.root)])
const good = signedPdf(pki)

function failedOf(report: SignatureReport): string[] {
  return report.checks.filter((check) => check.passed !== true).map((check) => check.name)
}

function failed(parts: PdfParts, signature: SignatureParts, by: TestPki = pki): string[] {
  return failedOf(checkIssuedFile(signedPdf(by, parts, signature), trust))
}

describe('a file as we issue it passes every check (pdf.md, Conformance; E69)', () => {
  for (const kind of ['rsa-2048', 'p-256', 'p-384'] as const) {
    for (const xref of ['table', 'stream'] as const) {
      test(`signed with ${kind}, cross-reference ${xref}`, () => {
        const own = makePki(kind)
        const report = checkIssuedFile(signedPdf(own, { xref }), trustAnchors([own.root.der]))
        expect(failedOf(report)).toEqual([])
        expect(report).toMatchObject({
          sound: true,
          intact: true,
          coversWholeFile: true,
          trusted: true,
          certified: true,
        })
        expect(report.signedAt?.toISOString()).toBe('2024-05-01T02:30:00.000Z')
        expect(report.signerSha256).toMatch(/^[0-9a-f]{64}$/)
        expect(report.bytesAfter).toBe(0)
      })
    }
  }

  test('the CMS is written in small digits, as we write it: other bytes are an alteration, not a file of ours', () => {
    expect(failed({}, { upperCase: true })).toEqual(['contents-encoding'])
    const mixed = Buffer.from(good)
    const at = good.indexOf('/Contents<3082') + 14
    mixed.write(good.toString('latin1', at, at + 40).toUpperCase(), at, 'latin1')
    expect(failedOf(checkIssuedFile(mixed, trust))).toEqual(['contents-encoding'])
  })

  test('a root given as PEM among others is found', () => {
    const anchors = trustAnchors([`${pemOf(makePki().root)}\n${pemOf(pki.root)}`])
    expect(checkIssuedFile(good, anchors).sound).toBe(true)
  })
})

describe('E26: changing one byte of an issued file is noticed', () => {
  test('at every place of the file, with any other byte', () => {
    const spoilt = fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }))
    fc.assert(
      fc.property(spoilt, ([at, change]) => {
        const bytes = Buffer.from(good)
        bytes[at]! ^= change
        const report = checkIssuedFile(bytes, trust)
        expect(report.intact && report.coversWholeFile).toBe(false)
        expect(report.sound).toBe(false)
      }),
      { numRuns: 1500 },
    )
  })

  test('at every hexadecimal digit of an RSA signature and at every byte around it', () => {
    const own = makePki('rsa-2048')
    const bytes = signedPdf(own, {}, { room: 4600 })
    const anchors = trustAnchors([own.root.der])
    const start = bytes.indexOf('/ByteRange')
    for (let at = start; at < bytes.length; at += 1) {
      for (const change of [1, 0x20]) {
        bytes[at]! ^= change
        const report = checkIssuedFile(bytes, anchors)
        if (report.sound || (report.intact && report.coversWholeFile)) throw new Error(`byte ${at} changed unnoticed`)
        bytes[at]! ^= change
      }
    }
  })
})

describe('what ByteRange covers is everything but exactly Contents', () => {
  test.each([
    ['one byte added', (b: Buffer) => Buffer.concat([b, Buffer.from('\n')])],
    ['a revision added', (b: Buffer) => appendRevision(b, { 4: '<<>>' })],
  ])('%s', (_, spoil) => {
    const report = checkIssuedFile(spoil(good), trust)
    expect(report.sound || report.coversWholeFile).toBe(false)
    expect(report.intact).toBe(true)
    expect(report.bytesAfter).toBeGreaterThan(0)
    expect(failedOf(report)).toEqual(expect.arrayContaining(['one-revision', 'coverage']))
  })

  const [, a, b, c] = /\[0 (\d{10}) (\d{10}) (\d{10})\]/.exec(good.toString('latin1')) as unknown as string[]
  test.each([
    ['swapped', `[${b} ${c} 0 ${a}]`],
    ['overlapping', `[0 ${b} ${a} ${c}]`],
    ['a gap wider than Contents', `[0 ${String(Number(a) - 1).padStart(10, '0')} ${b} ${c}]`],
    ['a gap narrower than Contents', `[0 ${String(Number(a) + 1).padStart(10, '0')} ${b} ${c}]`],
    ['past the end', `[0 ${a} ${b} ${String(Number(c) + 1).padStart(10, '0')}]`],
    ['not to the end', `[0 ${a} ${b} ${String(Number(c) - 1).padStart(10, '0')}]`],
    ['negative', `[0 ${a} ${b} -${c!.slice(1)}]`],
    ['not from the beginning', `[9 ${a} ${b} ${c}]`],
    ['null', 'null'.padEnd(36)],
    ['of two numbers', `[0 ${a}]`.padEnd(36)],
    ['of fractions', `[0 ${a} ${b} ${c!.slice(2)}.5]`],
  ])('ByteRange %s', (_, range) => {
    const bytes = Buffer.from(good.toString('latin1').replace(`[0 ${a} ${b} ${c}]`, range), 'latin1')
    expect(bytes.length).toBe(good.length)
    const report = checkIssuedFile(bytes, trust)
    expect(report.sound || (report.intact && report.coversWholeFile)).toBe(false)
  })

  test('a gap that hides more than Contents is refused even when signed so by ourselves', () => {
    // The signer is tricked into a ByteRange whose gap begins at the key: /Contents itself could then be changed.
    const hole = signedPdf(pki, {}, {})
    const wide = Buffer.from(hole.toString('latin1').replace('/Contents<30', '/Contents <3'), 'latin1')
    expect(failedOf(checkIssuedFile(wide, trust))).toContain('gap-is-contents')
  })

  test('Contents behind a reference, missing, null or empty is no signature', () => {
    for (const contents of ['8 0 R ', 'null', '<>', '()']) {
      const start = good.indexOf('/Contents<') + 9
      const end = good.indexOf('>', start) + 1
      const bytes = Buffer.concat([good.subarray(0, start), Buffer.from(contents), good.subarray(end)])
      expect(checkIssuedFile(bytes, trust).intact).toBe(false)
    }
  })
})

describe('the CMS is what PAdES baseline B-B asks for (ETSI EN 319 142-1, 6.3)', () => {
  test.each<[string, SignatureParts['cms'], string]>([
    ['two signers', { signers: 2 }, 'cms'],
    ['another content type', { contentType: '1.2.840.113549.1.7.5' }, 'content-type'],
    ['no signing-certificate-v2', { withoutSigningCertificate: true }, 'signing-certificate'],
    ['signing-certificate-v2 of another certificate', { wrongSigningCertificate: true }, 'signing-certificate'],
    ['a signing-time attribute beside M', { withSigningTime: true }, 'attributes'],
    ['unsigned attributes', { withUnsignedAttribute: true }, 'attributes'],
    ['the digest of other bytes', { wrongDigest: true }, 'message-digest'],
    ['attributes signed under their context tag (RFC 5652 §5.4)', { signsContextTag: true }, 'signature-value'],
    ['content that is not detached', { embedded: Buffer.from('x') }, 'cms'],
    ['a signature algorithm that names no hash', { rsaEncryptionOid: true }, 'cms'],
    ['no issuing certificate', { chain: [pki.signer] }, 'chain'],
    ['no signer certificate', { chain: [pki.issuing] }, 'signature-value'],
    ['the chain in another order', { chain: [pki.issuing, pki.signer] }, 'certificates'],
    ['an issuing certificate twice', { chain: [pki.signer, pki.issuing, pki.issuing] }, 'certificates'],
    ['the root besides', { chain: [pki.signer, pki.issuing, pki.root] }, 'certificates'],
    ['(r, n - s) in place of (r, s)', { highS: true }, 'signature-value'],
    ['NULL parameters of the digest algorithm', { digestNull: 'both' }, 'cms'],
    ['NULL parameters of the digest algorithm of the message', { digestNull: 'message' }, 'cms'],
    ['NULL parameters of the digest algorithm of the signer', { digestNull: 'signer' }, 'cms'],
    ['a certificate that is not of the chain', { chain: [pki.signer, pki.issuing, makePki().root] }, 'certificates'],
  ])('%s', (_, cms, name) => {
    expect(failed({}, { cms: cms! })).toContain(name)
  })

  test('of two values of P-384 that verify, (r, s) and (r, n - s), the lower s is one of ours', () => {
    const own = makePki('p-384')
    const anchors = trustAnchors([own.root.der])
    const check = (highS: boolean): string[] =>
      failedOf(checkIssuedFile(signedPdf(own, {}, { cms: { highS } }), anchors))
    expect(check(false)).toEqual([])
    expect(check(true)).toEqual(['signature-value'])
  })

  test('a verifier that trusts the issuing authority itself reads the same certificates', () => {
    const [issuing, both] = [[pki.issuing.der], [pki.root.der, pki.issuing.der]].map(trustAnchors)
    expect(failedOf(checkIssuedFile(good, issuing!))).toEqual([])
    expect(failedOf(checkIssuedFile(good, both!))).toEqual([])
    const bare = signedPdf(pki, {}, { cms: { chain: [pki.signer] } })
    expect(failedOf(checkIssuedFile(bare, both!))).toEqual(['certificates'])
  })

  test.each<[string, PdfParts, SignatureParts, string]>([
    ['another SubFilter', {}, { subFilter: 'adbe.pkcs7.detached' }, 'sub-filter'],
    ['no certification', {}, { permission: null }, 'certified'],
    ['a certification that permits filling in (P 2)', {}, { permission: 2 }, 'certified'],
    ['no date M', {}, { signedAt: 'yesterday' }, 'signing-time'],
    ['the signature outside the form', { catalogExtra: '/AcroForm<</Fields[]>>' }, {}, 'structure'],
  ])('%s', (_, parts, signature, name) => {
    expect(failed(parts, signature)).toContain(name)
  })

  test('an unsigned file is no issued file', () => {
    expect(checkIssuedFile(unsignedPdf(), trust)).toMatchObject({ sound: false, intact: false, bytesAfter: null })
  })
})

describe('the chain is judged as of the signing, never as of today (interfaces.md)', () => {
  function signedBy(signer: CertificateOptions, signature: SignatureParts = {}): string[] {
    const own: TestPki = { ...pki, signer: makeCertificate('signer', pki.issuing, signer) }
    return failed({}, signature, own)
  }

  test('a certificate that has expired since, or is not yet valid then, is judged by M', () => {
    const term = { from: '2021-01-01', until: '2024-01-01' }
    expect(signedBy(term, { signedAt: 'D:20230601000000Z' })).toEqual([])
    expect(signedBy(term, { signedAt: 'D:20240601000000Z' })).toEqual(['valid-at-signing'])
    expect(signedBy(term, { signedAt: 'D:20201231235959Z' })).toEqual(['valid-at-signing'])
  })

  test.each<[string, CertificateOptions]>([
    ['digitalSignature alone', { keyUsage: [7, 0x80] }],
    ['nonRepudiation alone', { keyUsage: [6, 0x40] }],
    ['no key usage', { keyUsage: null }],
    ['no extended key usage', { extendedKeyUsage: null }],
    ['a server certificate', { extendedKeyUsage: '1.3.6.1.5.5.7.3.1' }],
  ])('a signer certificate with %s is not for signing documents', (_, options) => {
    expect(signedBy(options)).toEqual(['purpose'])
  })

  test('a critical extension that is not understood breaks the chain (RFC 5280 §4.2)', () => {
    expect(signedBy({ criticalUnknown: true })).toContain('chain')
  })

  function issuedBy(authority: CertificateOptions): string[] {
    const issuing = makeCertificate('issuing', pki.root, { authority: true, ...authority })
    return failed({}, {}, { root: pki.root, issuing, signer: makeCertificate('signer', issuing) })
  }

  test('an issuer must be a certification authority (RFC 5280 §6.1.4)', () => {
    expect(issuedBy({})).toEqual([])
    expect(issuedBy({ authority: false, keyUsage: [1, 0x06] })).toContain('chain')
    expect(issuedBy({ keyUsage: [6, 0xc0] })).toContain('chain')
  })

  test('a path longer than the authority allows is refused (pathLenConstraint)', () => {
    const below = makeCertificate('below', pki.issuing, { authority: true })
    const own = { root: pki.root, issuing: below, signer: makeCertificate('signer', below) }
    expect(failed({}, { cms: { chain: [own.signer, below, pki.issuing] } }, own)).toContain('chain')
  })

  test('an impostor with the same names is not trusted', () => {
    const report = checkIssuedFile(signedPdf(makePki('p-256')), trust)
    expect(report).toMatchObject({ trusted: false, intact: false })
    expect(failedOf(report)).toContain('chain')
  })
})
