import { type Kysely, sql } from 'kysely'
import type { Dialect } from '../database.ts'

/** Columns that are written when the row is made and never again. */
const NEVER_CHANGE: Readonly<Record<string, readonly string[]>> = {
  issuers: ['id'],
  persons: ['id'],
  person_id_numbers: ['id_number'],
  certificates: ['id', 'issuer_id', 'kind', 'rank', 'number', 'document_number', 'imported_case', 'registered_at'],
  certificate_versions: [
    'certificate_id',
    'version',
    'reason',
    'mark',
    'template',
    'case_data',
    'document_number',
    'intended_at',
  ],
  certificate_files: ['certificate_id', 'version', 'language', 'token', 'minister'],
  revocation_acts: ['id', 'from_rank', 'ground', 'document_number', 'revoked_at'],
}

/** What is written once, later, and stands from then on. */
const WRITTEN_ONCE: Readonly<Record<string, string>> = {
  certificate_versions: `(old.issued_at is not null and ${changed('issued_at')})
    or (old.first_confirmed_at is not null and ${changed('first_confirmed_at')})`,
  certificate_files: 'old.sha256 is not null',
  revocation_acts: `old.reinstated_at is not null and
    (${['reinstated_at', 'reinstate_document_number', 'reinstate_reason'].map(changed).join(' or ')})`,
}

/** Whose update trigger of 0001 gives way to a wider one of the same name. */
const GUARDED_BEFORE = ['certificate_versions', 'certificate_files', 'revocation_acts']

/** By which columns a row is the same one; a new row with them may not take the place of the one there is. */
const KEYS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  issuers: [],
  issuer_keys: [['certificate_sha256']],
  persons: [],
  person_id_numbers: [],
  certificates: [['id'], ['issuer_id', 'rank', 'number']],
  certificate_versions: [['certificate_id', 'version']],
  certificate_files: [['certificate_id', 'version', 'language'], ['token'], ['sha256']],
  documents: [['sha256']],
  confirmations: [['certificate_id', 'seq']],
  revocation_acts: [['id']],
  revocation_coverage: [['act_id', 'certificate_id']],
  audit_events: [['seq']],
}

/** Closes what 0001 left open: columns without a guard, and on SQLite rows that are replaced (E23, E67). */
export async function guardRows(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  for (const [table, columns] of Object.entries(NEVER_CHANGE)) {
    if (GUARDED_BEFORE.includes(table)) await dropUpdateTrigger(db, dialect, table)
    const when = [...columns.map(changed), ...(WRITTEN_ONCE[table] === undefined ? [] : [WRITTEN_ONCE[table]])]
    // A row moved onto the place of another one replaces it, when the statement says so.
    if (dialect === 'sqlite') when.push(changed('rowid'))
    await refuse(db, dialect, `${table}_no_update`, 'update', table, when.join(' or '))
  }
  if (dialect === 'sqlite') await refuseReplacing(db)
}

/** `insert or replace` and `update or replace` take a row away without asking the triggers of update and delete. */
async function refuseReplacing(db: Kysely<unknown>): Promise<void> {
  for (const [table, keys] of Object.entries(KEYS)) {
    const taken = [['rowid'], ...keys].map((key) => `exists (select 1 from ${table} where ${sameAsNew(key)})`)
    await refuse(db, 'sqlite', `${table}_no_replace`, 'insert', table, taken.join(' or '))
  }
  const twice = 'exists (select 1 from certificate_files where sha256 = new.sha256 and rowid <> old.rowid)'
  await refuse(db, 'sqlite', 'certificate_files_no_replacing_update', 'update', 'certificate_files', twice)
}

function changed(column: string): string {
  return `new.${column} is distinct from old.${column}`
}

function sameAsNew(key: readonly string[]): string {
  return key.map((column) => `${column} = new.${column}`).join(' and ')
}

async function dropUpdateTrigger(db: Kysely<unknown>, dialect: Dialect, table: string): Promise<void> {
  const of = dialect === 'postgres' ? ` on ${table}` : ''
  await sql.raw(`drop trigger ${table}_no_update${of}`).execute(db)
}

async function refuse(
  db: Kysely<unknown>,
  dialect: Dialect,
  name: string,
  change: 'insert' | 'update',
  table: string,
  when: string,
): Promise<void> {
  const refusal =
    dialect === 'postgres'
      ? `for each row when (${when}) execute function refuse_change()`
      : `when ${when} begin select raise(abort, '${change} of ${table} is refused'); end`
  await sql.raw(`create trigger ${name} before ${change} on ${table} ${refusal}`).execute(db)
}
