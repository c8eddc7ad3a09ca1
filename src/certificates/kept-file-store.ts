import type { Database } from '../storage/database.ts'
import type { Language } from '../verification/verification-result.ts'
import type { FilePlace } from './certificate-store.ts'

/** A file of the register beside its kept bytes; null where something is gone. */
export type KeptFileRow = FilePlace & {
  readonly certificateId: string
  readonly language: Language
  readonly signerSha256: string | null
  readonly bytes: Buffer | null
}

export type KeptFileStore = ReturnType<typeof keptFileStore>

/** What the register says of kept files beside what is kept, for the sweep (`dcert audit documents`). */
export function keptFileStore(db: Database) {
  return {
    /** Every file that an issued version names, with what is kept of it; a page at a time. */
    async *pages(size: number): AsyncGenerator<KeptFileRow[]> {
      for (let after = ''; ; ) {
        const rows = await db
          .selectFrom('certificate_files as f')
          .innerJoin('certificate_versions as v', (join) =>
            join.onRef('v.certificate_id', '=', 'f.certificate_id').onRef('v.version', '=', 'f.version'),
          )
          .leftJoin('documents as d', 'd.sha256', 'f.sha256')
          .select(['f.token', 'f.certificate_id', 'f.version', 'f.language', 'f.sha256', 'f.signer_sha256', 'd.bytes'])
          .where('v.issued_at', 'is not', null)
          .where('f.token', '>', after)
          .orderBy('f.token')
          .limit(size)
          .execute()
        if (rows.length === 0) return
        yield rows.map(({ certificate_id, signer_sha256, token: _, ...row }) => ({
          ...row,
          certificateId: certificate_id,
          signerSha256: signer_sha256,
        }))
        after = rows.at(-1)?.token ?? after
      }
    },

    /** Fingerprints of kept bytes that no file of a certificate names. */
    async listUnnamedDocuments(): Promise<string[]> {
      const rows = await db
        .selectFrom('documents as d')
        .leftJoin('certificate_files as f', 'f.sha256', 'd.sha256')
        .select('d.sha256')
        .where('f.token', 'is', null)
        .execute()
      return rows.map(({ sha256 }) => sha256)
    },
  }
}
