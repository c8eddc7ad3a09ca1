import { canonicalJson } from '../shared/canonical-json.ts'
import type { Database } from '../storage/database.ts'
import { type AuditAction, type AuditEntry, type AuditEvent, auditHash } from './audit-chain.ts'

/** The append-only trail (E67). */
export type AuditStore = {
  /** Adds an event at the end of the chain; inside the transaction of what it tells of. */
  append(entry: AuditEntry): Promise<void>
  /** All events in order, a page at a time. */
  pages(size: number): AsyncGenerator<AuditEvent[]>
  head(): Promise<{ seq: number; hash: string }>
  /** the highest number of any row, 0 for none: more than the head's was put in behind its back */
  lastSeq(): Promise<number>
}

export function auditStore(db: Database): AuditStore {
  return {
    async append(entry) {
      // The update locks the head's row, so that events of several processes queue up.
      const head = await db
        .updateTable('audit_head')
        .set((e) => ({ seq: e('seq', '+', 1) }))
        .returning(['seq', 'hash'])
        .executeTakeFirstOrThrow()
      const hash = auditHash(head.seq, entry, head.hash)
      const { at, actor, action, subject } = entry
      await db
        .insertInto('audit_events')
        .values({
          seq: head.seq,
          at,
          actor,
          action,
          subject,
          details: canonicalJson(entry.details),
          previous_hash: head.hash,
          hash,
        })
        .execute()
      await db.updateTable('audit_head').set({ hash }).execute()
    },

    async *pages(size) {
      for (let after = 0; ; ) {
        const rows = await db
          .selectFrom('audit_events')
          .selectAll()
          .where('seq', '>', after)
          .orderBy('seq')
          .limit(size)
          .execute()
        if (rows.length === 0) return
        yield rows.map((row) => ({
          seq: row.seq,
          at: row.at,
          actor: row.actor,
          action: row.action as AuditAction,
          subject: row.subject,
          details: parseDetails(row.details),
          previousHash: row.previous_hash,
          hash: row.hash,
        }))
        after = rows.at(-1)?.seq ?? after
      }
    },

    async lastSeq() {
      const { last } = await db
        .selectFrom('audit_events')
        .select((e) => e.fn.max('seq').as('last'))
        .executeTakeFirstOrThrow()
      return last ?? 0
    },

    async head() {
      return db.selectFrom('audit_head').select(['seq', 'hash']).executeTakeFirstOrThrow()
    },
  }
}

/** A row that was tampered with need not be (canonical) JSON any more; its hash tells. */
function parseDetails(text: string): Readonly<Record<string, unknown>> {
  try {
    const details = JSON.parse(text)
    return canonicalJson(details) === text ? details : { unreadable: text }
  } catch {
    return { unreadable: text }
  }
}
