import { inject } from 'vitest'
import { postgresSiteOn } from './postgres-site.ts'
import { DATABASE } from './settings.ts'
import { newRoot, type Site } from './site.ts'
import { sqliteSite } from './sqlite-site.ts'

/** A site without keys and register, on the kind of database that the run is on. */
export async function openSite(): Promise<Site> {
  return DATABASE === 'postgres' ? postgresSiteOn(inject('postgres')) : sqliteSite(newRoot())
}
