import type { FastifyInstance, FastifyServerOptions } from 'fastify'

export type LogOptions = {
  readonly level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent'
  /** where lines go; standard output by default */
  readonly stream?: { write(line: string): void }
}

/**
 * What is written about a request: its method, the pattern of its route, status and time.
 * Never the address it came from or asked for (a token may stand in it), headers, or names of files (E31, E68).
 * There is no level `trace`: @fastify/multipart writes all headers there.
 */
export function loggerOptions(log: LogOptions | false): FastifyServerOptions['logger'] {
  if (log === false) return false
  return {
    level: log.level,
    ...(log.stream ? { stream: log.stream } : {}),
    serializers: {
      req: (request) => ({
        method: request.method,
        route: request.routeOptions?.url ?? null,
      }),
      res: (reply) => ({ statusCode: reply.statusCode }),
    },
  }
}

export function addRequestLog(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    const line = {
      method: request.method,
      route: request.is404 ? null : (request.routeOptions.url ?? null),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    }
    // Probes come every few seconds and would drown the rest.
    if (line.route?.startsWith('/health/')) request.log.debug(line, 'request')
    else request.log.info(line, 'request')
  })
}
