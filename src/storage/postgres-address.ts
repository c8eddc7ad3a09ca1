import { existsSync } from 'node:fs'
import type { PoolConfig } from 'pg'
import { AppError } from '../shared/app-error.ts'

/** What may stand behind the `?`: an unknown name is a slip, and `?sslmod=` would mean no TLS at all. */
const PARAMETERS: ReadonlySet<string> = new Set([
  'application_name',
  'host',
  'idle_in_transaction_session_timeout',
  'lock_timeout',
  'options',
  'port',
  'query_timeout',
  'sslcert',
  'sslkey',
  'sslmode',
  'sslnegotiation',
  'sslrootcert',
  'statement_timeout',
])
const FILES = ['sslcert', 'sslkey', 'sslrootcert']

export type PostgresAddress = {
  readonly connection: Pick<PoolConfig, 'connectionString'>
  /** what a log may say of it: no account, no password */
  readonly place: { readonly host: string; readonly database: string }
}

/**
 * Reads `postgres://account:password@host:port/database?sslmode=…`, checks it and makes its sessions read-only if so
 * wanted. No message repeats the address: there is a password in it.
 * @throws AppError INVALID_INPUT
 */
export function postgresAddress(text: string, readOnly: boolean): PostgresAddress {
  const url = URL.parse(text)
  if (url === null || url.hash !== '') {
    throw bad('不是完整的網址；應為 postgres://帳號:密碼@主機:埠號/資料庫，其中的特殊字元以 %XX 表示')
  }
  for (const name of url.searchParams.keys()) {
    if (!PARAMETERS.has(name)) throw bad(`的參數「${name}」不認得；可用的有 ${[...PARAMETERS].join('、')}`)
  }
  for (const name of FILES) {
    const path = url.searchParams.get(name)
    if (path !== null && !existsSync(path)) throw bad(`的 ${name} 指向不存在的檔案「${path}」`)
  }
  if (readOnly) {
    const options = url.searchParams.get('options') ?? ''
    url.searchParams.set('options', `${options} -c default_transaction_read_only=on`.trim())
  }
  return {
    connection: { connectionString: url.href },
    place: { host: url.searchParams.get('host') ?? url.host, database: url.pathname.slice(1) },
  }
}

function bad(what: string): AppError {
  return new AppError('INVALID_INPUT', `DCERT_DATABASE_URL ${what}。`)
}
