import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect } from 'vitest'
import { openHouse, temporaryDirectory } from '../support/house.ts'
import { dcert } from './run.ts'

export const REGISTER = 'dcert.sqlite'

/** A data directory with two certificates in three files, one confirmed; nobody has it open. */
export async function filledDirectory(): Promise<string> {
  const house = await openHouse()
  const { certificate } = await house.issue()
  await house.confirm(certificate.id)
  await house.issue({ number: '149904', idNumber: 'A223456709', nameEn: 'Lin Kun-hsuan', schoolEn: 'Yuzao University' })
  await house.app.close()
  return house.directory
}

/** A data directory with the same keys and no register. */
export function emptyDirectory(like: string): string {
  const directory = temporaryDirectory()
  for (const part of ['keys', 'trust']) {
    if (existsSync(join(like, part))) cpSync(join(like, part), join(directory, part), { recursive: true })
  }
  return directory
}

/** Opens the register as every command does that writes: made when it is not there, brought up to date when it is. */
export async function makeEmptyRegister(directory: string): Promise<void> {
  const house = await openHouse(directory)
  await house.app.close()
}

/** The path of a backup made of a register. */
export async function backedUp(directory: string): Promise<string> {
  const file = join(temporaryDirectory(), 'register.backup')
  expect(await dcert(directory, 'backup', file)).toMatchObject({ code: 0 })
  return file
}

/** Statements on a database file, as somebody with the file in hand could run them. */
export function sql(file: string, ...statements: readonly string[]): void {
  const register = new Database(file)
  for (const statement of statements) register.exec(statement)
  register.close()
}

/** One value of a database file. */
export function valueIn(file: string, query: string): unknown {
  const register = new Database(file, { readonly: true })
  try {
    return register.prepare(query).pluck().get()
  } finally {
    register.close()
  }
}

export async function expectWhole(directory: string): Promise<void> {
  expect(await dcert(directory, 'audit', 'verify')).toMatchObject({ code: 0 })
  expect(await dcert(directory, 'audit', 'documents')).toMatchObject({ code: 0 })
}
