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
}

/** Every setting with its default, as `dcert serve --help` and docs/configuration.md list them. */
export const SETTINGS: readonly (readonly [name: string, fallback: string, meaning: string])[] = [
  ['DCERT_DATA_DIR', 'var', 'directory of database and keys'],
  ['DCERT_DATABASE_URL', 'sqlite:<data directory>/dcert.sqlite', 'the register'],
  ['DCERT_ROLES', 'verifier,portal,issuer', 'what this process is'],
  ['DCERT_HOST', '127.0.0.1', 'address to listen on'],
  ['DCERT_PORT', '3000', 'port to listen on'],
  ['DCERT_PUBLIC_URL', 'http://localhost:<port>', 'address in the QR codes; must live as long as the certificates'],
  ['DCERT_KEYSTORE', '<data directory>/keys/keystore.p12', 'PKCS#12 with the signing key'],
  ['DCERT_KEYSTORE_PASSWORD_FILE', '<data directory>/keys/keystore-password', 'file with its password'],
  ['DCERT_FONTS_DIR', '/usr/share/fonts/truetype/cns11643', 'full Kai fonts, used beside those that ship'],
  ['DCERT_RATE_LIMIT', '300', 'verifications per address and minute, 0 for none'],
  ['DCERT_TRUST_PROXY', '', 'addresses of proxies that may name the client, comma-separated'],
  ['DCERT_ELECTRONIC_FROM', '2014-01-01', 'first issue date of electronic certificates (E40, Q11)'],
  ['DCERT_LOG_LEVEL', 'info', 'fatal, error, warn, info, debug or silent'],
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
    if (!ROLES.includes(role as Role)) throw bad('DCERT_ROLES', role, `one or more of ${ROLES.join(', ')}`)
  }
  const electronicFrom = read('DCERT_ELECTRONIC_FROM') ?? '2014-01-01'
  if (!/^\d{4}-/.test(electronicFrom) || 'reason' in parseRocDate(electronicFrom)) {
    throw bad('DCERT_ELECTRONIC_FROM', electronicFrom, 'an ISO date')
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
    trustProxy: read('DCERT_TRUST_PROXY') ?? false,
    electronicFrom,
    logLevel: logLevel as Config['logLevel'],
  }
}

function integer(name: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw bad(name, text, `a whole number from ${least} to ${most}`)
  }
  return value
}

function publicUrl(text: string): string {
  const url = URL.parse(text)
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.search !== '' || url.hash !== '') {
    throw bad('DCERT_PUBLIC_URL', text, 'an http(s) address without query')
  }
  return url.href.replace(/\/+$/, '')
}

function bad(name: string, value: string, wanted: string): AppError {
  return new AppError('INVALID_INPUT', `${name}「${value}」不正確：should be ${wanted}`, { name })
}
