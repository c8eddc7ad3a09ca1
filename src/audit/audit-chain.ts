import { createHash } from 'node:crypto'
import { canonicalJson } from '../shared/canonical-json.ts'

/** What happened, as a caller tells it. */
export type AuditEntry = {
  /** RFC 3339, UTC */
  readonly at: string
  /** who: `cli:<login>` for the operator, later a person's id */
  readonly actor: string
  readonly action: AuditAction
  /** what it was done to: `certificate:<id>`, `act:<id>`, `issuer:<id>` */
  readonly subject: string
  /** no names, no ID numbers: what changed is kept in the versions */
  readonly details: Readonly<Record<string, unknown>>
}

export type AuditAction =
  | 'issuer-registered'
  | 'issuer-changed'
  | 'signing-certificate-registered'
  | 'certificate-registered'
  | 'version-issued'
  | 'certificate-confirmed'
  | 'certificate-unconfirmed'
  | 'email-changed'
  | 'case-approved'
  | 'persons-joined'
  | 'person-corrected'
  | 'revoked'
  | 'reinstated'

/** An entry in its place of the chain: every hash covers the entry and the hash before it. */
export type AuditEvent = AuditEntry & { readonly seq: number; readonly previousHash: string; readonly hash: string }

/** What the first event is chained to. */
const CHAIN_START = '0'.repeat(64)

/** SHA-256 over the canonical JSON of everything in the row but the hash itself. */
export function auditHash(seq: number, entry: AuditEntry, previousHash: string): string {
  const { at, actor, action, subject, details } = entry
  return createHash('sha256')
    .update(canonicalJson({ seq, at, actor, action, subject, details, previousHash }))
    .digest('hex')
}

export type ChainCheck =
  | { readonly whole: true; readonly events: number }
  | { readonly whole: false; readonly seq: number; readonly reason: string }

/**
 * Checks a trail from its beginning and names the first row that is not what it was (E67).
 * @param pages events in the order of their numbers
 * @param head the last number and hash as kept apart, read first: rows cut off at the end are noticed by it, and what
 *   was added since is left for the next check
 */
export async function checkChain(
  pages: AsyncIterable<readonly AuditEvent[]>,
  head: { readonly seq: number; readonly hash: string },
): Promise<ChainCheck> {
  let previous = CHAIN_START
  let seq = 0
  for await (const page of pages) {
    for (const event of page) {
      if (seq === head.seq) return headAgrees(seq, previous, head)
      seq++
      if (event.seq !== seq) return broken(seq, 'the row is missing')
      if (event.previousHash !== previous) return broken(seq, 'it does not follow from the row before it')
      if (auditHash(seq, event, previous) !== event.hash) return broken(seq, 'its content does not agree with its hash')
      previous = event.hash
    }
  }
  if (seq < head.seq) return broken(seq + 1, `rows ${seq + 1} to ${head.seq} are missing`)
  return headAgrees(seq, previous, head)
}

function headAgrees(seq: number, hash: string, head: { readonly hash: string }): ChainCheck {
  return head.hash === hash ? { whole: true, events: seq } : broken(seq, 'the head of the chain does not agree with it')
}

function broken(seq: number, reason: string): ChainCheck {
  return { whole: false, seq, reason }
}
