import { accessSync, constants, statSync } from 'node:fs'
import type { PoolConfig } from 'pg'
import { AppError } from '../shared/app-error.ts'

const NUMBER = { words: '正整數', fits: (value: string) => /^\d{1,9}$/.test(value) }
const TEXT = { words: '內容', fits: () => true }
const FILE = { words: '可讀取的檔案', fits: isReadableFile }

/** What may stand behind the `?`, and what it may be: an unknown name is a slip, and `?sslmod=` would mean no TLS at all. */
const PARAMETERS: Readonly<Record<string, { readonly words: string; fits(value: string): boolean }>> = {
  application_name: TEXT,
  host: TEXT,
  idle_in_transaction_session_timeout: NUMBER,
  lock_timeout: NUMBER,
  options: TEXT,
  port: NUMBER,
  query_timeout: NUMBER,
  sslcert: FILE,
  sslkey: FILE,
  // What pg does not know it takes for «verify-full», but without a value for no TLS.
  sslmode: oneOf('disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'),
  sslnegotiation: oneOf('postgres', 'direct'),
  sslrootcert: FILE,
  statement_timeout: NUMBER,
}

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
  if (![url.username, url.password, url.pathname].every(isDecodable)) {
    throw bad('的帳號、密碼或資料庫名稱中有不成對的 %；% 本身要寫成 %25')
  }
  for (const [name, value] of url.searchParams) {
    if (!Object.hasOwn(PARAMETERS, name)) {
      throw bad(`的參數「${name}」不認得；可用的有 ${Object.keys(PARAMETERS).join('、')}`)
    }
    // pg takes the last of two, and another reader the first.
    if (url.searchParams.getAll(name).length > 1) throw bad(`的參數「${name}」出現兩次`)
    const wanted = PARAMETERS[name]
    if (value === '' || !wanted?.fits(value)) throw bad(`的 ${name} 應為${wanted?.words}`)
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

function oneOf(...values: readonly string[]) {
  return { words: ` ${values.join('、')} 之一`, fits: (value: string) => values.includes(value) }
}

function isReadableFile(path: string): boolean {
  try {
    accessSync(path, constants.R_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

function bad(what: string): AppError {
  return new AppError('INVALID_INPUT', `DCERT_DATABASE_URL ${what}。`)
}
