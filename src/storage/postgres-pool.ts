import type { PostgresPool, PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { type PostgresAddress, postgresAddress } from './postgres-address.ts'
import { type Clients, followedClients } from './postgres-clients.ts'
import { isConnectionLost, isPlanOutdated, toAppError } from './postgres-errors.ts'
import type { ConnectionOptions } from './sqlite-dialect.ts'

/** Milliseconds. */
const CONNECTING = 10_000
const ANSWERING = 60_000
const IDLE = 60_000

const WRITERS = 4
const READERS = 10
const MOST_NAMES = 200

/**
 * The connections of one use: writing, reading or counting (`patience` 0). Made when they are needed, and made anew when
 * they were lost; every error comes as an AppError.
 * @throws AppError INVALID_INPUT for an address that is not understood
 */
export function postgresPool(url: string, { readOnly, patience }: ConnectionOptions): PostgresPool {
  const { connection, place } = postgresAddress(url, readOnly)
  const clients = followedClients()
  const pool = new pg.Pool({
    Client: clients.Client,
    application_name: 'dcert',
    lock_timeout: patience,
    // A process that stopped in the middle of its transaction does not keep the others out for ever.
    idle_in_transaction_session_timeout: IDLE,
    ...connection,
    max: readOnly ? READERS : patience > 0 ? WRITERS : 1,
    connectionTimeoutMillis: CONNECTING,
    query_timeout: ANSWERING,
    idleTimeoutMillis: IDLE,
    keepAlive: true,
    types: { getTypeParser },
  })
  // A connection that breaks while nobody uses it has left the pool already; without a listener the process would end.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return tellingPool(pool, clients, place, readOnly ? statementNames() : () => undefined)
}

/** The pool, with errors as AppErrors, and without the connections that are of no use any more. */
function tellingPool(
  pool: pg.Pool,
  clients: Clients,
  place: PostgresAddress['place'],
  nameOf: (text: string) => string | undefined,
) {
  async function connect(): Promise<PostgresPoolClient> {
    const client = await pool.connect().catch((error: unknown) => {
      throw toAppError(error, place)
    })
    let lost = false
    const query = async (text: string, values: readonly unknown[]) => {
      const name = nameOf(text)
      const asked = { text, values: [...values] }
      try {
        return await client.query(name === undefined ? asked : { ...asked, name }).catch((error: unknown) => {
          if (name === undefined || !isPlanOutdated(error)) throw error
          lost = true
          return client.query(asked)
        })
      } catch (error) {
        lost ||= isConnectionLost(error)
        throw toAppError(error, place)
      }
    }
    const release = (destroy?: boolean) => client.release(lost || destroy === true)
    return { query, release } as unknown as PostgresPoolClient
  }
  return { options: pool.options, end: () => clients.end(pool), connect } satisfies PostgresPool
}

/**
 * Names for the questions of readers, so that a connection plans each once: planning a look-up takes five times as long
 * as answering it. Who writes asks many different things seldom, and names would be in the way of a migration.
 */
function statementNames(): (text: string) => string | undefined {
  const names = new Map<string, string>()
  return (text) => {
    if (!names.has(text) && names.size < MOST_NAMES) names.set(text, `dcert_${names.size}`)
    return names.get(text)
  }
}

/** Counts and sums come as int8, which pg leaves as text. */
const getTypeParser: pg.CustomTypesConfig['getTypeParser'] = (oid, format) => {
  return oid === pg.types.builtins.INT8 && format !== 'binary' ? safeInteger : pg.types.getTypeParser(oid, format)
}

function safeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is too large a number`)
  return value
}
