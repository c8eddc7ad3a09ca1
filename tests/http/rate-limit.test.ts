import { expect, test } from 'vitest'
import { oneFile } from './multipart-body.ts'
import { expectProblem } from './problem-of.ts'
import { handMadeVerification, TOKENS, testServer } from './test-server.ts'

const FILE = '/api/v1/verifications'
const FINGERPRINT = '/api/v1/verifications/fingerprint'
const sha256 = '0'.repeat(64)

test('the verification after the last allowed one of a minute is 429 with Retry-After, and asks no register', async () => {
  const asked = { files: 0, bytes: 0, fingerprints: [], tokens: [] }
  const app = await testServer({ rateLimit: 3, verification: handMadeVerification(asked) })
  for (let i = 0; i < 3; i += 1) {
    expect((await app.inject({ method: 'POST', url: FILE, ...oneFile('current\n') })).statusCode).toBe(200)
  }
  const reply = await app.inject({ method: 'POST', url: FILE, ...oneFile('current\n') })
  expectProblem(reply, 'too-many-requests')
  expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0)
  expect(Number(reply.headers['retry-after'])).toBeLessThanOrEqual(60)
  expect(reply.headers['access-control-allow-origin']).toBe('*')
  expect(asked.files).toBe(3)
  await app.close()
})

test('all doors count together, another address counts for itself', async () => {
  const app = await testServer({ rateLimit: 3 })
  await app.inject({ method: 'POST', url: FILE, ...oneFile('current\n') })
  await app.inject({ method: 'POST', url: FINGERPRINT, payload: { sha256 } })
  await app.inject({ url: `/c/${TOKENS.current}` })
  for (const [method, url] of [
    ['POST', FILE],
    ['POST', FINGERPRINT],
    ['GET', `/c/${TOKENS.current}`],
    ['POST', '/verify'],
  ] as const) {
    expect((await app.inject({ method, url })).statusCode, `${method} ${url}`).toBe(429)
  }
  const other = { method: 'POST', url: FINGERPRINT, payload: { sha256 }, remoteAddress: '198.51.100.7' } as const
  expect((await app.inject(other)).statusCode).toBe(200)
  await app.close()
})

test('looking at the page, the description and health is never limited', async () => {
  const app = await testServer({ rateLimit: 1 })
  for (let i = 0; i < 5; i += 1) {
    for (const url of ['/verify', '/verify/verifier.css', '/api/v1/openapi.json', '/health/live']) {
      expect((await app.inject({ url })).statusCode).toBe(200)
    }
  }
  await app.close()
})

test('0 is no limit', async () => {
  const app = await testServer({ rateLimit: 0 })
  for (let i = 0; i < 200; i += 1) {
    expect((await app.inject({ method: 'POST', url: FINGERPRINT, payload: { sha256 } })).statusCode).toBe(200)
  }
  await app.close()
})

test('a forwarded address is believed only of a trusted proxy', async () => {
  const ask = (app: Awaited<ReturnType<typeof testServer>>, from: string) =>
    app.inject({ method: 'POST', url: FINGERPRINT, payload: { sha256 }, headers: { 'x-forwarded-for': from } })
  const alone = await testServer({ rateLimit: 1 })
  await ask(alone, '203.0.113.1')
  expect((await ask(alone, '203.0.113.2')).statusCode).toBe(429)
  await alone.close()
  const behind = await testServer({ rateLimit: 1, trustProxy: '127.0.0.1' })
  await ask(behind, '203.0.113.1')
  expect((await ask(behind, '203.0.113.2')).statusCode).toBe(200)
  expect((await ask(behind, '203.0.113.2')).statusCode).toBe(429)
  await behind.close()
})

test('without script the limit is told on the page, in plain words', async () => {
  const app = await testServer({ rateLimit: 1 })
  await app.inject({ method: 'POST', url: '/verify', ...oneFile('current\n') })
  const reply = await app.inject({ method: 'POST', url: '/verify', ...oneFile('current\n') })
  expect(reply.statusCode).toBe(429)
  expect(reply.headers['retry-after']).toBeDefined()
  expect(reply.body).toContain('data-problem="too-many-requests"')
  expect(reply.body).not.toContain('data-outcome')
  await app.close()
})
