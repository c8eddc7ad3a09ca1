import { type AddressInfo, connect } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AppError, type AppErrorCode, HTTP_STATUS } from '../../src/shared/app-error.ts'
import { oneFile } from './multipart-body.ts'
import { expectProblem } from './problem-of.ts'
import { testServer } from './test-server.ts'

const HTML = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'

let app: FastifyInstance
beforeAll(async () => {
  app = await testServer({
    publicUrl: 'https://dcert.test',
    extensions: [
      async (scope) => {
        scope.get('/portal/fails/:code', async (request) => {
          const { code } = request.params as { code: AppErrorCode }
          throw new AppError(code, 'Somebody else has just moved this case.', { secret: 'not shown' })
        })
      },
    ],
  })
})
afterAll(() => app.close())

describe('errors become problem+json, in one place', () => {
  test.each(Object.entries(HTTP_STATUS))('AppError %s answers %i', async (code, status) => {
    const reply = await app.inject({ url: `/portal/fails/${code}` })
    expect(reply.statusCode).toBe(status)
    expect(reply.headers['content-type']).toContain('application/problem+json')
    expect(Object.keys(reply.json())).toEqual(['type', 'title', 'status', 'detail'])
    expect(reply.body).not.toContain('not shown')
    const unanswered = { UNAVAILABLE: 'register-unavailable', BUSY: 'busy' }[code]
    if (unanswered !== undefined) expect(reply.json().type).toBe(`urn:dcert:problem:${unanswered}`)
    else expect(reply.json().detail).toBe('Somebody else has just moved this case.')
  })

  test('an address that does not exist is 404, and is not repeated in the answer', async () => {
    const reply = await app.inject({ url: '/api/v1/no-such-thing' })
    expectProblem(reply, 'not-found')
    expect(reply.body).not.toContain('no-such-thing')
  })

  test('the wrong method is 405 and names the right ones', async () => {
    const reply = await app.inject({ method: 'DELETE', url: '/api/v1/verifications' })
    expectProblem(reply, 'method-not-allowed')
    expect(reply.headers.allow).toBe('OPTIONS, POST')
    expectProblem(await app.inject({ method: 'POST', url: '/c/ANYTHING' }), 'method-not-allowed')
  })

  test('an address that cannot be read is 400', async () => {
    expectProblem(await app.inject({ url: '/%zz' }), 'invalid-request')
  })

  test('an error nobody expected is 500 and tells nothing of it', async () => {
    const reply = await app.inject({ method: 'POST', url: '/api/v1/verifications', ...oneFile('broken\n') })
    expectProblem(reply, 'internal-error')
    expect(reply.body).not.toContain('secret')
  })

  test('the words come in the language a program reads, Chinese by default', async () => {
    const url = '/api/v1/no-such-thing'
    expect((await app.inject({ url })).json().title).toBe('找不到網頁')
    const english = await app.inject({ url, headers: { 'accept-language': 'en-GB,en;q=0.9' } })
    expect(english.json().title).toBe('Not found')
    expect(english.headers['content-language']).toBe('en')
  })

  test('a person with a browser gets a page, a program never does', async () => {
    const page = await app.inject({ url: '/no-such-page', headers: { accept: HTML } })
    expect(page.statusCode).toBe(404)
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(page.body).toContain('找不到網頁')
    const english = await app.inject({ url: '/no-such-page?lang=en', headers: { accept: HTML } })
    expect(english.body).toContain('<html lang="en">')
    for (const accept of ['*/*', 'application/json', 'application/json, text/html;q=0.5', undefined]) {
      expectProblem(await app.inject({ url: '/no-such-page', headers: accept ? { accept } : {} }), 'not-found')
    }
    expectProblem(await app.inject({ url: '/api/v1/no-such-thing', headers: { accept: HTML } }), 'not-found')
  })
})

describe('headers that protect', () => {
  test('the content security policy allows nothing inline and nothing from elsewhere', async () => {
    for (const url of ['/verify', '/c/X', '/api/v1/openapi.json', '/no-such-page', '/health/live']) {
      const policy = String((await app.inject({ url })).headers['content-security-policy'])
      expect(policy, url).toContain("default-src 'none'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).toContain("base-uri 'none'")
      expect(policy).not.toMatch(/unsafe|https?:|data:|\*|nonce/)
    }
  })

  test('no page has a script, style or handler of its own in it, and none loads from elsewhere', async () => {
    for (const url of ['/verify', '/verify?lang=en', '/c/X']) {
      const { body } = await app.inject({ url })
      expect(body).not.toMatch(/<style|\sstyle=|\son[a-z]+=|<script(?![^>]*src="\/)|(?:src|href)="(?:https?:)?\/\//)
    }
  })

  test('an address with a token is told to no other site (E68), and the other headers stand', async () => {
    const { headers } = await app.inject({ url: '/verify' })
    expect(headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': expect.stringContaining('camera=()'),
      'strict-transport-security': 'max-age=31536000',
    })
  })

  test('HTTPS is not insisted on where the public address has none', async () => {
    const plain = await testServer()
    const { headers } = await plain.inject({ url: '/verify' })
    expect(headers['strict-transport-security']).toBeUndefined()
    expect(headers['content-security-policy']).not.toContain('upgrade-insecure-requests')
    await plain.close()
  })

  test('the browsable API allows images from data: addresses and nothing more', async () => {
    const reply = await app.inject({ url: '/api/docs/' })
    expect(reply.statusCode).toBe(200)
    const policy = String(reply.headers['content-security-policy'])
    expect(policy).toContain("img-src 'self' data:")
    expect(policy).toContain("script-src 'self';")
    expect(policy).not.toMatch(/unsafe|https?:/)
  })
})

describe('health', () => {
  test('the process lives and is ready', async () => {
    expect((await app.inject({ url: '/health/live' })).json()).toEqual({ status: 'ok' })
    expect((await app.inject({ url: '/health/ready' })).json()).toEqual({ status: 'ready', checks: { register: true } })
  })

  test('a part that is not usable, or cannot be asked, makes it not ready', async () => {
    const lacking = await testServer({ ready: async () => ({ register: true, keystore: false }) })
    const reply = await lacking.inject({ url: '/health/ready' })
    expect(reply.statusCode).toBe(503)
    expect(reply.json().checks).toEqual({ register: true, keystore: false })
    await lacking.close()
    const failing = await testServer({ ready: () => Promise.reject(new Error('disk I/O error at /srv')) })
    const failed = await failing.inject({ url: '/health/ready' })
    expect([failed.statusCode, failed.json()]).toEqual([503, { status: 'not-ready' }])
    await failing.close()
  })
})

describe('what is served', () => {
  test('the front page leads to the verifier until there is a portal', async () => {
    const reply = await app.inject({ url: '/' })
    expect([reply.statusCode, reply.headers.location]).toEqual([302, '/verify'])
  })

  test('an extension may have the front page', async () => {
    const portal = await testServer({
      home: false,
      extensions: [async (scope) => void scope.get('/', async () => ({ portal: true }))],
    })
    expect((await portal.inject({ url: '/' })).json()).toEqual({ portal: true })
    await portal.close()
  })

  test('a process without the role of verifier verifies nothing', async () => {
    const portal = await testServer({ roles: ['portal'] })
    expect(
      (await portal.inject({ method: 'POST', url: '/api/v1/verifications', ...oneFile('current') })).statusCode,
    ).toBe(404)
    expect((await portal.inject({ url: '/health/live' })).statusCode).toBe(200)
    await portal.close()
  })

  test('what is not HTTP gets a problem as well, and no more', async () => {
    const listening = await testServer()
    await listening.listen({ host: '127.0.0.1', port: 0 })
    const { port } = listening.addresses()[0] as AddressInfo
    const answer = await new Promise<string>((resolve, reject) => {
      let text = ''
      const socket = connect(port, '127.0.0.1', () => socket.write('this is not HTTP\r\n\r\n'))
      socket.on('data', (chunk) => {
        text += chunk
      })
      socket.on('end', () => resolve(text))
      socket.on('error', reject)
    })
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer).toContain('urn:dcert:problem:invalid-request')
    expect(answer).not.toContain('not HTTP')
    await listening.close()
  })
})
