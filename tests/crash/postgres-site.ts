import { rmSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import pg from 'pg'
import { databaseOf, newDatabaseName, withDatabase } from '../support/postgres-address.ts'
import { onServer, readRows } from '../support/raw-sql.ts'
import { environmentOf, newRoot, PROGRESS, type Site, type Watch } from './site.ts'

/** A site whose register is a database of its own on a server, without tables yet. */
export function postgresSiteOn(server: string): Promise<Site> {
  return madeFrom('template1', newRoot(), server)
}

async function madeFrom(template: string, root: string, server: string): Promise<Site> {
  const name = newDatabaseName()
  await onServer(server, `create database ${name} template ${template}`)
  return postgresSite(withDatabase(server, name), root)
}

function postgresSite(url: string, root: string): Site {
  const server = withDatabase(url, 'postgres')
  return {
    root,
    environment: { ...environmentOf(root), DCERT_DATABASE_URL: url },
    rows: (query) => readRows(url, query),
    async copy() {
      await untilLeftAlone(url)
      return madeFrom(databaseOf(url), newRoot(root), server)
    },
    watch: () => watchPostgres(url),
    cutOff: () => false,
    async end() {
      await onServer(server, `drop database ${databaseOf(url)} with (force)`)
      rmSync(root, { recursive: true, force: true })
    },
  }
}

/** The server notices by itself that a process has gone, and rolls back what it had begun. */
async function untilLeftAlone(url: string): Promise<void> {
  const sessions = `select pid from pg_stat_activity where datname = '${databaseOf(url)}'`
  const deadline = Date.now() + 30_000
  while ((await readRows(withDatabase(url, 'postgres'), sessions)).length > 0) {
    if (Date.now() > deadline) throw new Error('PostgreSQL holds on to the session of a process that was killed')
    await setImmediate()
  }
}

function watchPostgres(url: string): Watch {
  const client = new pg.Client({ connectionString: url })
  // A server that is killed under it is no matter of who only looks.
  client.on('error', () => {})
  const connected = client.connect()
  return {
    async progress() {
      await connected
      // Without its tables it is a register that nobody has opened yet.
      const reply = await client.query(PROGRESS).catch((error: pg.DatabaseError) => {
        if (error.code === '42P01') return { rows: [{ steps: 0 }] }
        throw error
      })
      return Number(reply.rows[0].steps)
    },
    close: () => client.end(),
  }
}
