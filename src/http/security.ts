import { IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import helmet from 'helmet'
import { HttpError } from './http-error.ts'

/** Nothing inline, nothing from elsewhere; what is not named is refused. */
const POLICY = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'"],
  'font-src': ["'self'"],
  'connect-src': ["'self'"],
  'form-action': ["'self'"],
  'base-uri': ["'none'"],
  'frame-ancestors': ["'none'"],
} as const

const UNUSED_FEATURES =
  'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()'

/** The browsable API needs images from data: addresses (its logo and arrows); everything else as strict as elsewhere. */
export const DOCS_POLICY: Readonly<Record<string, readonly string[]>> = { ...POLICY, 'img-src': ["'self'", 'data:'] }

/** Headers of every answer. HTTPS is insisted on only where the public address has it. */
export function addSecurityHeaders(app: FastifyInstance, publicUrl: string): void {
  const headers = securityHeaders(publicUrl.startsWith('https:'))
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers)
    done()
  })
}

/** helmet works them out anew for each answer, which takes a tenth of a verification; here nothing in them varies. */
function securityHeaders(secure: boolean): OutgoingHttpHeaders {
  const answer = new ServerResponse(new IncomingMessage(new Socket()))
  const headers = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        ...Object.fromEntries(Object.entries(POLICY).map(([name, sources]) => [name, [...sources]])),
        ...(secure ? { 'upgrade-insecure-requests': [] } : {}),
      },
    },
    // A token in an address must not travel on to another site (E68).
    referrerPolicy: { policy: 'no-referrer' },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    strictTransportSecurity: secure ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    xFrameOptions: { action: 'deny' },
  })
  headers(answer.req, answer, () => {})
  return { ...answer.getHeaders(), 'permissions-policy': UNUSED_FEATURES }
}

export type RequestHook = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

/**
 * Counts verifications per address and minute, over all doors together; 0 counts nothing.
 * Addresses are held in memory for that minute and nowhere else. An IPv6 address counts as its /64.
 */
export async function verificationLimit(app: FastifyInstance, perMinute: number): Promise<RequestHook> {
  if (perMinute === 0) return async () => {}
  await app.register(rateLimit, {
    global: false,
    max: perMinute,
    timeWindow: 60_000,
    cache: 50_000,
    // The remaining number would make answers differ that must be the same (E68).
    addHeadersOnExceeding: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
    addHeaders: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
    errorResponseBuilder: () => new HttpError('too-many-requests'),
  })
  // Called without options, so that all routes share one count.
  const count = app.rateLimit()
  return (request, reply) => Promise.resolve(count.call(app, request, reply))
}

/** A verifier hosted elsewhere may ask, without credentials, and read when to come back. */
export async function allowAnyOrigin(_request: FastifyRequest, reply: FastifyReply): Promise<void> {
  reply.header('access-control-allow-origin', '*').header('access-control-expose-headers', 'retry-after')
}

/** Answers the browser's question before it asks across origins. */
export function addPreflight(app: FastifyInstance, path: string, method: 'GET' | 'POST'): void {
  app.options(path, { schema: { hide: true } as object }, async (_request, reply) => {
    return reply
      .code(204)
      .headers({
        'access-control-allow-origin': '*',
        'access-control-allow-methods': method,
        'access-control-allow-headers': 'content-type, accept-language',
        'access-control-max-age': '86400',
      })
      .send()
  })
}
