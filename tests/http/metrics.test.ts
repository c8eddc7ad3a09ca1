import type { FastifyInstance } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { createMetrics } from '../../src/http/metrics.ts'
import { buildOperationsServer } from '../../src/http/operations-server.ts'
import { AppError } from '../../src/shared/app-error.ts'
import { REASON_OUTCOMES } from '../../src/verification/verification-result.ts'
import { openHouse } from '../support/house.ts'
import { KIND } from '../support/register.ts'
import { oneFile } from './multipart-body.ts'
import { TOKENS, testServer } from './test-server.ts'

const FILE = '/api/v1/verifications'
const FINGERPRINT = `${FILE}/fingerprint`

async function figuresOf(operations: FastifyInstance): Promise<string> {
  const reply = await operations.inject({ url: '/metrics' })
  expect(reply.statusCode).toBe(200)
  expect(reply.headers['content-type']).toContain('text/plain')
  return reply.body
}

/** The value of one line, e.g. `dcert_ready{check="database"}`. */
function figure(text: string, line: string): number {
  const found = text.split('\n').find((one) => one.startsWith(`${line} `))
  return Number(found?.slice(line.length))
}

/** Every series: its name with all labels. */
function seriesOf(text: string): string[] {
  return text.split('\n').flatMap((line) => /^(\w+(?:\{[^}]*\})?) /.exec(line)?.[1] ?? [])
}

test('verifications are counted by outcome and reason, their time by door; issuing by step and language', async () => {
  const house = await openHouse()
  const operations = await house.app.operations()
  const server = await house.app.server({ demo: false })
  const issuing = await house.app.issuing()
  const { issueCertificate } = await import('../../src/certificates/issue-certificate.ts')
  const { approvedCase } = await import('../support/house.ts')
  const approved = approvedCase({ nameEn: 'Lin Kun-hsuan', schoolEn: 'Yuzao University' })
  const { certificate } = await issueCertificate(approved, 'cli:tester', issuing)
  await house.confirm(certificate.id)
  const file = await house.file(certificate.id)
  await server.inject({ method: 'POST', url: FILE, ...oneFile(file) })
  await server.inject({ method: 'POST', url: FILE, ...oneFile('no PDF') })
  await server.inject({ method: 'POST', url: FINGERPRINT, payload: { sha256: 'a'.repeat(64) } })

  const text = await figuresOf(operations)
  expect(figure(text, 'dcert_verifications_total{outcome="success",reason="current"}')).toBe(1)
  expect(figure(text, 'dcert_verifications_total{outcome="failure",reason="not-pdf"}')).toBe(1)
  expect(figure(text, 'dcert_verifications_total{outcome="failure",reason="unknown"}')).toBe(1)
  expect(figure(text, 'dcert_verifications_total{outcome="failure",reason="register-mismatch"}')).toBe(0)
  expect(figure(text, 'dcert_verification_seconds_count{door="file"}')).toBe(2)
  expect(figure(text, 'dcert_verification_seconds_count{door="fingerprint"}')).toBe(1)
  expect(figure(text, 'dcert_verification_seconds_sum{door="file"}')).toBeGreaterThan(0)
  for (const step of ['sign', 'read_back']) {
    expect(figure(text, `dcert_issue_step_seconds_count{step="${step}"}`), step).toBe(2)
  }
  // A new case is composed and linted once more before anything is written.
  expect(figure(text, 'dcert_issue_step_seconds_count{step="compose"}')).toBe(4)
  expect(figure(text, 'dcert_issue_step_seconds_count{step="lint"}')).toBe(4)
  expect(figure(text, 'dcert_issue_step_seconds_count{step="register"}')).toBe(1)
  expect(figure(text, 'dcert_issue_step_seconds_count{step="keep"}')).toBe(1)
  expect(figure(text, 'dcert_issue_step_seconds_sum{step="sign"}')).toBeGreaterThan(0)
  expect(figure(text, 'dcert_certificates_issued_total{language="zh-TW"}')).toBe(1)
  expect(figure(text, 'dcert_certificates_issued_total{language="en"}')).toBe(1)
  const ends = new Date('2026-01-05T00:00:00Z').getTime() / 1000
  expect(figure(text, 'dcert_signing_certificate_not_after_seconds')).toBeGreaterThan(ends)
})

test('every check of readiness is a figure; that of the disk only where the register is a file on it', async () => {
  const { app } = await openHouse()
  const operations = await app.operations()
  // They count as ready once they have been opened.
  app.verification()
  await app.issuing()
  const text = await figuresOf(operations)
  const checks = KIND === 'sqlite' ? ['database', 'disk', 'keys', 'trust'] : ['database', 'keys', 'trust']
  expect([...text.matchAll(/^dcert_ready\{check="(\w+)"\} 1$/gm)].map(([, check]) => check).sort()).toEqual(checks)
})

test('the delay of the event loop and the memory of the process are there', async () => {
  const operations = await operationsServer(createMetrics())
  const text = await figuresOf(operations)
  expect(figure(text, 'nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0)
  expect(figure(text, 'process_resident_memory_bytes')).toBeGreaterThan(1_000_000)
})

test('requests are counted by the pattern of their route; nothing a stranger sends becomes a label', async () => {
  const metrics = createMetrics()
  const server = await testServer({ metrics })
  await server.inject({ url: `/c/${TOKENS.current}` })
  await server.inject({ url: `/c/${TOKENS.unknown}` })
  const before = seriesOf(await metrics.text())
  for (let i = 0; i < 200; i++) {
    await server.inject({ url: `/c/7TOKEN${i}` })
    await server.inject({ url: `/nowhere/${i}/A123456789`, method: i % 2 ? 'GET' : ('PROPFIND' as 'GET') })
    await server.inject({ url: `/verify?x=${i}`, headers: { host: `h${i}.test`, 'user-agent': `agent-${i}` } })
  }
  const text = await metrics.text()
  expect(figure(text, 'dcert_http_requests_total{method="GET",route="/c/*",status="404"}')).toBe(201)
  expect(figure(text, 'dcert_http_requests_total{method="GET",route="none",status="404"}')).toBe(100)
  expect(figure(text, 'dcert_http_requests_total{method="other",route="none",status="404"}')).toBe(100)
  const added = seriesOf(text).filter((one) => !before.includes(one))
  expect(added.filter((one) => !one.includes('_seconds_')).length).toBeLessThanOrEqual(3)
  expect(text).not.toMatch(/A123456789|7TOKEN|agent-|\.test|nowhere/)
  for (const token of Object.values(TOKENS)) expect(text).not.toContain(token)
  await server.close()
})

test('there is no /metrics among the public routes', async () => {
  const server = await testServer({ metrics: createMetrics() })
  expect((await server.inject({ url: '/metrics' })).statusCode).toBe(404)
  await server.close()
})

test('uploads that find no memory, and how much is held, are counted', async () => {
  const metrics = createMetrics()
  let held = 0
  const verification = {
    verifyFile: async () => {
      held = (await metrics.uploadBytes.get()).values[0]?.value ?? 0
      throw new AppError('BUSY', 'too many')
    },
    verifyFingerprint: () => Promise.reject(new Error('not asked')),
    findByToken: async () => undefined,
  }
  const server = await testServer({ metrics, verification, uploadMemory: 1_000 })
  expect((await server.inject({ method: 'POST', url: FILE, ...oneFile('x'.repeat(900)) })).statusCode).toBe(503)
  expect(held).toBe(900)
  expect((await server.inject({ method: 'POST', url: FILE, ...oneFile('x'.repeat(1_100)) })).statusCode).toBe(503)
  const text = await metrics.text()
  expect(figure(text, 'dcert_upload_bytes')).toBe(0)
  expect(figure(text, 'dcert_upload_refused_total')).toBe(1)
  expect(figure(text, `dcert_http_requests_total{method="POST",route="${FILE}",status="503"}`)).toBe(2)
  await server.close()
})

test('every reason is there from the start, as 0', async () => {
  const text = await createMetrics().text()
  for (const [reason, outcome] of Object.entries(REASON_OUTCOMES)) {
    expect(figure(text, `dcert_verifications_total{outcome="${outcome}",reason="${reason}"}`)).toBe(0)
  }
})

async function operationsServer(metrics: ReturnType<typeof createMetrics>): Promise<FastifyInstance> {
  const server = await buildOperationsServer({ ready: async () => ({ database: true }), metrics, logger: false })
  onTestFinished(() => server.close())
  return server
}
