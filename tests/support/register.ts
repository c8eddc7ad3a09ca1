import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { inject, onTestFinished } from 'vitest'
import { type Database, openDatabase } from '../../src/storage/database.ts'
import { databaseOf, EMPTY_REGISTER, newDatabaseName, withDatabase } from './postgres-address.ts'
import { onServer } from './raw-sql.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** the kind of database that this run is on: vitest.config.ts runs every test of the register on both */
    database: 'sqlite' | 'postgres'
    /** address of the server, when there is one */
    postgres: string
  }
}

/** Without a word about it SQLite, as in the product. */
export const KIND: 'sqlite' | 'postgres' = inject('database') ?? 'sqlite'

const urls = new Map<string, string>()

/**
 * The address of the register that belongs to a data directory: the file in it, or a database of its own on
 * PostgreSQL, which is gone when the test has ended.
 */
export async function registerUrl(directory: string): Promise<string> {
  if (KIND === 'sqlite') return `sqlite:${join(directory, 'dcert.sqlite')}`
  const known = urls.get(directory)
  if (known !== undefined) return known
  const url = await newPostgresDatabase(EMPTY_REGISTER)
  urls.set(directory, url)
  onTestFinished(() => removeRegister(url))
  return url
}

/** A register without even its tables; gone when the test has ended. */
export async function unmadeRegisterUrl(): Promise<string> {
  const url =
    KIND === 'sqlite'
      ? `sqlite:${join(mkdtempSync(join(tmpdir(), 'dcert-register-')), 'dcert.sqlite')}`
      : await newPostgresDatabase('template1')
  onTestFinished(() => removeRegister(url))
  return url
}

/** A copy of a register that nobody has open; whoever asked removes it. */
export async function copyRegister(url: string): Promise<string> {
  if (KIND === 'postgres') return newPostgresDatabase(databaseOf(url))
  const copy = join(mkdtempSync(join(tmpdir(), 'dcert-register-')), 'dcert.sqlite')
  cpSync(url.slice('sqlite:'.length), copy)
  return `sqlite:${copy}`
}

/** Also while somebody is still connected. */
export async function removeRegister(url: string): Promise<void> {
  if (KIND === 'sqlite') rmSync(dirname(url.slice('sqlite:'.length)), { recursive: true, force: true })
  else await onServer(inject('postgres'), `drop database if exists ${databaseOf(url)} with (force)`)
}

/** The stores' database, closed when the test has ended. */
export function openUntilEnd(url: string, options: Parameters<typeof openDatabase>[1]): Database {
  const db = openDatabase(url, options)
  onTestFinished(() => db.destroy())
  return db
}

async function newPostgresDatabase(template: string): Promise<string> {
  const name = newDatabaseName()
  await onServer(inject('postgres'), `create database ${name} template ${template}`)
  return withDatabase(inject('postgres'), name)
}

/** What takes the refusals of a table out of the way. */
export function withoutRefusals(table: string, ...changes: readonly ('update' | 'delete')[]): string[] {
  return changes.map((change) => `drop trigger ${table}_no_${change}${KIND === 'postgres' ? ` on ${table}` : ''}`)
}

/** What somebody writes who writes for each kind of database. */
export function sqlFor(words: Record<'sqlite' | 'postgres', string>): string {
  return words[KIND]
}
