import type { Rank } from '../approvals/approved-case.ts'
import type { Database } from '../storage/database.ts'

/** One act of revocation from a rank upward (E49); it stands until it is reinstated. */
export type RevocationAct = {
  readonly id: string
  readonly personId: string
  readonly fromRank: Rank
  /** 款 of 審定辦法 §44(1) */
  readonly ground: 1 | 2 | 3 | 4
  readonly documentNumber: string
  readonly revokedAt: string
  readonly reinstatedAt: string | null
}

export type RevocationStore = ReturnType<typeof revocationStore>

export function revocationStore(db: Database) {
  return {
    async insert(act: RevocationAct, certificateIds: readonly string[]): Promise<void> {
      await db
        .insertInto('revocation_acts')
        .values({
          id: act.id,
          person_id: act.personId,
          from_rank: act.fromRank,
          ground: act.ground,
          document_number: act.documentNumber,
          revoked_at: act.revokedAt,
          reinstated_at: null,
          reinstate_document_number: null,
          reinstate_reason: null,
        })
        .execute()
      for (const id of certificateIds) {
        await db.insertInto('revocation_coverage').values({ act_id: act.id, certificate_id: id }).execute()
      }
    },

    async find(id: string): Promise<RevocationAct | undefined> {
      const row = await db.selectFrom('revocation_acts').selectAll().where('id', '=', id).executeTakeFirst()
      return (
        row && {
          id: row.id,
          personId: row.person_id,
          fromRank: row.from_rank,
          ground: row.ground as RevocationAct['ground'],
          documentNumber: row.document_number,
          revokedAt: row.revoked_at,
          reinstatedAt: row.reinstated_at,
        }
      )
    },

    /** ids of the certificates an act covers */
    async listCovered(actId: string): Promise<string[]> {
      const rows = await db
        .selectFrom('revocation_coverage')
        .select('certificate_id')
        .where('act_id', '=', actId)
        .execute()
      return rows.map((row) => row.certificate_id)
    },

    /** @returns false when the act was already taken back: then nothing was changed */
    async reinstate(id: string, documentNumber: string, reason: string, at: string): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('revocation_acts')
        .set({ reinstated_at: at, reinstate_document_number: documentNumber, reinstate_reason: reason })
        .where('id', '=', id)
        .where('reinstated_at', 'is', null)
        .executeTakeFirstOrThrow()
      return numUpdatedRows === 1n
    },
  }
}
