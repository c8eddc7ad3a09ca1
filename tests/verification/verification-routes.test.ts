import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { exampleResult } from '../../src/verification/verification-examples.ts'
import { REASON_OUTCOMES, type Reason } from '../../src/verification/verification-result.ts'
import { multipartBody, oneFile } from '../http/multipart-body.ts'
import { expectProblem } from '../http/problem-of.ts'
import { type Asked, handMadeVerification, testServer } from '../http/test-server.ts'

const FILE = '/api/v1/verifications'
const FINGERPRINT = '/api/v1/verifications/fingerprint'
const LIMIT = 10_485_760

const asked: Asked = { files: 0, bytes: 0, fingerprints: [], tokens: [] }
let app: FastifyInstance
beforeAll(async () => {
  app = await testServer({ verification: handMadeVerification(asked) })
})
beforeEach(() => Object.assign(asked, { files: 0, bytes: 0, fingerprints: [], tokens: [] }))
afterAll(() => app.close())

const post = (upload: { payload: Buffer | string; headers: Record<string, string> }) =>
  app.inject({ method: 'POST', url: FILE, ...upload })

describe('a file is verified (E25, E32)', () => {
  test.each(Object.entries(REASON_OUTCOMES))(
    'reason %s is outcome %s, with 200 and not to be stored',
    async (reason, outcome) => {
      const reply = await post(oneFile(`${reason}\n`))
      expect(reply.statusCode).toBe(200)
      expect(reply.json()).toEqual(exampleResult(reason as Reason))
      expect(reply.json().outcome).toBe(outcome)
      expect(reply.headers['cache-control']).toBe('no-store')
      expect(reply.headers['access-control-allow-origin']).toBe('*')
      expect(reply.headers['access-control-allow-credentials']).toBeUndefined()
      expect(reply.headers['set-cookie']).toBeUndefined()
    },
  )

  test('a file of exactly 10,485,760 bytes is received whole (E32)', async () => {
    expect((await post(oneFile(Buffer.alloc(LIMIT, 'x')))).statusCode).toBe(200)
    expect(asked.bytes).toBe(LIMIT)
  })

  test('one byte more is too large, and not an outcome (E32)', async () => {
    expectProblem(await post(oneFile(Buffer.alloc(LIMIT + 1, 'x'))), 'too-large')
    expect(asked.files).toBe(0)
  })

  test('a body of a size nobody reads to its end is refused at once', async () => {
    const { payload, headers } = oneFile('current\n')
    const reply = await post({ payload, headers: { ...headers, 'content-length': String(5 * LIMIT) } })
    expect([reply.statusCode, reply.headers.connection]).toEqual([413, 'close'])
  })

  test('fields beside the file do no harm', async () => {
    const file = { field: 'file', fileName: 'a.pdf', content: 'current\n' }
    expect((await post(multipartBody([{ field: 'lang', content: 'en' }, file]))).json().reason).toBe('current')
  })

  test('nothing is answered but what the schema names: no name slips through (E31)', async () => {
    const verification = handMadeVerification()
    const careless = {
      ...verification,
      verifyFile: async () => ({ ...exampleResult('current'), holder: '凌網老師', idNumber: 'L120000024' }),
    }
    const server = await testServer({ verification: careless })
    const reply = await server.inject({ method: 'POST', url: FILE, ...oneFile('x') })
    expect(reply.body).not.toMatch(/凌網老師|L120000024/)
    await server.close()
  })

  test('when the register cannot be asked the answer is 503 and none of the three outcomes', async () => {
    const reply = await post(oneFile('down\n'))
    expectProblem(reply, 'register-unavailable')
    expect(reply.headers['retry-after']).toBe('30')
    expect(reply.body).not.toMatch(/outcome|disk|secret/)
  })
})

describe('errors of the request are not outcomes (E32)', () => {
  test.each([
    ['no part at all', multipartBody([]), 'no-file'],
    ['only a field', multipartBody([{ field: 'file', content: 'current' }]), 'no-file'],
    [
      'the file in another field',
      multipartBody([{ field: 'document', fileName: 'a.pdf', content: 'current\n' }]),
      'no-file',
    ],
    [
      'a form sent without choosing',
      multipartBody([{ field: 'file', fileName: '', content: '', type: 'application/octet-stream' }]),
      'no-file',
    ],
    ['an empty file', oneFile(''), 'empty-file'],
    [
      'two files',
      multipartBody([
        { field: 'file', fileName: 'a.pdf', content: 'current\n' },
        { field: 'file', fileName: 'b.pdf', content: 'current\n' },
      ]),
      'several-files',
    ],
    [
      'nine files',
      multipartBody(Array.from({ length: 9 }, () => ({ field: 'file', fileName: 'a.pdf', content: 'x' }))),
      'several-files',
    ],
    [
      'a hundred fields',
      multipartBody(Array.from({ length: 100 }, (_, i) => ({ field: `f${i}`, content: 'x' }))),
      'invalid-request',
    ],
    ['a field named as a prototype', multipartBody([{ field: '__proto__', fileName: 'a', content: 'x' }]), 'no-file'],
    ['JSON', { payload: '{"file":"x"}', headers: { 'content-type': 'application/json' } }, 'unsupported-media-type'],
    ['bare bytes', { payload: '%PDF-1.7', headers: { 'content-type': 'application/pdf' } }, 'unsupported-media-type'],
    ['no content type', { payload: 'x', headers: {} }, 'unsupported-media-type'],
    ['no boundary', { payload: 'x', headers: { 'content-type': 'multipart/form-data' } }, 'invalid-request'],
    [
      'a body that breaks off',
      { payload: oneFile('current\n').payload.subarray(0, 120), headers: oneFile('').headers },
      'invalid-request',
    ],
    [
      'a body that is not multipart after all',
      { payload: '%PDF-1.7', headers: oneFile('').headers },
      'invalid-request',
    ],
  ] as const)('%s', async (_name, upload, problem) => {
    expectProblem(await post(upload), problem)
    expect(asked.files).toBe(0)
  })

  test('no body at all is 415', async () => {
    expectProblem(await app.inject({ method: 'POST', url: FILE }), 'unsupported-media-type')
  })
})

describe('uploads in memory are bounded', () => {
  test('what does not fit beside the others is told to come back, and what was held is given back', async () => {
    let go = () => {}
    const gate = new Promise<void>((resolve) => {
      go = resolve
    })
    const verification = handMadeVerification()
    const slow = {
      ...verification,
      verifyFile: async (bytes: Buffer) => {
        await gate
        return verification.verifyFile(bytes)
      },
    }
    const server = await testServer({ verification: slow, uploadMemory: 1_000_000 })
    const send = () => server.inject({ method: 'POST', url: FILE, ...oneFile(Buffer.alloc(400_000)) })
    const first = [send(), send()]
    await new Promise((resolve) => setTimeout(resolve, 200))
    const refused = await send()
    expectProblem(refused, 'busy')
    expect(refused.headers['retry-after']).toBe('5')
    go()
    expect((await Promise.all(first)).map((reply) => reply.statusCode)).toEqual([200, 200])
    expect((await send()).statusCode).toBe(200)
    await server.close()
  })

  test('a refused upload gives back what it held', async () => {
    const server = await testServer({ uploadMemory: LIMIT + 100_000 })
    for (let i = 0; i < 3; i += 1) {
      const large = await server.inject({ method: 'POST', url: FILE, ...oneFile(Buffer.alloc(LIMIT + 1)) })
      expect(large.statusCode).toBe(413)
      const { payload, headers } = oneFile(Buffer.alloc(LIMIT))
      const broken = { payload: payload.subarray(0, -10), headers }
      expect((await server.inject({ method: 'POST', url: FILE, ...broken })).statusCode).toBe(400)
      const part = { field: 'file', fileName: 'a.pdf', content: Buffer.alloc(LIMIT / 4) }
      const several = await server.inject({ method: 'POST', url: FILE, ...multipartBody(Array(5).fill(part)) })
      expectProblem(several, 'several-files')
    }
    expect((await server.inject({ method: 'POST', url: FILE, ...oneFile(Buffer.alloc(LIMIT)) })).statusCode).toBe(200)
    await server.close()
  })
})

describe('a fingerprint is verified', () => {
  const ask = (payload: unknown, headers = {}) =>
    app.inject({ method: 'POST', url: FINGERPRINT, payload: payload as object, headers })

  test('64 hexadecimal digits in upper or lower case mean the same', async () => {
    const upper = await ask({ sha256: '0ABCDEF'.padEnd(64, '9') })
    expect(upper.json()).toMatchObject({ outcome: 'success', fingerprint: '0abcdef'.padEnd(64, '9') })
    await ask({ sha256: '0abcdef'.padEnd(64, '9') })
    expect(asked.fingerprints).toEqual(Array(2).fill('0abcdef'.padEnd(64, '9')))
  })

  test('the answer never holds a name (E68)', async () => {
    const { certificate } = (await ask({ sha256: '0'.repeat(64) })).json()
    expect(Object.keys(certificate)).toEqual([
      'number',
      'kind',
      'language',
      'version',
      'currentVersion',
      'issuedOn',
      'issuer',
    ])
  })

  test.each([
    ['63 digits', { sha256: 'a'.repeat(63) }],
    ['65 digits', { sha256: 'a'.repeat(65) }],
    ['a letter that is no digit', { sha256: 'g'.repeat(64) }],
    ['a line break at the end', { sha256: `${'a'.repeat(64)}\n` }],
    ['a number', { sha256: 1 }],
    ['a list', { sha256: ['a'.repeat(64)] }],
    ['null', { sha256: null }],
    ['nothing', {}],
    ['another name', { SHA256: 'a'.repeat(64) }],
    ['a list at the top', ['a'.repeat(64)]],
  ])('%s is an invalid request', async (_name, payload) => {
    expectProblem(await ask(payload), 'invalid-request')
    expect(asked.fingerprints).toEqual([])
  })

  test('broken JSON, another type and a large body are errors of the request', async () => {
    const json = { 'content-type': 'application/json' }
    expectProblem(await ask('{', json), 'invalid-request')
    expectProblem(await ask('', json), 'invalid-request')
    expectProblem(
      await ask('sha256=a', { 'content-type': 'application/x-www-form-urlencoded' }),
      'unsupported-media-type',
    )
    expectProblem(await ask({ sha256: 'a'.repeat(20_000) }), 'too-large')
  })

  test('when the register cannot be asked the answer is 503', async () => {
    expectProblem(await ask({ sha256: 'd'.repeat(64) }), 'register-unavailable')
  })
})

describe('a verifier hosted elsewhere may ask', () => {
  test.each([
    [FILE, 'POST'],
    [FINGERPRINT, 'POST'],
    ['/api/v1/openapi.json', 'GET'],
  ])('%s answers the question of the browser beforehand', async (url, method) => {
    const reply = await app.inject({
      method: 'OPTIONS',
      url,
      headers: { origin: 'https://elsewhere.test', 'access-control-request-method': method },
    })
    expect(reply.statusCode).toBe(204)
    expect(reply.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': method,
      'access-control-allow-headers': expect.stringContaining('content-type'),
    })
  })

  test('errors can be read from elsewhere as well', async () => {
    for (const upload of [
      oneFile(''),
      oneFile('down\n'),
      oneFile(Buffer.alloc(LIMIT + 1)),
      { payload: 'x', headers: { 'content-type': 'text/x' } },
    ]) {
      expect((await post(upload)).headers['access-control-allow-origin']).toBe('*')
    }
  })

  test('pages and health are not opened', async () => {
    for (const url of ['/verify', '/c/X', '/health/ready', '/api/docs/']) {
      expect((await app.inject({ url })).headers['access-control-allow-origin'], url).toBeUndefined()
    }
  })
})
