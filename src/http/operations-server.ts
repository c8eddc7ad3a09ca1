import Fastify, { type FastifyInstance, LogController } from 'fastify'
import { healthRoutes, type Readiness } from './health-routes.ts'
import type { Metrics } from './metrics.ts'
import { addRequestLog, type LogOptions, loggerOptions, requestIds } from './request-log.ts'

export type OperationsOptions = {
  readonly ready: () => Promise<Readiness>
  readonly metrics: Metrics
  readonly logger: LogOptions | false
}

/**
 * Health and figures on a listener of their own (docs/decisions/0013-metrics.md). The public server has no `/metrics`:
 * behind a proxy everybody comes from its address, so an address proves nothing there. Also for a process that listens
 * to nobody else.
 */
export async function buildOperationsServer({ ready, metrics, logger }: OperationsOptions): Promise<FastifyInstance> {
  const app = Fastify({
    logger: loggerOptions(logger) ?? false,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestIds(),
    requestTimeout: 10_000,
    connectionTimeout: 10_000,
    bodyLimit: 1024,
    forceCloseConnections: true,
  })
  addRequestLog(app)
  await app.register(healthRoutes, { ready })
  metrics.watchProcess()
  app.get('/metrics', async (_request, reply) => {
    // Whoever watches this alone gets fresh answers too.
    await ready().catch(() => {})
    return reply
      .header('cache-control', 'no-store')
      .type(metrics.contentType)
      .send(await metrics.text())
  })
  return app
}
