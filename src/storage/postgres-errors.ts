import pg from 'pg'
import { AppError } from '../shared/app-error.ts'
import { outageOf } from '../shared/outage.ts'
import { busyError } from './busy.ts'

/** By SQLSTATE, what the operator can do about it. */
const WORDS: Readonly<Record<string, string>> = {
  '28P01': '資料庫不接受 DCERT_DATABASE_URL 的帳號或密碼。',
  '28000': '資料庫不允許 DCERT_DATABASE_URL 的帳號由此連線。',
  '3D000': 'DCERT_DATABASE_URL 指定的資料庫不存在。',
  '42501': '資料庫帳號的權限不足。',
  '53300': '資料庫的連線數已滿。',
}
const SLOW = '登錄資料庫回答太慢；這次沒有任何變更，請稍後再試。'
const NO_CONNECTION_FREE = '登錄資料庫的連線都在使用中，等候過久；這次沒有任何變更，請稍後再試。'
const NO_PASSWORD =
  '登錄資料庫要求密碼，而沒有可用的密碼（DCERT_DATABASE_URL 沒有密碼，PGPASSFILE 不存在、沒有此主機，或其他人可讀取）。'
const AWAY = '登錄資料庫目前無法連線，請確認資料庫服務與 DCERT_DATABASE_URL。'
const NO_TLS = /^(ERR_TLS|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO_)|does not support SSL/
const NO_TLS_WORDS =
  '與登錄資料庫的加密連線不成功：伺服器的憑證不受信任、名稱不符，或不支援 TLS。請檢查 sslmode 與 sslrootcert。'

/** pg's words when the server wants a password and there is none */
const WITHOUT_PASSWORD = /client password must be a/
/** pg's words when every connection of the pool was in use until the end of our patience */
const POOL_FULL = /^timeout exceeded when trying to connect$/

/** Classes of SQLSTATE in which the server cannot do its work: connection, resources, operator, system. */
const SERVER_TROUBLE = ['08', '53', '57', '58']
/** the lock was not had in time; two that waited for each other; a snapshot that is too old */
const BUSY = ['55P03', '40P01', '40001']

/** the server gave a statement up: `statement_timeout`, or an operator */
const CANCELLED = '57014'

/** the server shuts down or has ended the session */
const ENDS_SESSION = /^(08|57P|25P0[34])/

/** Whether the session is of no use any more. */
export function isConnectionLost(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return ENDS_SESSION.test(error.code ?? '')
  // What is no answer of the server is a broken line or no answer in time; a TypeError is a mistake of ours.
  return error instanceof Error && !(error instanceof TypeError || error instanceof RangeError)
}

/** Whether a statement was planned before a migration has changed its table: asked anew it is answered. */
export function isPlanOutdated(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '0A000'
}

/** An error of PostgreSQL as the house knows errors; what is none of these is a mistake of ours and stays as it is. */
export function toAppError(error: unknown, place: Readonly<Record<string, unknown>>): unknown {
  const unavailable = (words: string) => new AppError('UNAVAILABLE', words, place, { cause: bare(error) })
  if (error instanceof pg.DatabaseError) {
    const code = error.code ?? ''
    // «Key (id_number)=(A123…) already exists», «Failing row contains (…)»: no log may have it.
    error.detail = undefined
    if (BUSY.includes(code)) return busyError(error)
    if (code === CANCELLED) return new AppError('BUSY', SLOW, place, { cause: bare(error) })
    if (WORDS[code] !== undefined) return unavailable(WORDS[code])
    const trouble = isConnectionLost(error) || SERVER_TROUBLE.includes(code.slice(0, 2))
    return outageOf(error) ?? (trouble ? unavailable(AWAY) : error)
  }
  if (!isConnectionLost(error)) return error
  const { message } = error as Error
  if (WITHOUT_PASSWORD.test(message)) return unavailable(NO_PASSWORD)
  if (POOL_FULL.test(message)) return new AppError('BUSY', NO_CONNECTION_FREE, place, { cause: bare(error) })
  return unavailable(NO_TLS.test(`${(error as { code?: string }).code} ${error}`) ? NO_TLS_WORDS : AWAY)
}

/** What happened without the client that pg hangs on its errors, sometimes later: it has the password. */
function bare(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { name, message, stack } = error
  return Object.assign(new Error(message), { name, stack, ...('code' in error ? { code: error.code } : {}) })
}

/** Nobody can say whether what was being committed has been kept. */
export function outcomeUnknown(cause: unknown): AppError {
  const message = '保存時與登錄資料庫的連線中斷，無法確定這次的變更是否已保存；請再執行一次同一指令：已保存的不會重複。'
  return new AppError('UNAVAILABLE', message, {}, { cause })
}
