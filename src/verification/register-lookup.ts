import type { LocalText, Outcome, VerifiedCertificate } from './verification-result.ts'

/** What the register says of one kept file; the port through which verification sees it (read only). */
export type RegisteredFile = VerifiedCertificate & {
  readonly status: 'revoked' | 'unconfirmed' | 'superseded' | 'current'
  readonly resultTexts: Readonly<Record<Outcome, LocalText>>
  readonly sha256: string
  /** SHA-256 of the certificate that must have signed it */
  readonly signerSha256: string
}

/** @throws any error when the register cannot be asked */
export type RegisterLookup = {
  findByFingerprint(sha256: string): Promise<RegisteredFile | undefined>
  findByToken(token: string): Promise<RegisteredFile | undefined>
}
