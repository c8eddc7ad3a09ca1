import { type Kysely, sql } from 'kysely'
import type { Dialect } from '../database.ts'
import { columnTypes } from './column-types.ts'

/** The register: issuers, certificates, their versions and files, acts, audit trail. */
export async function createRegister(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const { text, bytes } = columnTypes(dialect)

  await db.schema
    .createTable('issuers')
    .addColumn('id', text, (c) => c.primaryKey().notNull())
    .addColumn('names', text, (c) => c.notNull())
    .addColumn('result_texts', text, (c) => c.notNull())
    .execute()

  await db.schema
    .createTable('issuer_keys')
    .addColumn('certificate_sha256', text, (c) => c.primaryKey().notNull())
    .addColumn('issuer_id', text, (c) => c.notNull().references('issuers.id'))
    .addColumn('chain_pem', text, (c) => c.notNull())
    .addColumn('first_used_at', text, (c) => c.notNull())
    .execute()

  await db.schema
    .createTable('persons')
    .addColumn('id', text, (c) => c.primaryKey().notNull())
    .execute()

  await db.schema
    .createTable('person_id_numbers')
    .addColumn('id_number', text, (c) => c.primaryKey().notNull())
    .addColumn('person_id', text, (c) => c.notNull().references('persons.id'))
    .execute()

  await db.schema
    .createTable('certificates')
    .addColumn('id', text, (c) => c.primaryKey().notNull())
    .addColumn('issuer_id', text, (c) => c.notNull().references('issuers.id'))
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('rank', text, (c) => c.notNull())
    .addColumn('number', text, (c) => c.notNull())
    .addColumn('person_id', text, (c) => c.notNull().references('persons.id'))
    .addColumn('document_number', text, (c) => c.notNull())
    .addColumn('school_code', text, (c) => c.notNull())
    .addColumn('result', text, (c) => c.notNull())
    .addColumn('supports_electronic', 'integer', (c) => c.notNull())
    .addColumn('email', text)
    .addColumn('imported_case', text, (c) => c.notNull())
    .addColumn('registered_at', text, (c) => c.notNull())
    .addUniqueConstraint('certificates_identity', ['issuer_id', 'rank', 'number'])
    .execute()
  await db.schema.createIndex('certificates_document').on('certificates').column('document_number').execute()
  await db.schema.createIndex('certificates_person').on('certificates').column('person_id').execute()

  await db.schema
    .createTable('certificate_versions')
    .addColumn('certificate_id', text, (c) => c.notNull().references('certificates.id'))
    .addColumn('version', 'integer', (c) => c.notNull().check(sql`version >= 1`))
    .addColumn('reason', text, (c) => c.notNull())
    .addColumn('mark', text)
    .addColumn('template', text, (c) => c.notNull())
    .addColumn('case_data', text, (c) => c.notNull())
    .addColumn('document_number', text)
    .addColumn('intended_at', text, (c) => c.notNull())
    .addColumn('issued_at', text)
    .addColumn('first_confirmed_at', text)
    .addPrimaryKeyConstraint('certificate_versions_pk', ['certificate_id', 'version'])
    .addCheckConstraint('confirmed_after_issued', sql`first_confirmed_at is null or issued_at is not null`)
    .execute()

  await db.schema
    .createTable('documents')
    .addColumn('sha256', text, (c) => c.primaryKey().notNull())
    .addColumn('bytes', bytes, (c) => c.notNull())
    .addColumn('kept_at', text, (c) => c.notNull())
    .execute()

  await db.schema
    .createTable('certificate_files')
    .addColumn('certificate_id', text, (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('language', text, (c) => c.notNull())
    .addColumn('token', text, (c) => c.notNull().unique())
    .addColumn('minister', text, (c) => c.notNull())
    .addColumn('sha256', text, (c) => c.unique().references('documents.sha256'))
    .addColumn('signer_sha256', text, (c) => c.references('issuer_keys.certificate_sha256'))
    .addPrimaryKeyConstraint('certificate_files_pk', ['certificate_id', 'version', 'language'])
    .addForeignKeyConstraint('certificate_files_version', ['certificate_id', 'version'], 'certificate_versions', [
      'certificate_id',
      'version',
    ])
    .execute()

  await db.schema
    .createTable('confirmations')
    .addColumn('certificate_id', text, (c) => c.notNull().references('certificates.id'))
    .addColumn('seq', 'integer', (c) => c.notNull())
    .addColumn('action', text, (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('document_number', text, (c) => c.notNull())
    .addColumn('actor', text, (c) => c.notNull())
    .addColumn('at', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('confirmations_pk', ['certificate_id', 'seq'])
    .execute()

  await db.schema
    .createTable('revocation_acts')
    .addColumn('id', text, (c) => c.primaryKey().notNull())
    .addColumn('person_id', text, (c) => c.notNull().references('persons.id'))
    .addColumn('from_rank', text, (c) => c.notNull())
    .addColumn('ground', 'integer', (c) => c.notNull().check(sql`ground between 1 and 4`))
    .addColumn('document_number', text, (c) => c.notNull())
    .addColumn('revoked_at', text, (c) => c.notNull())
    .addColumn('reinstated_at', text)
    .addColumn('reinstate_document_number', text)
    .addColumn('reinstate_reason', text)
    .execute()
  await db.schema
    .createTable('revocation_coverage')
    .addColumn('act_id', text, (c) => c.notNull().references('revocation_acts.id'))
    .addColumn('certificate_id', text, (c) => c.notNull().references('certificates.id'))
    .addPrimaryKeyConstraint('revocation_coverage_pk', ['act_id', 'certificate_id'])
    .execute()
  await db.schema.createIndex('coverage_certificate').on('revocation_coverage').column('certificate_id').execute()

  await db.schema
    .createTable('audit_head')
    .addColumn('id', 'integer', (c) => c.primaryKey().notNull().check(sql`id = 1`))
    .addColumn('seq', 'integer', (c) => c.notNull())
    .addColumn('hash', text, (c) => c.notNull())
    .execute()
  await db.schema
    .createTable('audit_events')
    .addColumn('seq', 'integer', (c) => c.primaryKey().notNull())
    .addColumn('at', text, (c) => c.notNull())
    .addColumn('actor', text, (c) => c.notNull())
    .addColumn('action', text, (c) => c.notNull())
    .addColumn('subject', text, (c) => c.notNull())
    .addColumn('details', text, (c) => c.notNull())
    .addColumn('previous_hash', text, (c) => c.notNull())
    .addColumn('hash', text, (c) => c.notNull())
    .execute()

  await db.schema
    .createTable('verification_counts')
    .addColumn('day', text, (c) => c.notNull())
    .addColumn('outcome', text, (c) => c.notNull())
    .addColumn('reason', text, (c) => c.notNull())
    .addColumn('count', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('verification_counts_pk', ['day', 'outcome', 'reason'])
    .execute()

  if (dialect === 'postgres') await createRefusal(db)
  for (const table of ['audit_events', 'documents', 'confirmations', 'revocation_coverage', 'issuer_keys']) {
    await refuse(db, dialect, 'update', table, 'true')
  }
  // What has happened once does not unhappen.
  await refuse(db, dialect, 'update', 'certificate_files', 'old.sha256 is not null')
  await refuse(db, dialect, 'update', 'certificate_versions', WRITTEN_ONCE)
  await refuse(
    db,
    dialect,
    'update',
    'revocation_acts',
    'old.reinstated_at is not null and new.person_id = old.person_id',
  )
  for (const table of KEPT_FOR_EVER) {
    await refuse(db, dialect, 'delete', table, 'true')
    if (dialect === 'postgres') await refuseTruncate(db, table)
  }
  await sql`insert into audit_head (id, seq, hash) values (1, 0, ${'0'.repeat(64)})`.execute(db)
}

const KEPT_FOR_EVER = [
  'issuers',
  'issuer_keys',
  'persons',
  'person_id_numbers',
  'certificates',
  'certificate_versions',
  'certificate_files',
  'documents',
  'confirmations',
  'revocation_acts',
  'revocation_coverage',
  'audit_head',
  'audit_events',
]

/** A version's content never changes, nor when it was issued or first confirmed once that is known. */
const WRITTEN_ONCE = `old.case_data <> new.case_data
  or (old.issued_at is not null and (new.issued_at is null or new.issued_at <> old.issued_at))
  or (old.first_confirmed_at is not null
    and (new.first_confirmed_at is null or new.first_confirmed_at <> old.first_confirmed_at))`

/** The database itself refuses what must never happen to a table (E23, E67). */
async function refuse(
  db: Kysely<unknown>,
  dialect: Dialect,
  change: 'update' | 'delete',
  table: string,
  when: string,
): Promise<void> {
  const name = sql.raw(`${table}_no_${change}`)
  if (dialect === 'postgres') {
    await sql`
      create trigger ${name} before ${sql.raw(change)} on ${sql.table(table)}
      for each row when (${sql.raw(when)}) execute function refuse_change()`.execute(db)
    return
  }
  await sql`
    create trigger ${name} before ${sql.raw(change)} on ${sql.table(table)} when ${sql.raw(when)}
    begin select raise(abort, ${sql.lit(`${change} of ${table} is refused`)}); end`.execute(db)
}

async function createRefusal(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function refuse_change() returns trigger language plpgsql as
    $$ begin raise exception '% of % is refused', lower(tg_op), tg_table_name; end $$`.execute(db)
}

/** PostgreSQL empties a table without asking the triggers of its rows. */
async function refuseTruncate(db: Kysely<unknown>, table: string): Promise<void> {
  await sql`
    create trigger ${sql.raw(`${table}_no_truncate`)} before truncate on ${sql.table(table)}
    for each statement execute function refuse_change()`.execute(db)
}
