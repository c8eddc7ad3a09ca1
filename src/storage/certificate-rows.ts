import type { Certificate, Version } from '../certificates/certificate-store.ts'
import type { CertificateTable, CertificateVersionTable } from './schema.ts'

/** A row of the register as the domain knows it. */
export function toCertificate(row: CertificateTable): Certificate {
  return {
    id: row.id,
    issuerId: row.issuer_id,
    kind: row.kind,
    rank: row.rank,
    number: row.number,
    personId: row.person_id,
    documentNumber: row.document_number,
    schoolCode: row.school_code,
    result: row.result,
    supportsElectronic: row.supports_electronic === 1,
    email: row.email,
    importedCase: JSON.parse(row.imported_case),
  }
}

/** The same of a version. */
export function toVersion(row: CertificateVersionTable): Version {
  return {
    certificateId: row.certificate_id,
    version: row.version,
    reason: row.reason,
    mark: row.mark,
    template: row.template,
    case: JSON.parse(row.case_data),
    documentNumber: row.document_number,
    intendedAt: row.intended_at,
    issuedAt: row.issued_at,
    firstConfirmedAt: row.first_confirmed_at,
  }
}
