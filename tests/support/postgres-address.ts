import { randomUUID } from 'node:crypto'

/** the database that registers of tests are copied from */
export const EMPTY_REGISTER = 'empty_register'

/** The same server and account, another database. */
export function withDatabase(url: string, database: string): string {
  const other = new URL(url)
  other.pathname = `/${database}`
  return other.href
}

export function databaseOf(url: string): string {
  return new URL(url).pathname.slice(1)
}

/** A name that no other test has. */
export function newDatabaseName(): string {
  return `t_${randomUUID().replaceAll('-', '')}`
}
