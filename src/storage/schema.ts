import type { Rank } from '../approvals/approved-case.ts'
import type { Language } from '../verification/verification-result.ts'

/** Tables of the register. Booleans are 0/1, times RFC 3339 text in UTC, dates ISO text, on every database. */
export type Schema = {
  issuers: IssuerTable
  issuer_keys: IssuerKeyTable
  persons: { id: string }
  person_id_numbers: { id_number: string; person_id: string }
  certificates: CertificateTable
  certificate_versions: CertificateVersionTable
  certificate_files: CertificateFileTable
  documents: { sha256: string; bytes: Buffer; kept_at: string }
  confirmations: ConfirmationTable
  revocation_acts: RevocationActTable
  revocation_coverage: { act_id: string; certificate_id: string }
  audit_head: { id: number; seq: number; hash: string }
  audit_events: AuditEventTable
  verification_counts: { day: string; outcome: string; reason: string; count: number }
}

/** Who a certificate is from (E65); names and result texts are JSON by language. */
export type IssuerTable = { id: string; names: string; result_texts: string }

/** Certificates an issuer has signed with; a file's signature must be by the one its row names. */
export type IssuerKeyTable = { certificate_sha256: string; issuer_id: string; chain_pem: string; first_used_at: string }

/** 證書: one per issuer, rank and 證書字號, also those that are on paper only. */
export type CertificateTable = {
  id: string
  issuer_id: string
  kind: string
  rank: Rank
  number: string
  person_id: string
  document_number: string
  school_code: string
  /** 審定結果 */
  result: string
  supports_electronic: number
  email: string | null
  /** the case as first registered, canonical JSON: what a repeated import is compared with */
  imported_case: string
  registered_at: string
}

/** A version exists from the moment its intent is recorded; it is issued when all its files are kept. */
export type CertificateVersionTable = {
  certificate_id: string
  version: number
  reason: 'first' | 'correction' | 'data-changed'
  mark: 'replacement' | null
  template: string
  /** the case as this version shows it, canonical JSON */
  case_data: string
  /** reply of the ministry that a correction or replacement rests on */
  document_number: string | null
  intended_at: string
  issued_at: string | null
  first_confirmed_at: string | null
}

export type CertificateFileTable = {
  certificate_id: string
  version: number
  language: Language
  token: string
  minister: string
  sha256: string | null
  signer_sha256: string | null
}

/** Each 確認 and 取消確認, in order. */
export type ConfirmationTable = {
  certificate_id: string
  seq: number
  action: 'confirm' | 'unconfirm'
  version: number
  document_number: string
  actor: string
  at: string
}

/** One act of revocation from a rank upward (E49); reinstated by the last three. */
export type RevocationActTable = {
  id: string
  person_id: string
  from_rank: Rank
  /** 款 of 審定辦法 §44(1) */
  ground: number
  document_number: string
  revoked_at: string
  reinstated_at: string | null
  reinstate_document_number: string | null
  reinstate_reason: string | null
}

export type AuditEventTable = {
  seq: number
  at: string
  actor: string
  action: string
  subject: string
  /** canonical JSON */
  details: string
  previous_hash: string
  hash: string
}
