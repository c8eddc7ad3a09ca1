/** What is known of one version of a certificate when its file is verified. */
export type VersionFacts = {
  /** a standing act of revocation covers the certificate (E60) */
  readonly revoked: boolean
  readonly version: number
  readonly everConfirmed: boolean
  /** newest version of the certificate that was ever confirmed, whatever its languages; null for none */
  readonly newestConfirmed: number | null
}

export type VerificationStatus = 'revoked' | 'unconfirmed' | 'superseded' | 'current'

/** The verification algorithm of §2.9, in its order (E25, E29, E30, E51, E72). A later 取消確認 plays no part (E12). */
export function verificationStatus(facts: VersionFacts): VerificationStatus {
  if (facts.revoked) return 'revoked'
  if (!facts.everConfirmed) return 'unconfirmed'
  if (facts.newestConfirmed !== null && facts.newestConfirmed > facts.version) return 'superseded'
  return 'current'
}

/** What is known of a certificate as a whole. */
export type CertificateFacts = {
  readonly revoked: boolean
  /** newest issued version; null while the first is still being issued */
  readonly newestIssued: number | null
  readonly newestConfirmed: number | null
  /** the last of 確認 and 取消確認 was 確認 */
  readonly released: boolean
}

/** The life cycle of §2.9; 更正中 comes with the portal, by command correcting is one step. */
export type CertificateState =
  | 'never-confirmed'
  | 'confirmed'
  | 'confirmation-cancelled'
  | 'replacement-pending'
  | 'revoked'

export const STATE_LABELS: Readonly<Record<CertificateState, string>> = {
  'never-confirmed': '尚未確認',
  confirmed: '已確認',
  'confirmation-cancelled': '取消確認',
  'replacement-pending': '換發待確認',
  revoked: '已撤銷',
}

/** The word people see, derived here and nowhere else. */
export function certificateState(facts: CertificateFacts): CertificateState {
  if (facts.revoked) return 'revoked'
  if (facts.newestConfirmed === null) return 'never-confirmed'
  if (facts.newestIssued !== null && facts.newestIssued > facts.newestConfirmed) return 'replacement-pending'
  return facts.released ? 'confirmed' : 'confirmation-cancelled'
}

/** The version the teacher's list offers, or null when it offers none (E9, E11, E21, E30, E51). */
export function downloadableVersion(facts: CertificateFacts): number | null {
  return !facts.revoked && facts.released ? facts.newestConfirmed : null
}
