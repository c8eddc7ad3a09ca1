import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import { AppError } from './shared/app-error.ts'
import { parseRocDate } from './shared/roc-calendar.ts'

export const ROLES = ['verifier', 'portal', 'issuer'] as const
export type Role = (typeof ROLES)[number]

/** The settings of a process, read once at its start; docs/configuration.md describes each. */
export type Config = {
  readonly dataDirectory: string
  readonly databaseUrl: string
  readonly roles: readonly Role[]
  readonly host: string
  readonly port: number
  /** without a slash at the end; it goes into the QR code of every certificate */
  readonly publicUrl: string
  readonly keystore: string
  readonly keystorePasswordFile: string
  /** directories whose PEM files are trust anchors */
  readonly trustDirectories: readonly string[]
  /** where the development PKI is made */
  readonly keysDirectory: string
  readonly fontsDirectory: string | undefined
  /** verifications per address and minute; 0 for none */
  readonly rateLimit: number
  readonly trustProxy: string | false
  /** ISO date of the first certificates that can be electronic (E40) */
  readonly electronicFrom: string
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent'
  /** where health and figures are answered, apart from the public; null for nowhere */
  readonly operations: { readonly host: string; readonly port: number; readonly isDefault: boolean } | null
  /** bytes that the disk of the register must have left for the process to be ready */
  readonly leastFreeDisk: number
  /** milliseconds between being told to stop and taking no more requests, and then until requests are cut off */
  readonly stopping: { readonly delay: number; readonly patience: number }
}

/** Every setting with its default, as `dcert serve --help` and docs/configuration.md list them. */
export const SETTINGS: readonly (readonly [name: string, fallback: string, meaning: string])[] = [
  ['DCERT_DATA_DIR', 'var', '資料庫與金鑰所在的目錄'],
  ['DCERT_DATABASE_URL', 'sqlite:<資料目錄>/dcert.sqlite', '登錄資料庫：sqlite:<路徑> 或 postgres://…'],
  ['DCERT_ROLES', 'verifier,portal,issuer', '這個程序的角色'],
  ['DCERT_HOST', '127.0.0.1', '服務位址'],
  ['DCERT_PORT', '3000', '服務埠號'],
  ['DCERT_PUBLIC_URL', 'http://localhost:<埠號>', '印在證書 QR Code 上的網址，須與證書一樣長久有效'],
  ['DCERT_KEYSTORE', '<資料目錄>/keys/keystore.p12', '簽章金鑰（PKCS#12）'],
  ['DCERT_KEYSTORE_PASSWORD_FILE', '<資料目錄>/keys/keystore-password', '金鑰密碼檔'],
  ['DCERT_FONTS_DIR', '/usr/share/fonts/truetype/cns11643', '完整的楷書字型，補充內附字型所缺的字'],
  ['DCERT_RATE_LIMIT', '300', '每個位址每分鐘可驗證的次數，0 為不限'],
  ['DCERT_TRUST_PROXY', '無', '可代報使用者位址的代理伺服器，IP 或網段，以逗號分隔'],
  ['DCERT_ELECTRONIC_FROM', '2014-01-01', '最早支援電子證書的發證日期（E40、Q11）'],
  ['DCERT_OPERATIONS_HOST', '127.0.0.1', '/metrics 與 /health 的位址，不對外開放'],
  ['DCERT_OPERATIONS_PORT', '9464', '/metrics 與 /health 的埠號，off 為不提供'],
  ['DCERT_MIN_FREE_DISK', '1024', '登錄資料庫所在磁碟至少要有的空間（MiB），不足即非 ready'],
  ['DCERT_STOP_DELAY', '0', '收到停止信號後，仍接受新要求的秒數'],
  ['DCERT_STOP_TIMEOUT', '30', '停止時等候處理中要求的秒數'],
  ['DCERT_LOG_LEVEL', 'info', 'fatal、error、warn、info、debug 或 silent'],
]

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const

/**
 * Reads and checks the settings; the only place that looks at the environment.
 * @throws AppError INVALID_INPUT naming the setting that is wrong and what it should be
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const read = (name: string): string | undefined => environment[name]?.trim() || undefined
  const dataDirectory = resolve(read('DCERT_DATA_DIR') ?? 'var')
  const port = integer('DCERT_PORT', read('DCERT_PORT') ?? '3000', 0, 65_535)
  const keys = join(dataDirectory, 'keys')
  const roles = (read('DCERT_ROLES') ?? ROLES.join(',')).split(',').map((role) => role.trim())
  for (const role of roles) {
    if (!ROLES.includes(role as Role)) throw bad('DCERT_ROLES', role, `${ROLES.join('、')} 之一或數個，以逗號分隔`)
  }
  const electronicFrom = read('DCERT_ELECTRONIC_FROM') ?? '2014-01-01'
  if (!/^\d{4}-/.test(electronicFrom) || 'reason' in parseRocDate(electronicFrom)) {
    throw bad('DCERT_ELECTRONIC_FROM', electronicFrom, '日期，例如 2014-01-01')
  }
  const databaseUrl = read('DCERT_DATABASE_URL') ?? 'sqlite:'
  const logLevel = read('DCERT_LOG_LEVEL') ?? 'info'
  if (!LOG_LEVELS.includes(logLevel as Config['logLevel']))
    throw bad('DCERT_LOG_LEVEL', logLevel, LOG_LEVELS.join(', '))
  return {
    dataDirectory,
    databaseUrl: databaseUrl === 'sqlite:' ? `sqlite:${join(dataDirectory, 'dcert.sqlite')}` : databaseUrl,
    roles: roles as Role[],
    host: read('DCERT_HOST') ?? '127.0.0.1',
    port,
    publicUrl: publicUrl(read('DCERT_PUBLIC_URL') ?? `http://localhost:${port}`),
    keystore: resolve(read('DCERT_KEYSTORE') ?? join(keys, 'keystore.p12')),
    keystorePasswordFile: resolve(read('DCERT_KEYSTORE_PASSWORD_FILE') ?? join(keys, 'keystore-password')),
    trustDirectories: [join(dataDirectory, 'trust'), join(import.meta.dirname, '../certs/trust')],
    keysDirectory: keys,
    fontsDirectory: read('DCERT_FONTS_DIR'),
    rateLimit: integer('DCERT_RATE_LIMIT', read('DCERT_RATE_LIMIT') ?? '300', 0, 1_000_000),
    trustProxy: proxies(read('DCERT_TRUST_PROXY')),
    electronicFrom,
    logLevel: logLevel as Config['logLevel'],
    operations: operations(read('DCERT_OPERATIONS_HOST'), read('DCERT_OPERATIONS_PORT'), port),
    leastFreeDisk: integer('DCERT_MIN_FREE_DISK', read('DCERT_MIN_FREE_DISK') ?? '1024', 0, 1_000_000) * 1_048_576,
    stopping: {
      delay: integer('DCERT_STOP_DELAY', read('DCERT_STOP_DELAY') ?? '0', 0, 600) * 1000,
      patience: integer('DCERT_STOP_TIMEOUT', read('DCERT_STOP_TIMEOUT') ?? '30', 1, 600) * 1000,
    },
  }
}

/** A server on any free port (0) has its operations on any free one too. */
function operations(host = '127.0.0.1', port: string | undefined, servicePort: number): Config['operations'] {
  if (port === 'off') return null
  const number = integer('DCERT_OPERATIONS_PORT', port ?? (servicePort === 0 ? '0' : '9464'), 0, 65_535)
  return { host, port: number, isDefault: port === undefined }
}

function integer(name: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw bad(name, text, `${least} 到 ${most} 的整數`)
  }
  return value
}

/** Addresses or networks (CIDR). */
function proxies(text: string | undefined): string | false {
  if (text === undefined) return false
  for (const part of text.split(',')) {
    const [address = '', prefix] = part.trim().split('/')
    const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
    const inRange = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits)
    if (bits < 0 || !inRange) throw bad('DCERT_TRUST_PROXY', text, 'IP 位址或網段，以逗號分隔，例如 10.0.0.0/8')
  }
  return text
}

function publicUrl(text: string): string {
  const url = URL.parse(text)
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.search !== '' || url.hash !== '') {
    throw bad('DCERT_PUBLIC_URL', text, 'http(s) 網址，不含查詢字串')
  }
  return url.href.replace(/\/+$/, '')
}

function bad(name: string, value: string, wanted: string): AppError {
  return new AppError('INVALID_INPUT', `${name}「${value}」不正確，應為${wanted}`, { name })
}
