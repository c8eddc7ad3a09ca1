import type { VerificationResult } from './verification-result.ts'

/** What the HTTP side asks. All three throw AppError('UNAVAILABLE', …) when the register cannot be asked. */
export type Verification = {
  verifyFile(bytes: Buffer): Promise<VerificationResult>
  /** 64 lower-case hex digits; trusts the register, as there is no file to look at. */
  verifyFingerprint(sha256: string): Promise<VerificationResult>
  findByToken(token: string): Promise<VerificationResult | undefined>
}
