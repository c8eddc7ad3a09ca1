import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { Dialect } from '../database.ts'
import { createRegister } from './0001-register.ts'
import { guardRows } from './0002-guards.ts'

/** Every migration by name, in the order of the names; what has run is never edited. */
export function migrations(dialect: Dialect): Record<string, Migration> {
  return {
    '0001-register': { up: (db: Kysely<unknown>) => createRegister(db, dialect) },
    '0002-guards': { up: (db: Kysely<unknown>) => guardRows(db, dialect) },
  }
}
