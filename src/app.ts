import { createHash, type X509Certificate } from 'node:crypto'
import { dirname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { loadFonts } from './certificates/fonts/load-fonts.ts'
import { finishUnfinished, type Issuing, now } from './certificates/issue-certificate.ts'
import { fileMaker } from './certificates/make-file.ts'
import { registerLookupStore } from './certificates/register-lookup-store.ts'
import type { Config } from './config.ts'
import { meteredExplainer, meteredVerification } from './http/metered.ts'
import { createMetrics, type Metrics } from './http/metrics.ts'
import { buildOperationsServer } from './http/operations-server.ts'
import { readinessProbe } from './http/readiness.ts'
import { type ReadinessParts, readinessChecks } from './http/readiness-checks.ts'
import { buildServer } from './http/server.ts'
import { MINISTRY_OF_EDUCATION } from './issuers/ministry-of-education.ts'
import { AppError } from './shared/app-error.ts'
import { type Clock, systemClock } from './shared/clock.ts'
import { closeAll, closeTogether } from './shared/close-all.ts'
import { createLog, type Log } from './shared/log.ts'
import { cmsSigner } from './signing/cms.ts'
import { readKeystore } from './signing/read-keystore.ts'
import { verificationCountStore } from './statistics/verification-count-store.ts'
import { type Database, isPostgres, migrateToLatest, openDatabase, pathOf, requireLatest } from './storage/database.ts'
import { isWritable, stillTheFile } from './storage/probe.ts'
import { requireRegisterFile } from './storage/register-place.ts'
import { bindStores, type Stores, type Transactions, transactions } from './storage/transactions.ts'
import { createExplainer, type Explainer } from './verification/explain-in-worker.ts'
import { readTrust, requireTrust } from './verification/read-trust.ts'
import { type TrustAnchors, trustAnchors } from './verification/trust.ts'
import type { Verification } from './verification/verification-port.ts'
import { verification } from './verification/verify-certificate.ts'

/** The house put together: what the commands work with. Parts are opened when first asked for; close ends them all. */
export type App = {
  readonly config: Config
  readonly clock: Clock
  readonly log: Log
  readonly transactions: Transactions
  /** stores on the reading connection, for what changes nothing */
  readonly reading: Stores
  /** Opens the keystore. @throws AppError when it must not be signed with */
  issuing(): Promise<Issuing>
  /** the trust anchors of this process */
  trust(): TrustAnchors
  verification(): Verification
  /** The HTTP side, not listening yet. @param demo says on every page that nothing is really the ministry's */
  server(options: { demo: boolean }): Promise<FastifyInstance>
  /** Health and figures on a server of their own, not listening yet. */
  operations(): Promise<FastifyInstance>
  /** Says by /health/ready that nobody is to be sent here any more, and keeps no connection after its answer. */
  drain(): void
  close(): Promise<void>
}

/** Milliseconds; the last flush does not wait longer for a database that does not answer. */
const FLUSH_INTERVAL = 1_000
const LAST_FLUSH = 5_000

/**
 * @param looking opens a register only to look at it, and makes none
 * @throws AppError naming what cannot be opened; NOT_FOUND for a register that is not there to be looked at
 */
export async function openApp(
  config: Config,
  clock: Clock = systemClock,
  { looking = false }: { readonly looking?: boolean } = {},
): Promise<App> {
  const log = createLog(config.logLevel)
  if (looking) requireRegisterFile(config.databaseUrl)
  // What only verifies has no business writing: it faces the Internet (docs/architecture.md, roles).
  const readOnly = looking || config.roles.every((role) => role === 'verifier')
  const database = openDatabase(config.databaseUrl, { readOnly })
  const databases: Database[] = []
  // On SQLite who writes is the last: only then the log is written back, and one file is left.
  const open = [() => database.destroy(), () => closeTogether(databases.map((one) => () => one.destroy()))]
  try {
    await (readOnly ? requireLatest(database) : migrateToLatest(database))
    const readingDatabase = openDatabase(config.databaseUrl, { readOnly: true })
    databases.push(readingDatabase)
    return assemble({ config, clock, log, database, readingDatabase, readOnly, open, databases })
  } catch (error) {
    await closeAll(open)
    throw error
  }
}

const NO_FINGERPRINT = '0'.repeat(64)

/** A process that only verifies changes nothing. */
const READ_ONLY: Transactions = {
  run() {
    throw new AppError('FORBIDDEN', 'DCERT_ROLES 只有 verifier：這個程序只讀取登錄資料，不能變更。')
  },
}

type Opened = {
  readonly config: Config
  readonly clock: Clock
  readonly log: Log
  readonly database: Database
  readonly readingDatabase: Database
  readonly readOnly: boolean
  /** what close has to end, in the order of opening */
  readonly open: (() => Promise<void>)[]
  /** the other connections, closed together: a server that hangs costs the patience of one */
  readonly databases: Database[]
}

function assemble({ config, clock, log, database, readingDatabase, readOnly, open, databases }: Opened): App {
  const run = readOnly ? READ_ONLY : transactions(database)
  let issuing: Promise<Issuing> | undefined
  let verifying: Verification | undefined
  let signingCertificates: readonly X509Certificate[] | undefined
  let draining = false
  let anchorsInUse = 0
  const path = isPostgres(config.databaseUrl) ? undefined : pathOf(config.databaseUrl)
  const isInPlace = path === undefined ? undefined : stillTheFile(path)
  const metrics = createMetrics()
  const logger = { level: config.logLevel }

  let impatient: Database | undefined
  /** A writing connection that does not wait: while another process writes, verification and health go on. */
  function withoutPatience(): Database {
    if (impatient === undefined) {
      impatient = openDatabase(config.databaseUrl, { readOnly, patience: 0 })
      databases.push(impatient)
    }
    return impatient
  }

  function openVerification(): Verification {
    const pems = requireTrust(config)
    anchorsInUse = pems.length
    const explainer: Explainer = meteredExplainer(createExplainer(pems), metrics)
    // Who only verifies cannot keep any.
    const counts = readOnly ? undefined : verificationCountStore(withoutPatience())
    const keepCounts = async (): Promise<void> => {
      await counts?.flush().catch((error: unknown) => log.warn({ err: error }, 'counts not kept'))
    }
    const timer = setInterval(() => void keepCounts(), FLUSH_INTERVAL)
    timer.unref()
    open.push(async () => {
      clearInterval(timer)
      await explainer.close()
      await Promise.race([keepCounts(), wait(LAST_FLUSH, undefined, { ref: false })])
    })
    const verifier = verification({
      register: registerLookupStore(readingDatabase),
      trust: trustAnchors(pems),
      explainer,
      clock,
      alarm: (reason, details) => log.error({ alarm: reason, ...details }, 'verification alarm'),
      count(result) {
        counts?.count(result)
        metrics.verified(result.outcome, result.reason)
      },
    })
    return meteredVerification(verifier, metrics)
  }

  function partsToAsk(): ReadinessParts {
    const { roles, leastFreeDisk } = config
    const register = registerLookupStore(readingDatabase)
    return {
      // The same question as the public's: it needs every table that they need.
      readRegister: () => Promise.all([app.reading.audit.head(), register.findByFingerprint(NO_FINGERPRINT)]),
      ...(isInPlace && { isInPlace }),
      ...(!readOnly && { isWritable: () => isWritable(withoutPatience()) }),
      ...(roles.includes('issuer') && { signingCertificates: () => signingCertificates }),
      ...(roles.includes('verifier') && { trustAnchors: () => anchorsInUse }),
      ...(!readOnly && path !== undefined && { disk: { directory: dirname(path), least: leastFreeDisk } }),
    }
  }

  let probe: ReturnType<typeof readinessProbe> | undefined
  function ready(): ReturnType<ReturnType<typeof readinessProbe>['ask']> {
    probe ??= readinessProbe(readinessChecks(partsToAsk(), clock), log, metrics.ready)
    return probe.ask().then((checks) => (draining ? { ...checks, accepting: false } : checks))
  }

  const app: App = {
    config,
    clock,
    log,
    transactions: run,
    reading: bindStores(readingDatabase),
    issuing() {
      issuing ??= openIssuing(config, clock, log, run, metrics, (certificates) => {
        signingCertificates = certificates
      }).catch((error: unknown) => {
        // What could not be opened now may be opened later: the database comes back.
        issuing = undefined
        throw error
      })
      return issuing
    },
    trust: () => trustAnchors(readTrust(config)),
    verification() {
      verifying ??= openVerification()
      return verifying
    },
    async server({ demo }) {
      const server = await buildServer({
        verification: app.verification(),
        ready,
        metrics,
        draining: () => draining,
        rateLimit: config.rateLimit,
        publicUrl: config.publicUrl,
        demo,
        logger,
        trustProxy: config.trustProxy,
        roles: config.roles,
      })
      open.push(() => server.close())
      return server
    },
    async operations() {
      const server = await buildOperationsServer({ ready, metrics, logger })
      open.push(() => server.close())
      return server
    },
    drain() {
      draining = true
    },
    close: () => closeAll(open),
  }
  return app
}

/** Opens keys and fonts, and registers issuer and signing certificate with the register. */
async function openIssuing(
  config: Config,
  clock: Clock,
  log: Log,
  run: Transactions,
  metrics: Metrics,
  opened: (certificates: readonly X509Certificate[]) => void,
): Promise<Issuing> {
  if (!config.roles.includes('issuer')) {
    throw new AppError('FORBIDDEN', 'DCERT_ROLES 沒有 issuer：這個程序沒有金鑰，不能發證。')
  }
  const paths = { keystore: config.keystore, passwordFile: config.keystorePasswordFile }
  const { signer, certificate, chain } = await readKeystore(paths, clock.now())
  opened([certificate, ...chain])
  metrics.signsUntil(certificate.validToDate)
  const signerSha256 = createHash('sha256').update(certificate.raw).digest('hex')
  const issuer = MINISTRY_OF_EDUCATION
  await run.run(async ({ issuers, audit }) => {
    const at = now(clock)
    const put = await issuers.put(issuer)
    if (put !== 'unchanged') {
      const action = put === 'new' ? 'issuer-registered' : 'issuer-changed'
      await audit.append({ at, actor: 'system', action, subject: `issuer:${issuer.id}`, details: {} })
    }
    const chainPem = [certificate, ...chain].map(String).join('')
    if (await issuers.addSigningCertificate(issuer.id, { sha256: signerSha256, chainPem }, at)) {
      const details = { certificate: signerSha256 }
      const subject = `issuer:${issuer.id}`
      await audit.append({ at, actor: 'system', action: 'signing-certificate-registered', subject, details })
    }
  })
  const { publicUrl, electronicFrom } = config
  const maker = fileMaker({
    fonts: loadFonts(config.fontsDirectory),
    cms: cmsSigner(signer),
    trust: trustAnchors(readTrust(config)),
    signerSha256,
    verifyAddress: `${publicUrl}/verify`,
    observer: metrics.issuing,
  })
  const issuing: Issuing = {
    issuer,
    transactions: run,
    maker,
    clock,
    publicUrl,
    electronicFrom,
    observer: metrics.issuing,
  }
  await finishUnfinished('system', issuing, ({ certificateId, version }, error) =>
    log.error({ certificateId, version, err: error }, 'a version that was begun cannot be completed'),
  )
  return issuing
}
