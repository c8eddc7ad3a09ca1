import { randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import { LOG_FORMAT, LOG_STREAM } from '../shared/log.ts'
import type { Metrics } from './metrics.ts'

export type LogOptions = {
  readonly level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent'
  /** where lines go; standard error by default */
  readonly stream?: { write(line: string): void }
}

/**
 * What is written about a request: its method, the pattern of its route, status and time.
 * Never the address it came from or asked for (a token may stand in it), headers, or names of files (E31, E68).
 * There is no level `trace`: libraries write all headers there.
 */
export function loggerOptions(log: LogOptions | false): FastifyServerOptions['logger'] {
  if (log === false) return false
  return {
    ...LOG_FORMAT,
    level: log.level,
    stream: log.stream ?? LOG_STREAM,
    serializers: {
      ...LOG_FORMAT.serializers,
      req: (request) => ({
        method: request.method,
        route: request.routeOptions?.url ?? null,
      }),
      res: (reply) => ({ statusCode: reply.statusCode }),
    },
  }
}

/** Names of requests that no other process, and none after a new start, gives too. */
export function requestIds(): () => string {
  const process = randomBytes(4).toString('hex')
  let count = 0
  return () => `${process}-${(++count).toString(36)}`
}

export function addRequestLog(app: FastifyInstance, metrics?: Metrics): void {
  app.addHook('onResponse', async (request, reply) => {
    const line = {
      method: request.method,
      route: request.is404 ? null : (request.routeOptions.url ?? null),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    }
    metrics?.answered(line.method, line.route ?? undefined, line.status, reply.elapsedTime / 1000)
    // Probes come every few seconds and would drown the rest.
    if (line.route?.startsWith('/health/') || line.route === '/metrics') request.log.debug(line, 'request')
    else request.log.info(line, 'request')
  })
}
