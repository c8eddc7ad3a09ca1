import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { addPreflight, allowAnyOrigin, DOCS_POLICY } from './security.ts'

const DESCRIPTION = `Public verification of electronic certificates. No account is needed.

A verification that could be made answers **200** with one of three outcomes: \`success\`, \`warning\` or \`failure\`; a
forged, altered or unreadable file is an outcome (\`failure\`), not an error. When the register cannot be asked the answer
is **503** (\`urn:dcert:problem:register-unavailable\`): that is never an outcome.

Errors are \`application/problem+json\` (RFC 9457). \`type\` is \`urn:dcert:problem:<name>\` and stable; \`title\` and
\`detail\` are for people, in Chinese or English by \`Accept-Language\`.

Limits: a file has at most 10,485,760 bytes (10 MiB); requests per address and minute are limited by the operator (429
with \`Retry-After\`). Uploaded files are not kept. Reason codes are added, never renamed or given another meaning.`

/** Must come before the routes it is to describe. */
export async function addOpenApi(app: FastifyInstance, publicUrl: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'dcert',
        version: '1',
        description: DESCRIPTION,
        license: { name: 'MIT', identifier: 'MIT' } as never,
      },
      servers: [{ url: publicUrl }],
      tags: [
        { name: 'verification', description: 'Is this certificate genuine?' },
        { name: 'health', description: 'For whoever operates the service' },
      ],
    },
    refResolver: { buildLocalReference: (json, _base, _fragment, i) => String(json.$id ?? `def-${i}`) },
  })
}

/** In place of the library's own. */
const LOGO = {
  type: 'image/svg+xml',
  content:
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40"><text x="0" y="29" font-family="sans-serif" font-size="27" font-weight="700" fill="#fff">dcert</text></svg>',
}

/** Must come after the routes. Browsable at /api/docs, readable for programs at /api/v1/openapi.json. */
export async function addApiDocs(app: FastifyInstance): Promise<void> {
  const path = '/api/v1/openapi.json'
  app.get(path, { onRequest: allowAnyOrigin, schema: { hide: true } as object }, async (_request, reply) => {
    return reply.header('cache-control', 'no-cache').type('application/json; charset=utf-8').send(app.swagger())
  })
  addPreflight(app, path, 'GET')
  await app.register(swaggerUi, {
    routePrefix: '/api/docs',
    staticCSP: Object.fromEntries(Object.entries(DOCS_POLICY).map(([name, sources]) => [name, [...sources]])),
    theme: { title: 'dcert API' },
    logo: LOGO,
    uiConfig: { docExpansion: 'list', deepLinking: true, defaultModelsExpandDepth: 1 },
  })
}
