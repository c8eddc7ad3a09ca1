import Database from 'better-sqlite3'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  SqliteAdapter,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
} from 'kysely'

export type ConnectionOptions = {
  readonly readOnly: boolean
  /** milliseconds to wait for another process' transaction; the whole process waits, so a server has none */
  readonly patience: number
}

/**
 * SQLite as the register wants it: WAL, every commit on disk (`synchronous=FULL`), foreign keys enforced, and
 * transactions that take the write lock when they begin, so that what they read is still true when they write.
 * @throws SqliteError when the file cannot be opened
 */
export function sqliteDialect(path: string, { readOnly, patience }: ConnectionOptions): Dialect {
  const database = new Database(path, { readonly: readOnly, fileMustExist: readOnly, timeout: patience })
  if (!readOnly) {
    database.pragma('journal_mode = WAL')
    database.pragma('synchronous = FULL')
  }
  database.pragma('foreign_keys = ON')
  return new RegisterDialect({ database: withStatementCache(database) }, database)
}

class RegisterDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig
  readonly #database: Database.Database

  constructor(config: SqliteDialectConfig, database: Database.Database) {
    super(config)
    this.#config = config
    this.#database = database
  }

  override createDriver(): SqliteDriver {
    return new ImmediateDriver(this.#config, this.#database)
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter()
  }
}

class ImmediateDriver extends SqliteDriver {
  readonly #database: Database.Database

  constructor(config: SqliteDialectConfig, database: Database.Database) {
    super(config)
    this.#database = database
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  /** On a full or broken disk SQLite has rolled back already: what it says of a second time hides what was the matter. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.inTransaction) await super.rollbackTransaction(connection)
  }
}

/** SQLite can roll back a change of the schema; kysely just does not count on it. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

/** The same few statements come again and again; preparing one takes longer than running it. */
function withStatementCache(database: Database.Database): SqliteDialectConfig['database'] {
  const statements = new Map<string, Database.Statement>()
  return {
    close: () => database.close(),
    prepare(text) {
      let statement = statements.get(text)
      if (statement === undefined) {
        statement = database.prepare(text)
        if (statements.size > 500) statements.clear()
        statements.set(text, statement)
      }
      return statement as never
    },
  }
}
