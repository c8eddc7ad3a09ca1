import { type AuditStore, auditStore } from '../audit/audit-store.ts'
import { type CertificateStore, certificateStore } from '../certificates/certificate-store.ts'
import { type KeptFileStore, keptFileStore } from '../certificates/kept-file-store.ts'
import { type RevocationStore, revocationStore } from '../certificates/revocation-store.ts'
import { type IssuerStore, issuerStore } from '../issuers/issuer-store.ts'
import { type PersonStore, personStore } from '../people/person-store.ts'
import { outageOf } from '../shared/outage.ts'
import { busyError, isBusy } from './busy.ts'
import type { Database } from './database.ts'
import { type DocumentStore, documentStore } from './document-store.ts'

/** Every store, bound to the same connection or transaction. */
export type Stores = {
  readonly audit: AuditStore
  readonly certificates: CertificateStore
  readonly documents: DocumentStore
  readonly issuers: IssuerStore
  readonly keptFiles: KeptFileStore
  readonly persons: PersonStore
  readonly revocations: RevocationStore
}

/**
 * Runs a command's changes as one: all of them or none. A command reaches the database in no other way.
 * Await nothing but the stores inside: other processes wait meanwhile.
 * Throws AppError BUSY when another process has been writing all the time, UNAVAILABLE when the disk is full, read-only
 * or broken; nothing was changed then.
 */
export type Transactions = { run<T>(work: (stores: Stores) => Promise<T>): Promise<T> }

export function transactions(db: Database): Transactions {
  return {
    async run(work) {
      try {
        return await db.transaction().execute((trx) => work(bindStores(trx)))
      } catch (error) {
        throw isBusy(error) ? busyError(error) : (outageOf(error) ?? error)
      }
    },
  }
}

export function bindStores(db: Database): Stores {
  return {
    audit: auditStore(db),
    certificates: certificateStore(db),
    documents: documentStore(db),
    issuers: issuerStore(db),
    keptFiles: keptFileStore(db),
    persons: personStore(db),
    revocations: revocationStore(db),
  }
}
