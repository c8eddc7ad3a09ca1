import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { AppError } from '../../src/shared/app-error.ts'
import { loadCertificateProfile } from '../../src/signing/certificate-profile.ts'
import { profile, temporaryDirectory } from './sample-keys.ts'

// biome-ignore lint/suspicious/noExplicitAny: the samples break the type on purpose
type Spoil = (copy: any) => void

function refusalOf(spoil: Spoil): string {
  const copy = structuredClone(profile)
  spoil(copy)
  return refusalOfText(JSON.stringify(copy))
}

function refusalOfText(text: string): string {
  const file = join(temporaryDirectory(), 'profile.json')
  writeFileSync(file, text)
  try {
    loadCertificateProfile(file)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    expect(error.userMessage).toContain(file)
    return error.userMessage
  }
  throw new Error('the profile was accepted')
}

describe('a profile', () => {
  test('names every certificate as one for development, not of the ministry', () => {
    for (const { subject } of Object.values(profile.certificates)) {
      expect(subject).toMatchObject({ C: 'TW', O: expect.stringMatching(/development.*NOT the Ministry/) })
    }
  })

  test.each<[string, Spoil, string, string]>([
    [
      'an unknown key usage',
      (p) => p.certificates.signer.keyUsage.bits.push('signEverything'),
      '/certificates/signer/keyUsage/bits/2',
      'nonRepudiation',
    ],
    [
      'a country of three letters',
      (p) => (p.certificates.root.subject.C = 'TWN'),
      '/certificates/root/subject/C',
      'pattern',
    ],
    [
      'a validity of no length',
      (p) => (p.certificates.root.validity = {}),
      '/certificates/root/validity',
      'fewer than 1',
    ],
    [
      'an issuing CA that is none',
      (p) => (p.certificates.issuing.basicConstraints.ca = false),
      '/certificates/issuing/basicConstraints/ca',
      'true',
    ],
    [
      'a signing certificate that is a CA',
      (p) => (p.certificates.signer.basicConstraints.ca = true),
      '/certificates/signer/basicConstraints/ca',
      'false',
    ],
    [
      'a signing certificate without purpose',
      (p) => delete p.certificates.signer.extendedKeyUsage,
      '/certificates/signer',
      'extendedKeyUsage',
    ],
    ['a misspelt member', (p) => (p.certificates.root.keyUsages = {}), '/certificates/root', 'keyUsages'],
    ['an address that is none', (p) => (p.baseUrl = 'pki.example/'), '/baseUrl', 'pattern'],
    [
      'a CA outlived by what it issues',
      (p) => (p.certificates.signer.validity = { years: 11 }),
      '/certificates/signer/validity',
      'issuing',
    ],
  ])('with %s is refused by file, path and reason', (_, spoil, path, reason) => {
    const message = refusalOf(spoil)
    expect(message).toContain(`${path}：`)
    expect(message).toContain(reason)
  })

  test('that is no JSON is refused', () => {
    expect(refusalOfText('{ "baseUrl": ')).toContain('JSON')
  })

  test('that is missing is told by its path', () => {
    expect(() => loadCertificateProfile('/nowhere/profile.json')).toThrow('/nowhere/profile.json')
  })
})
