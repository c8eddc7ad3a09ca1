import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  PostgresAdapter,
  PostgresDialect,
  type PostgresDialectConfig,
  PostgresDriver,
} from 'kysely'
import { AppError } from '../shared/app-error.ts'
import { outcomeUnknown } from './postgres-errors.ts'
import { postgresPool } from './postgres-pool.ts'
import type { ConnectionOptions } from './sqlite-dialect.ts'

/** Who writes has this lock of the database until the end of the transaction; the number means nothing. */
const BEGIN_WRITING = 'begin isolation level read committed; select pg_advisory_xact_lock(7233820917204)'

/**
 * PostgreSQL as the register wants it: one transaction at a time changes the register, as on SQLite, so that what it
 * reads is still true when it writes (docs/decisions/0012-postgresql.md). Connections are made when they are needed and
 * made anew when they were lost; every error of the server comes as an AppError.
 * @param patience milliseconds to wait for another process' transaction; 0 for writes that need no order
 * @throws AppError INVALID_INPUT for an address that is not understood
 */
export function postgresDialect(url: string, { readOnly, patience }: ConnectionOptions): Dialect {
  const ordered = !readOnly && patience > 0
  return new RegisterDialect({ pool: postgresPool(url, { readOnly, patience }) }, ordered)
}

class RegisterDialect extends PostgresDialect {
  readonly #config: PostgresDialectConfig
  readonly #ordered: boolean

  constructor(config: PostgresDialectConfig, ordered: boolean) {
    super(config)
    this.#config = config
    this.#ordered = ordered
  }

  override createDriver(): PostgresDriver {
    return this.#ordered ? new OneWriterDriver(this.#config) : new RegisterDriver(this.#config)
  }

  override createAdapter(): PostgresAdapter {
    return new LockedAlreadyAdapter()
  }
}

/** A connection of kysely's driver, which does not name its type. */
type Connection = Parameters<PostgresDriver['rollbackTransaction']>[0]

class RegisterDriver extends PostgresDriver {
  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await super.commitTransaction(connection)
    } catch (error) {
      throw error instanceof AppError && error.code === 'UNAVAILABLE' ? outcomeUnknown(error) : error
    }
  }

  /** A connection that cannot roll back is thrown away, and the server rolls back; the error before is the one to tell. */
  override async rollbackTransaction(connection: Connection): Promise<void> {
    await super.rollbackTransaction(connection).catch(() => {})
  }
}

class OneWriterDriver extends RegisterDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      // Both statements in one message: a transaction costs no further way to the server.
      await connection.executeQuery(CompiledQuery.raw(BEGIN_WRITING))
    } catch (error) {
      await this.rollbackTransaction(connection as Connection)
      throw error
    }
  }
}

/** Migrations run in a transaction that has the writers' lock; kysely's own one would outlive a transaction that failed. */
class LockedAlreadyAdapter extends PostgresAdapter {
  override async acquireMigrationLock(): Promise<void> {}
  override async releaseMigrationLock(): Promise<void> {}
}
