import Ajv2020 from 'ajv/dist/2020.js'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PROBLEMS } from '../../src/http/problem-texts.ts'
import { REASON_OUTCOMES } from '../../src/verification/verification-result.ts'
import { multipartBody, oneFile } from './multipart-body.ts'
import { testServer } from './test-server.ts'

const FILE = '/api/v1/verifications'
const FINGERPRINT = '/api/v1/verifications/fingerprint'

type Media = { schema: object; examples?: Record<string, { value: unknown }> }
type Operation = {
  summary: string
  operationId?: string
  requestBody?: { content: Record<string, Media> }
  responses: Record<string, { description: string; headers?: object; content?: Record<string, Media> }>
}
type Document = { openapi: string; paths: Record<string, Record<string, Operation>>; components: { schemas: object } }

let app: FastifyInstance
let document: Document
let ajv: InstanceType<typeof Ajv2020.Ajv2020>

beforeAll(async () => {
  app = await testServer()
  document = (await app.inject({ url: '/api/v1/openapi.json' })).json()
  ajv = new Ajv2020.Ajv2020({ strict: false, allErrors: true })
  ajv.addFormat('date', /^\d{4}-\d\d-\d\d$/)
  ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/)
  ajv.addSchema({ $id: 'https://openapi.test/', components: document.components })
})
afterAll(() => app.close())

function validatorOf(schema: object) {
  return ajv.compile(
    JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"https://openapi.test/#/components/')),
  )
}

function expectDescribed(path: string, reply: { statusCode: number; headers: Record<string, unknown>; body: string }) {
  const response = document.paths[path]!.post!.responses[String(reply.statusCode)]
  expect(response, `${path} ${reply.statusCode} is described`).toBeDefined()
  const [type = ''] = String(reply.headers['content-type']).split(';')
  const validate = validatorOf(response!.content![type]!.schema)
  expect(validate(JSON.parse(reply.body)), ajv.errorsText(validate.errors)).toBe(true)
}

test('the description is OpenAPI 3.1 of all doors for programs, and of nothing hidden', () => {
  expect(document.openapi).toBe('3.1.0')
  expect(Object.keys(document.paths).sort()).toEqual([
    '/api/v1/verifications',
    FINGERPRINT,
    '/health/live',
    '/health/ready',
  ])
})

test('no reference leads nowhere', () => {
  const names = Object.keys(document.components.schemas)
  expect(names.sort()).toEqual(['Problem', 'VerificationResult'])
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, to]) => to!)
  expect(references.length).toBeGreaterThan(10)
  for (const to of references) expect(names).toContain(to.replace('#/components/schemas/', ''))
})

test('every reason and every problem that can come has an example, and the examples are valid', () => {
  for (const path of [FILE, FINGERPRINT]) {
    for (const [status, response] of Object.entries(document.paths[path]!.post!.responses)) {
      for (const [type, media] of Object.entries(response.content ?? {})) {
        const validate = validatorOf(media.schema)
        expect(Object.keys(media.examples ?? {}).length, `${path} ${status} ${type}`).toBeGreaterThan(0)
        for (const { value } of Object.values(media.examples!)) {
          expect(validate(value), ajv.errorsText(validate.errors)).toBe(true)
        }
      }
    }
    const ok = document.paths[path]!.post!.responses['200']!.content!['application/json']!
    expect(Object.keys(ok.examples!)).toEqual(Object.keys(REASON_OUTCOMES))
  }
  const statuses = Object.keys(document.paths[FILE]!.post!.responses)
  expect(statuses).toEqual(['200', '400', '413', '415', '429', '500', '503'])
  expect(document.paths[FILE]!.post!.responses['429']!.headers).toHaveProperty('Retry-After')
})

test('the body of an upload is described as multipart with its limit', () => {
  const body = document.paths[FILE]!.post!.requestBody!.content['multipart/form-data']!
  expect(body.schema).toMatchObject({ required: ['file'], properties: { file: { type: 'string', format: 'binary' } } })
  expect(JSON.stringify(body.schema)).toContain('10485760')
})

test('what is answered is as described: every reason', async () => {
  for (const reason of Object.keys(REASON_OUTCOMES)) {
    expectDescribed(FILE, await app.inject({ method: 'POST', url: FILE, ...oneFile(`${reason}\n`) }))
  }
  for (const sha256 of ['0'.repeat(64), 'a'.repeat(64)]) {
    expectDescribed(FINGERPRINT, await app.inject({ method: 'POST', url: FINGERPRINT, payload: { sha256 } }))
  }
})

test('what is answered is as described: every error of a request', async () => {
  const uploads = [
    oneFile('down\n'),
    oneFile('broken\n'),
    oneFile(''),
    oneFile(Buffer.alloc(10_485_761)),
    multipartBody([]),
    multipartBody([{ field: 'other', fileName: 'a.pdf', content: 'x' }]),
    { payload: '{}', headers: { 'content-type': 'application/json' } },
    { payload: 'x', headers: { 'content-type': 'text/plain' } },
  ]
  for (const upload of uploads) expectDescribed(FILE, await app.inject({ method: 'POST', url: FILE, ...upload }))
  for (const payload of [{}, { sha256: 'x' }, { sha256: 'd'.repeat(64) }]) {
    expectDescribed(FINGERPRINT, await app.inject({ method: 'POST', url: FINGERPRINT, payload }))
  }
})

test('the names of the problems are the ones published', () => {
  expect(Object.keys(PROBLEMS)).toEqual(
    expect.arrayContaining(['register-unavailable', 'too-large', 'too-many-requests', 'no-file', 'empty-file']),
  )
})
