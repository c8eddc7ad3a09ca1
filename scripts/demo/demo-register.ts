import { join } from 'node:path'
import pg from 'pg'

/** Set on a table of the register, so that the next demo knows it for its own. */
const MARK = 'dcert demo'

/**
 * Where the demo has its register: beside its keys, or in the PostgreSQL database that DCERT_DATABASE_URL names. What
 * an earlier demo has left there goes away; anything else is never touched.
 * @throws Error when the database has tables that no demo has made
 */
export async function emptyDemoRegister(given: string, dataDirectory: string): Promise<string> {
  if (!isPostgres(given)) return `sqlite:${join(dataDirectory, 'dcert.sqlite')}`
  await withClient(given, async (client) => {
    const { rows } = await client.query<{ table: string; mark: string | null }>(`
      select quote_ident(tablename) as table, obj_description(quote_ident(tablename)::regclass) as mark
      from pg_tables where schemaname = current_schema()`)
    if (rows.length === 0) return
    if (!rows.some(({ mark }) => mark === MARK)) {
      throw new Error('DCERT_DATABASE_URL 的資料庫已有資料表，且不是示範所建立的；示範請用空的資料庫')
    }
    await client.query(`drop table ${rows.map(({ table }) => table).join(', ')} cascade`)
    await client.query('drop function if exists refuse_change()')
  })
  return given
}

/** Says that this register is a demo's, as soon as it is made. */
export async function markDemoRegister(url: string): Promise<void> {
  if (isPostgres(url)) await withClient(url, (client) => client.query(`comment on table audit_head is '${MARK}'`))
}

function isPostgres(url: string): boolean {
  return /^postgres(ql)?:/.test(url)
}

async function withClient(connectionString: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
