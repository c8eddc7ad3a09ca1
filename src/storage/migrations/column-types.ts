import { type RawBuilder, sql } from 'kysely'
import type { Dialect } from '../database.ts'

type ColumnTypes = { readonly text: RawBuilder<unknown>; readonly bytes: RawBuilder<unknown> }

/**
 * The types that the kinds of database name differently; `integer` is the same on both. Text is ordered and compared
 * by its bytes, as SQLite does: the order does not depend on a locale, and an index does not break when one changes.
 */
export function columnTypes(dialect: Dialect): ColumnTypes {
  return dialect === 'postgres'
    ? { text: sql`text collate "C"`, bytes: sql`bytea` }
    : { text: sql`text`, bytes: sql`blob` }
}
