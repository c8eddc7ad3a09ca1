import { DEFAULT_ISSUER_TEXTS } from './reason-texts.ts'
import { REASON_OUTCOMES, type Reason, type VerificationResult } from './verification-result.ts'

/** Reasons of which the fingerprint is known, so that the certificate is told. */
const KNOWN: readonly Reason[] = ['current', 'superseded', 'revoked', 'unconfirmed', 'register-mismatch']

const CERTIFICATE = {
  number: '教字第142195號',
  kind: 'college-teacher',
  language: 'zh-TW',
  version: 1,
  currentVersion: 1,
  issuedOn: '2023-08-15',
  issuer: { 'zh-TW': '教育部', en: 'Ministry of Education' },
} as const

/** A made-up answer for every reason: shown in the OpenAPI, used by tests. */
export function exampleResult(reason: Reason): VerificationResult {
  const outcome = REASON_OUTCOMES[reason]
  const known = KNOWN.includes(reason)
  const currentVersion = reason === 'superseded' ? 2 : reason === 'unconfirmed' ? null : 1
  return {
    outcome,
    reason,
    message: DEFAULT_ISSUER_TEXTS[outcome],
    fingerprint: '3f0a377ba0a4a460ecb616f6507ce0d8cfa3e704025d4fda3ed0c5ca05468728',
    certificate: known ? { ...CERTIFICATE, currentVersion } : null,
    checks: [{ name: 'fingerprint', passed: known, detail: 'the SHA-256 of the file is in the register' }],
    asOf: '2025-11-21T02:15:00Z',
    verifiedAt: '2025-11-21T02:15:03Z',
  }
}

export const EXAMPLE_RESULTS = Object.keys(REASON_OUTCOMES).map((reason) => exampleResult(reason as Reason))
