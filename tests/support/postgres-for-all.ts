import type { TestProject } from 'vitest/node'
import { migrateToLatest, openDatabase } from '../../src/storage/database.ts'
import { EMPTY_REGISTER, withDatabase } from './postgres-address.ts'
import { onServer } from './raw-sql.ts'
import { startPostgres } from './start-postgres.ts'

/** One server for all tests of the run, with an empty register to copy from; the run fails when it does not start. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres()
  await onServer(server.url, `create database ${EMPTY_REGISTER}`)
  const db = openDatabase(withDatabase(server.url, EMPTY_REGISTER), { readOnly: false })
  await migrateToLatest(db)
  await db.destroy()
  project.provide('postgres', server.url)
  return () => server.remove()
}
