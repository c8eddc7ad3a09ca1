import type { Database } from '../storage/database.ts'
import type { Issuer } from './issuer.ts'

/** A certificate that an issuer signs with. */
export type SigningCertificate = {
  /** SHA-256 of the DER, 64 lower-case hex digits */
  readonly sha256: string
  readonly chainPem: string
}

export type IssuerStore = ReturnType<typeof issuerStore>

export function issuerStore(db: Database) {
  return {
    /** Takes over the issuer's names and result texts. */
    async put(issuer: Issuer): Promise<'new' | 'changed' | 'unchanged'> {
      const row = { names: JSON.stringify(issuer.name), result_texts: JSON.stringify(issuer.resultTexts) }
      const known = await db.selectFrom('issuers').selectAll().where('id', '=', issuer.id).executeTakeFirst()
      if (known !== undefined) {
        if (known.names === row.names && known.result_texts === row.result_texts) return 'unchanged'
        await db.updateTable('issuers').set(row).where('id', '=', issuer.id).execute()
        return 'changed'
      }
      await db
        .insertInto('issuers')
        .values({ id: issuer.id, ...row })
        .execute()
      return 'new'
    },

    /** @returns whether the certificate was new */
    async addSigningCertificate(issuerId: string, certificate: SigningCertificate, at: string): Promise<boolean> {
      const known = db.selectFrom('issuer_keys').select('issuer_id')
      if (await known.where('certificate_sha256', '=', certificate.sha256).executeTakeFirst()) return false
      await db
        .insertInto('issuer_keys')
        .values({
          certificate_sha256: certificate.sha256,
          issuer_id: issuerId,
          chain_pem: certificate.chainPem,
          first_used_at: at,
        })
        .execute()
      return true
    },
  }
}
