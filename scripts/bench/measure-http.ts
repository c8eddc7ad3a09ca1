import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Pool } from 'undici'
import { openApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { fileDigests } from '../../src/verification/file-digests.ts'
import { checkIssuedFile } from '../../src/verification/signature-check.ts'
import { median, type Spread, spreadOf } from './figures.ts'
import { benchPki } from './open-maker.ts'

export type HttpFigures = {
  /** answers a second, in each of the windows */
  readonly fingerprint: Spread
  readonly upload: Spread
  /** of the serving process afterwards */
  readonly rssMb: number
  /** milliseconds of the parts of a verification, measured in this process without HTTP */
  readonly parts: Readonly<Record<string, number>>
}

const CERTIFICATES = 300
const CONNECTIONS = 32
const WINDOWS = 5

/** Verifications over loopback HTTP: a process that serves, this one as client, on the same cores. */
export async function measureHttp(directory: string, seconds: number): Promise<HttpFigures> {
  const data = join(directory, 'data')
  const environment = { ...process.env, DCERT_DATA_DIR: data, DCERT_RATE_LIMIT: '0', DCERT_LOG_LEVEL: 'warn' }
  await benchPki(join(data, 'keys'))
  const server = fork(join(import.meta.dirname, 'serve.ts'), [String(CERTIFICATES)], {
    env: environment,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const [{ port }] = (await once(server, 'message')) as [{ port: number }]
  const documents = keptDocuments(join(data, 'dcert.sqlite'))
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: CONNECTIONS, pipelining: 1 })
  const [fingerprints, uploads] = [documents.map(fingerprintRequest), documents.map(uploadRequest)]
  const rates = { fingerprint: [] as number[], upload: [] as number[] }
  // The first window of each warms up.
  for (let window = 0; window <= WINDOWS; window++) {
    const fingerprint = await requestsPerSecond(pool, fingerprints, seconds)
    const upload = await requestsPerSecond(pool, uploads, seconds)
    if (window === 0) continue
    rates.fingerprint.push(fingerprint)
    rates.upload.push(upload)
  }
  server.send('memory')
  const [{ rss }] = (await once(server, 'message')) as [{ rss: number }]
  await pool.close()
  server.send('end')
  await once(server, 'exit')
  return {
    fingerprint: spreadOf(rates.fingerprint),
    upload: spreadOf(rates.upload),
    rssMb: Math.round(rss / 2 ** 20),
    parts: await measureParts(environment, documents),
  }
}

type KeptDocument = { readonly sha256: string; readonly bytes: Buffer }

function keptDocuments(path: string): KeptDocument[] {
  const kept = new Database(path, { readonly: true })
  const documents = kept.prepare('select sha256, bytes from documents').all() as KeptDocument[]
  kept.close()
  return documents
}

type Request = { path: string; headers: Record<string, string>; body: Buffer }

function fingerprintRequest({ sha256 }: KeptDocument): Request {
  return {
    path: '/api/v1/verifications/fingerprint',
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ sha256 })),
  }
}

function uploadRequest({ bytes }: KeptDocument): Request {
  const part = 'Content-Disposition: form-data; name="file"; filename="c.pdf"\r\nContent-Type: application/pdf'
  return {
    path: '/api/v1/verifications',
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
    body: Buffer.concat([Buffer.from(`--b\r\n${part}\r\n\r\n`), bytes, Buffer.from('\r\n--b--\r\n')]),
  }
}

/** Every answer must be `success`. */
async function requestsPerSecond(pool: Pool, requests: readonly Request[], seconds: number): Promise<number> {
  let done = 0
  const start = performance.now()
  const until = start + seconds * 1000
  const one = async (): Promise<void> => {
    while (performance.now() < until) {
      const { path, headers, body } = requests[done++ % requests.length] as Request
      const reply = await pool.request({ path, method: 'POST', headers, body })
      const text = await reply.body.text()
      if (!text.includes('"outcome":"success"')) throw new Error(`${reply.statusCode} ${text.slice(0, 300)}`)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, one))
  return Math.round((done / (performance.now() - start)) * 1000)
}

async function measureParts(environment: NodeJS.ProcessEnv, documents: readonly KeptDocument[]) {
  const app = await openApp(readConfig({ ...environment, DCERT_ROLES: 'verifier' }))
  try {
    const verification = app.verification()
    const trust = app.trust()
    const parts: Record<string, (document: KeptDocument) => unknown> = {
      'verify a fingerprint': ({ sha256 }) => verification.verifyFingerprint(sha256),
      'verify a file': ({ bytes }) => verification.verifyFile(bytes),
      'of it: SHA-256': ({ bytes }) => fileDigests(bytes).fingerprint(),
      'of it: signature and structure': ({ bytes }) => checkIssuedFile(bytes, trust),
    }
    const milliseconds: Record<string, number> = {}
    for (const [name, part] of Object.entries(parts)) {
      const times: number[] = []
      for (let round = 0; round < 10; round++) {
        const start = performance.now()
        for (const document of documents) await part(document)
        times.push((performance.now() - start) / documents.length)
      }
      milliseconds[name] = median(times)
    }
    return milliseconds
  } finally {
    await app.close()
  }
}
