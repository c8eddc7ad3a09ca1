import Fastify, { type FastifyInstance, type FastifyServerOptions, LogController } from 'fastify'
import { bundleVerifier } from '../verification/bundle-verifier.ts'
import { uploadBudget } from '../verification/read-upload.ts'
import type { Verification } from '../verification/verification-port.ts'
import { verificationRoutes } from '../verification/verification-routes.ts'
import { verifierSite } from '../verification/verifier-site.ts'
import { addErrorReplies, answerBrokenRequest, answerUnreadableAddress } from './error-replies.ts'
import { healthRoutes, type Readiness } from './health-routes.ts'
import { meteredUploads } from './metered.ts'
import type { Metrics } from './metrics.ts'
import { addApiDocs, addOpenApi } from './openapi.ts'
import { VERIFIER_PATH } from './page-frame.ts'
import { addRequestLog, type LogOptions, loggerOptions, requestIds } from './request-log.ts'
import { addSecurityHeaders, type RequestHook, verificationLimit } from './security.ts'

/** What a later part of the house (the portal, the log) gets to add its routes with. */
export type Extension = (app: FastifyInstance, tools: { readonly verificationLimit: RequestHook }) => Promise<void>

export type ServerOptions = {
  readonly verification: Verification
  /** named parts and whether each is usable; throwing counts as not ready */
  readonly ready: () => Promise<Readiness>
  /** verifications per address and minute; 0 for no limit */
  readonly rateLimit: number
  /** where the public reaches this server, without a slash at its end */
  readonly publicUrl: string
  /** says on every page that nothing here is really the ministry's */
  readonly demo: boolean
  readonly logger?: LogOptions | false
  /** which proxies may name the address of a request; none by default */
  readonly trustProxy?: boolean | string
  /** public verification is served where this is absent or has 'verifier' */
  readonly roles?: readonly string[]
  /** figures of what is answered; none by default */
  readonly metrics?: Metrics
  /** whether the process is about to end: connections are not kept then */
  readonly draining?: () => boolean
  /** bytes of uploads held in memory at the same time */
  readonly uploadMemory?: number
  /** parts with routes of their own; one that serves `/` says so by `home: false` */
  readonly extensions?: readonly Extension[]
  /** whether `/` leads to the verifier; yes by default */
  readonly home?: boolean
}

const JSON_BODY_LIMIT = 16 * 1024
const UPLOAD_MEMORY = 256 * 1024 * 1024

/** Builds the server and its routes; listening is up to whoever asked for it, and so is close(). */
export async function buildServer(options: ServerOptions): Promise<FastifyInstance> {
  const { verification, ready, rateLimit, publicUrl, demo, logger = { level: 'info' }, extensions = [] } = options
  const settings: FastifyServerOptions = {
    logger: loggerOptions(logger) ?? false,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: options.trustProxy ?? false,
    genReqId: requestIds(),
    bodyLimit: JSON_BODY_LIMIT,
    // A slow line takes a while for 10 MiB; a hostile one may not take for ever.
    requestTimeout: 180_000,
    connectionTimeout: 60_000,
    forceCloseConnections: 'idle',
    frameworkErrors: answerUnreadableAddress as never,
    clientErrorHandler: answerBrokenRequest as never,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
  }
  const app = Fastify(settings)
  addRequestLog(app, options.metrics)
  if (options.draining !== undefined) closeConnectionsWhile(options.draining, app)
  addErrorReplies(app, demo)
  addSecurityHeaders(app, publicUrl)
  const limit = await verificationLimit(app, rateLimit)
  await addOpenApi(app, publicUrl)

  await app.register(healthRoutes, { ready })
  if (options.roles?.includes('verifier') ?? true) {
    const budget = uploadBudget(options.uploadMemory ?? UPLOAD_MEMORY)
    const uploads = options.metrics === undefined ? budget : meteredUploads(budget, options.metrics)
    await app.register(verificationRoutes, { verification, limit, demo, uploads })
    await app.register(verifierSite, { verification, limit, demo, uploads, bundle: await bundleVerifier() })
    if (options.home ?? true) {
      app.get('/', { schema: { hide: true } as object }, async (_request, reply) => reply.redirect(VERIFIER_PATH, 302))
    }
  }
  for (const extend of extensions) await app.register(async (scope) => extend(scope, { verificationLimit: limit }))
  await addApiDocs(app)
  return app
}

/** A connection that is kept after its answer would hold up the end for as long as clients keep it. */
function closeConnectionsWhile(draining: () => boolean, app: FastifyInstance): void {
  app.addHook('onSend', async (_request, reply) => {
    if (draining()) reply.header('connection', 'close')
  })
}
