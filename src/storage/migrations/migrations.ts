import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { Dialect } from '../database.ts'
import { createRegister } from './0001-register.ts'

/** Every migration by name, in the order of the names; what has run is never edited. */
export function migrations(dialect: Dialect): Record<string, Migration> {
  return { '0001-register': { up: (db: Kysely<unknown>) => createRegister(db, dialect) } }
}
