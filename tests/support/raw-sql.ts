import Sqlite from 'better-sqlite3'
import pg from 'pg'

/** Statements on a connection of their own, as somebody with the database in hand could run them. */
export async function runSql(url: string, statements: readonly string[]): Promise<void> {
  if (!url.startsWith('sqlite:')) return onServer(url, ...statements)
  withFile(url, (register) => {
    for (const statement of statements) register.exec(statement)
  })
}

export async function readRows<T>(url: string, query: string): Promise<T[]> {
  if (url.startsWith('sqlite:')) return withFile(url, (register) => register.prepare(query).all() as T[])
  return withClient(url, async (client) => (await client.query(query)).rows as T[])
}

export async function onServer(url: string, ...statements: readonly string[]): Promise<void> {
  await withClient(url, async (client) => {
    for (const statement of statements) await client.query(statement)
  })
}

function withFile<T>(url: string, work: (register: Sqlite.Database) => T): T {
  const register = new Sqlite(url.slice('sqlite:'.length))
  try {
    return work(register)
  } finally {
    register.close()
  }
}

async function withClient<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString, types: { getTypeParser: numbersAsNumbers } })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** count(*) is a number, as SQLite has it. */
const numbersAsNumbers: typeof pg.types.getTypeParser = (oid, format) =>
  oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format)
