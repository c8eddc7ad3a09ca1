import type { ApprovedCase, Rank } from '../approvals/approved-case.ts'
import { AppError } from '../shared/app-error.ts'
import { canonicalJson } from '../shared/canonical-json.ts'
import { toCertificate, toVersion } from '../storage/certificate-rows.ts'
import type { Database } from '../storage/database.ts'
import type { Language } from '../verification/verification-result.ts'
import type { CertificateFacts } from './certificate-status.ts'

/** A certificate as registered: the case it was approved with, and what it may become. */
export type Certificate = {
  readonly id: string
  readonly issuerId: string
  readonly kind: string
  readonly rank: Rank
  readonly number: string
  readonly personId: string
  /** 核定公文文號 */
  readonly documentNumber: string
  readonly schoolCode: string
  readonly result: string
  readonly supportsElectronic: boolean
  readonly email: string | null
  readonly importedCase: ApprovedCase
}

export type VersionReason = 'first' | 'correction' | 'data-changed'

export type Version = {
  readonly certificateId: string
  readonly version: number
  readonly reason: VersionReason
  readonly mark: 'replacement' | null
  /** `<kind>/<version>` of the template */
  readonly template: string
  readonly case: ApprovedCase
  readonly documentNumber: string | null
  readonly intendedAt: string
  readonly issuedAt: string | null
  readonly firstConfirmedAt: string | null
}

export type IntendedFile = { readonly language: Language; readonly token: string; readonly minister: string }
export type KeptFile = IntendedFile & { readonly sha256: string; readonly signerSha256: string }

export type CertificateStore = ReturnType<typeof certificateStore>

/** Certificates, their versions and files; bound to one connection or transaction. */
export function certificateStore(db: Database) {
  const certificates = () => db.selectFrom('certificates').selectAll()

  return {
    async findByIdentity(issuerId: string, rank: Rank, number: string): Promise<Certificate | undefined> {
      const row = await certificates()
        .where('issuer_id', '=', issuerId)
        .where('rank', '=', rank)
        .where('number', '=', number)
        .executeTakeFirst()
      return row && toCertificate(row)
    },

    async get(id: string): Promise<Certificate> {
      const row = await certificates().where('id', '=', id).executeTakeFirst()
      if (row === undefined) throw new AppError('NOT_FOUND', '查無此證書。', { id })
      return toCertificate(row)
    },

    async listByDocument(documentNumber: string): Promise<Certificate[]> {
      const rows = await certificates().where('document_number', '=', documentNumber).orderBy('number').execute()
      return rows.map(toCertificate)
    },

    async listByPerson(personId: string): Promise<Certificate[]> {
      const rows = await certificates().where('person_id', '=', personId).orderBy('number').execute()
      return rows.map(toCertificate)
    },

    async insert(certificate: Certificate, at: string): Promise<void> {
      await db
        .insertInto('certificates')
        .values({
          id: certificate.id,
          issuer_id: certificate.issuerId,
          kind: certificate.kind,
          rank: certificate.rank,
          number: certificate.number,
          person_id: certificate.personId,
          document_number: certificate.documentNumber,
          school_code: certificate.schoolCode,
          result: certificate.result,
          supports_electronic: certificate.supportsElectronic ? 1 : 0,
          email: certificate.email,
          imported_case: canonicalJson(certificate.importedCase),
          registered_at: at,
        })
        .execute()
    },

    async setEmail(id: string, email: string | null): Promise<void> {
      await db.updateTable('certificates').set({ email }).where('id', '=', id).execute()
    },

    async setPerson(id: string, personId: string): Promise<void> {
      await db.updateTable('certificates').set({ person_id: personId }).where('id', '=', id).execute()
    },

    async setSchool(id: string, schoolCode: string): Promise<void> {
      await db.updateTable('certificates').set({ school_code: schoolCode }).where('id', '=', id).execute()
    },

    /** 審定結果 or 支援電子證書 has turned to yes. */
    async setApproval(id: string, approval: Pick<Certificate, 'result' | 'supportsElectronic'>): Promise<void> {
      const { result, supportsElectronic } = approval
      await db
        .updateTable('certificates')
        .set({ result, supports_electronic: supportsElectronic ? 1 : 0 })
        .where('id', '=', id)
        .execute()
    },

    /** Records the intent: the version and its files exist from here on, with nothing kept yet. */
    async insertVersion(version: Version, files: readonly IntendedFile[]): Promise<void> {
      await db
        .insertInto('certificate_versions')
        .values({
          certificate_id: version.certificateId,
          version: version.version,
          reason: version.reason,
          mark: version.mark,
          template: version.template,
          case_data: canonicalJson(version.case),
          document_number: version.documentNumber,
          intended_at: version.intendedAt,
          issued_at: null,
          first_confirmed_at: null,
        })
        .execute()
      for (const file of files) {
        const key = { certificate_id: version.certificateId, version: version.version }
        await db
          .insertInto('certificate_files')
          .values({ ...key, ...file, sha256: null, signer_sha256: null })
          .execute()
      }
    },

    async listVersions(certificateId: string): Promise<Version[]> {
      const rows = await db
        .selectFrom('certificate_versions')
        .selectAll()
        .where('certificate_id', '=', certificateId)
        .orderBy('version')
        .execute()
      return rows.map(toVersion)
    },

    /** Versions whose intent was recorded before that time and that were not finished: something was killed. */
    async listUnfinished(before: string): Promise<Version[]> {
      const rows = await db
        .selectFrom('certificate_versions')
        .selectAll()
        .where('issued_at', 'is', null)
        .where('intended_at', '<', before)
        .orderBy('intended_at')
        .execute()
      return rows.map(toVersion)
    },

    async listFiles(certificateId: string, version?: number): Promise<(IntendedFile & FilePlace)[]> {
      let query = db.selectFrom('certificate_files').selectAll().where('certificate_id', '=', certificateId)
      if (version !== undefined) query = query.where('version', '=', version)
      const rows = await query.orderBy('version').orderBy('language', 'desc').execute()
      return rows.map(({ language, token, minister, sha256, version }) => ({
        language,
        token,
        minister,
        sha256,
        version,
      }))
    },

    /** @returns false when somebody else has issued this version meanwhile: then nothing was changed */
    async markIssued(of: Version, at: string): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('certificate_versions')
        .set({ issued_at: at })
        .where('certificate_id', '=', of.certificateId)
        .where('version', '=', of.version)
        .where('issued_at', 'is', null)
        .executeTakeFirstOrThrow()
      return numUpdatedRows === 1n
    },

    /** Names the kept bytes of a version's files; the documents are there already. */
    async setFiles(of: Version, files: readonly KeptFile[]): Promise<void> {
      for (const file of files) {
        await db
          .updateTable('certificate_files')
          .set({ sha256: file.sha256, signer_sha256: file.signerSha256 })
          .where('certificate_id', '=', of.certificateId)
          .where('version', '=', of.version)
          .where('language', '=', file.language)
          .execute()
      }
    },

    async addConfirmation(of: ConfirmationRecord): Promise<void> {
      const last = await lastConfirmation(db, of.certificateId)
      await db
        .insertInto('confirmations')
        .values({
          certificate_id: of.certificateId,
          seq: (last?.seq ?? 0) + 1,
          action: of.action,
          version: of.version,
          document_number: of.documentNumber,
          actor: of.actor,
          at: of.at,
        })
        .execute()
      if (of.action === 'unconfirm') return
      await db
        .updateTable('certificate_versions')
        .set({ first_confirmed_at: of.at })
        .where('certificate_id', '=', of.certificateId)
        .where('version', '=', of.version)
        .where('first_confirmed_at', 'is', null)
        .execute()
    },

    async facts(certificateId: string): Promise<CertificateFacts> {
      const newest = await db
        .selectFrom('certificate_versions')
        .select((e) => [
          e.fn.max('version').filterWhere('issued_at', 'is not', null).as('issued'),
          e.fn.max('version').filterWhere('first_confirmed_at', 'is not', null).as('confirmed'),
        ])
        .where('certificate_id', '=', certificateId)
        .executeTakeFirstOrThrow()
      const last = await lastConfirmation(db, certificateId)
      return {
        revoked: await isRevoked(db, certificateId),
        newestIssued: newest.issued ?? null,
        newestConfirmed: newest.confirmed ?? null,
        released: last?.action === 'confirm',
      }
    },
  }
}

export type FilePlace = { readonly version: number; readonly sha256: string | null }

export type ConfirmationRecord = {
  readonly certificateId: string
  readonly action: 'confirm' | 'unconfirm'
  readonly version: number
  readonly documentNumber: string
  readonly actor: string
  readonly at: string
}

async function lastConfirmation(db: Database, certificateId: string) {
  return db
    .selectFrom('confirmations')
    .select(['seq', 'action'])
    .where('certificate_id', '=', certificateId)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
}

async function isRevoked(db: Database, certificateId: string): Promise<boolean> {
  const row = await db
    .selectFrom('revocation_coverage')
    .innerJoin('revocation_acts', 'revocation_acts.id', 'revocation_coverage.act_id')
    .select('act_id')
    .where('certificate_id', '=', certificateId)
    .where('reinstated_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
