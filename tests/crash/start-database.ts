import type { TestProject } from 'vitest/node'
import { startPostgres } from '../support/start-postgres.ts'
import { DATABASE } from './settings.ts'

/** One PostgreSQL server for the run when it is on that; SQLite needs none. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (DATABASE !== 'postgres') return undefined
  const server = await startPostgres()
  project.provide('postgres', server.url)
  return () => server.remove()
}
