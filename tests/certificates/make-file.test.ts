import { createHash, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type FileMakerTools, fileMaker } from '../../src/certificates/make-file.ts'
import { cmsSigner } from '../../src/signing/cms.ts'
import { keystorePathsIn, readKeystore } from '../../src/signing/read-keystore.ts'
import type { Signer } from '../../src/signing/signer.ts'
import { checkIssuedFile } from '../../src/verification/signature-check.ts'
import { trustAnchors } from '../../src/verification/trust.ts'
import { dataDirectory, TODAY } from '../support/house.ts'
import { contentOf, FONTS } from './composing.ts'

type Spoil = { signer?: (good: Signer) => Signer; root?: string; signerSha256?: string }

async function toolsFor(directory: string, spoil: Spoil = {}): Promise<FileMakerTools> {
  const keys = join(directory, 'keys')
  const { signer, certificate } = await readKeystore(keystorePathsIn(keys), TODAY)
  return {
    fonts: FONTS,
    cms: cmsSigner(spoil.signer?.(signer) ?? signer),
    trust: trustAnchors([spoil.root ?? readFileSync(join(keys, 'root.pem'), 'utf8')]),
    signerSha256: spoil.signerSha256 ?? createHash('sha256').update(certificate.raw).digest('hex'),
    verifyAddress: 'https://verify.example.tw/verify',
  }
}

describe('a finished file is read back with the verification code before anybody has it (E22, pdf.md)', () => {
  test.each(['rsa-2048', 'rsa-3072', 'p-256', 'p-384'] as const)(
    '%s: sound, certified, in one revision',
    async (algorithm) => {
      const tools = await toolsFor(await dataDirectory(algorithm))
      const { bytes, sha256, signerSha256 } = fileMaker(tools).make(contentOf(), 'v1')
      const report = checkIssuedFile(bytes, tools.trust)
      expect(report.checks.filter(({ passed }) => passed !== true)).toEqual([])
      expect(report).toMatchObject({ sound: true, certified: true, coversWholeFile: true, bytesAfter: 0, signerSha256 })
      expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
      // Signatures are judged as of issue: M is the time of composing.
      expect(report.signedAt?.toISOString()).toBe('2026-08-03T02:00:00.000Z')
    },
  )

  test('a trust anchor that is not ours: refused, nothing is returned', async () => {
    const other = readFileSync(join(await dataDirectory('p-256'), 'keys/root.pem'), 'utf8')
    const maker = fileMaker(await toolsFor(await dataDirectory(), { root: other }))
    expect(() => maker.make(contentOf(), 'v1')).toThrow(/讀回檢查不符/)
  })

  test('a signer that returns a bad signature: refused', async () => {
    const spoil = (good: Signer): Signer => ({
      ...good,
      sign: (bytes) => good.sign(Buffer.concat([bytes, Buffer.from('x')])),
    })
    const maker = fileMaker(await toolsFor(await dataDirectory(), { signer: spoil }))
    expect(() => maker.make(contentOf(), 'v1')).toThrow(/讀回檢查不符/)
  })

  test('another signing certificate than the one that is registered: refused', async () => {
    const maker = fileMaker(await toolsFor(await dataDirectory(), { signerSha256: '0'.repeat(64) }))
    expect(() => maker.make(contentOf(), 'v1')).toThrow(/讀回檢查不符（簽章者不同）/)
  })

  test('a signature too large for its place is an error, the placeholder is not exceeded', async () => {
    const tools = await toolsFor(await dataDirectory())
    const maker = fileMaker({ ...tools, cms: { ...tools.cms, largest: 500 } })
    expect(() => maker.make(contentOf(), 'v1')).toThrow(/the signature takes \d+ bytes, its place has 500/)
  })

  test('the room for the signature is enough for every one of a hundred, and not a quarter of the file', async () => {
    const tools = await toolsFor(await dataDirectory())
    const maker = fileMaker(tools)
    for (let i = 0; i < 100; i++) maker.make(contentOf({}, { version: i + 1 }), 'v1')
    expect(tools.cms.largest * 2).toBeLessThan(maker.make(contentOf(), 'v1').bytes.length / 4)
  })

  test('a certificate expired since changes nothing: signatures are judged as of issue', async () => {
    const directory = await dataDirectory()
    const tools = await toolsFor(directory)
    const signer = new X509Certificate(readFileSync(join(directory, 'keys/signer.pem')))
    const inTime = new Date(signer.validToDate.getTime() - 60_000).toISOString().replace(/\.\d+Z/, 'Z')
    const tooLate = new Date(signer.validToDate.getTime() + 60_000).toISOString().replace(/\.\d+Z/, 'Z')
    expect(() => fileMaker(tools).make(contentOf({}, { composedAt: inTime }), 'v1')).not.toThrow()
    expect(() => fileMaker(tools).make(contentOf({}, { composedAt: tooLate }), 'v1')).toThrow(/讀回檢查不符/)
  })
})

test('a rehearsal refuses what making would refuse, and signs nothing (E63)', async () => {
  let signed = 0
  const counting = (good: Signer): Signer => ({
    ...good,
    sign(bytes) {
      signed++
      return good.sign(bytes)
    },
  })
  const maker = fileMaker(await toolsFor(await dataDirectory(), { signer: counting }))
  const before = signed
  expect(() => maker.rehearse(contentOf({ name: '方若𗼇' }), 'v1')).toThrow(/U\+17F07/)
  maker.rehearse(contentOf(), 'v1')
  expect(signed).toBe(before)
  maker.make(contentOf(), 'v1')
  expect(signed).toBe(before + 1)
})

test('a template version that is not there is an error that names it', async () => {
  const maker = fileMaker(await toolsFor(await dataDirectory()))
  expect(() => maker.make(contentOf(), 'v99')).toThrow(/v99/)
})
