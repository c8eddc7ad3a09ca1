import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'

/** Named parts and whether each is usable, e.g. { register: true }. */
export type Readiness = Readonly<Record<string, boolean>>

type HealthOptions = { readonly ready: () => Promise<Readiness> }

const Health = Type.Object({ status: Type.String(), checks: Type.Optional(Type.Record(Type.String(), Type.Boolean())) })

/** For whoever starts and watches the process: alive at all, and fit to answer. */
export async function healthRoutes(app: FastifyInstance, { ready }: HealthOptions): Promise<void> {
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store')
  })

  const tags = ['health']
  const live = { tags, summary: 'The process is alive', response: { 200: { ...Health, description: 'alive' } } }
  app.get('/health/live', { schema: live }, async () => ({ status: 'ok' }))

  const fit = {
    tags,
    summary: 'The process can answer',
    response: { 200: { ...Health, description: 'ready' }, 503: { ...Health, description: 'not ready' } },
  }
  app.get('/health/ready', { schema: fit }, async (request, reply) => {
    try {
      const checks = await ready()
      if (Object.values(checks).every(Boolean)) return { status: 'ready', checks }
      return reply.code(503).send({ status: 'not-ready', checks })
    } catch (error) {
      request.log.error({ err: error }, 'not ready')
      return reply.code(503).send({ status: 'not-ready' })
    }
  })
}
