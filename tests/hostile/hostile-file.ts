import type { Reason } from '../../src/verification/verification-result.ts'
import type { Hand } from './forge-cms.ts'
import type { Parts } from './pdf-parts.ts'

/** A certificate that dcert issued and confirmed: what an attacker starts from. */
export type Base = {
  /** e.g. `p-256 zh-TW` */
  readonly name: string
  readonly bytes: Buffer
  /** where its parts stand */
  readonly parts: Parts
  /** the very key that signed it, in the hands of the attacker: for files that we never issue */
  readonly hand: Hand
  /** another certificate by the same key */
  readonly other: Buffer
}

/** Keys besides those of the issuer. */
export type Keys = {
  /** a PKI that nobody here trusts */
  readonly stranger: Hand
  /** its names, subject by subject, are those of our own signer */
  readonly namesake: Hand
  /** signers of an authority whose root this verifier trusts; all but `good` must not sign documents now, or ever */
  readonly authority: Readonly<Record<AuthoritySigner, Hand>>
}

export const AUTHORITY_SIGNERS = [
  'good',
  'p384',
  'rsa',
  'expired',
  'notYetValid',
  'webServer',
  'withoutPurpose',
  'withoutNonRepudiation',
  'certifying',
  'root',
  'issuingCa',
  'belowSigner',
  'tooLongPath',
  'unknownCritical',
  'underExpiredCa',
] as const
export type AuthoritySigner = (typeof AUTHORITY_SIGNERS)[number]

/** One row of the table in docs/hostile-files.md. */
export type HostileFile = {
  readonly name: string
  /** what was done to the certificate */
  readonly does: string
  /** the one answer that is right */
  readonly reason: Reason
  make(base: Base, keys: Keys): Buffer | Promise<Buffer>
}

export type Family = { readonly title: string; readonly files: readonly HostileFile[] }

/** Short for a row. */
export function hostile(name: string, does: string, reason: Reason, make: HostileFile['make']): HostileFile {
  return { name, does, reason, make }
}
