/** The three outcomes of E25. */
export type Outcome = 'success' | 'warning' | 'failure'

/** Frozen once published: docs/reason-codes.md. Codes are added, never renamed or given another meaning. */
export const REASON_OUTCOMES = {
  current: 'success',
  superseded: 'warning',
  revoked: 'failure',
  unconfirmed: 'failure',
  altered: 'failure',
  appended: 'failure',
  resaved: 'failure',
  preview: 'failure',
  'not-registered': 'failure',
  'foreign-signature': 'failure',
  unknown: 'failure',
  'not-pdf': 'failure',
  encrypted: 'failure',
  damaged: 'failure',
  'register-mismatch': 'failure',
} as const satisfies Record<string, Outcome>

export type Reason = keyof typeof REASON_OUTCOMES
export type Language = 'zh-TW' | 'en'
export type LocalText = Readonly<Record<Language, string>>

/** One thing that was looked at; `passed` is null when it could not be looked at or does not apply. */
export type Check = { readonly name: string; readonly passed: boolean | null; readonly detail: string }

/** What is told about a certificate whose fingerprint is known: nothing personal (E31, E68). */
export type VerifiedCertificate = {
  /** full form, 教字第142195號 */
  readonly number: string
  /** the template's kind, e.g. college-teacher */
  readonly kind: string
  readonly language: Language
  readonly version: number
  /** newest confirmed version; null when none was ever confirmed */
  readonly currentVersion: number | null
  /** ISO date */
  readonly issuedOn: string
  readonly issuer: LocalText
}

/** The answer of POST /api/v1/verifications and of `dcert verify --json`. */
export type VerificationResult = {
  readonly outcome: Outcome
  readonly reason: Reason
  readonly message: LocalText
  /** SHA-256 of what was received, 64 lower-case hex digits */
  readonly fingerprint: string
  readonly certificate: VerifiedCertificate | null
  readonly checks: readonly Check[]
  /** RFC 3339: the state of the register this answer rests on */
  readonly asOf: string
  readonly verifiedAt: string
}
