/**
 * npm run bench [-- --json] [-- --rounds N]: ratios taken in one run, all ways alternating in one process.
 * a  what most projects do           p  the best usual way
 * b  dcert, case to linted, signed, read-back, fingerprinted bytes, one thread
 * c  the raw limit: two SHA-256 passes over as many bytes and one RSA-2048 signature
 * Then verifications per second over loopback HTTP, client and server sharing the machine.
 */
import { fork } from 'node:child_process'
import { createHash, sign } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { brotliDecompressSync } from 'node:zlib'
import Database from 'better-sqlite3'
import * as fontkit from 'fontkit'
import forge from 'node-forge'
import { Pool } from 'undici'
import type { CertificateContent } from '../src/certificates/certificate-content.ts'
import { loadFonts } from '../src/certificates/fonts/load-fonts.ts'
import { fileMaker } from '../src/certificates/make-file.ts'
import { loadTemplate } from '../src/certificates/template/load-template.ts'
import { newToken } from '../src/shared/ids.ts'
import { cmsSigner } from '../src/signing/cms.ts'
import { initDevelopmentPki } from '../src/signing/development-pki.ts'
import { readKeystore, readKeystoreFiles } from '../src/signing/read-keystore.ts'
import { readPkcs12 } from '../src/signing/read-pkcs12.ts'
import { trustAnchors } from '../src/verification/trust.ts'
import { benchCases } from './bench/cases.ts'
import { checkFile } from './bench/check-file.ts'
import { naiveCertificate } from './bench/naive.ts'
import { peerCertificate, peerSigner } from './bench/peer.ts'
import { plainPage } from './bench/plain-page.ts'

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean' },
    rounds: { type: 'string', default: '40' },
    seconds: { type: 'string', default: '4' },
  },
})
const VERIFY_ADDRESS = 'https://dcert.moe.gov.tw/verify'
const directory = mkdtempSync(join(tmpdir(), 'dcert-bench-'))
try {
  await main()
} finally {
  rmSync(directory, { recursive: true, force: true })
}

async function main(): Promise<void> {
  const keys = join(directory, 'keys')
  const pki = await initDevelopmentPki({ directory: keys, algorithm: 'rsa-2048', now: new Date(Date.now() - 60_000) })
  const { signer, certificate } = await readKeystore(pki, new Date())
  const material = await readKeystoreFiles(pki, new Date())
  const trust = trustAnchors([readFileSync(pki.root)])
  const { p12, key } = usualKeystore(material)
  const fontBytes = brotliDecompressSync(readFileSync(join(import.meta.dirname, '../templates/fonts/tw-kai.ttf.br')))
  const sharedFont = fontkit.create(fontBytes) as fontkit.Font
  const maker = fileMaker({
    fonts: loadFonts(undefined),
    cms: cmsSigner(signer),
    trust,
    signerSha256: createHash('sha256').update(certificate.raw).digest('hex'),
    verifyAddress: VERIFY_ADDRESS,
  })
  const template = loadTemplate('college-teacher', 'v1', 'zh-TW')
  const peer = peerSigner(signer)
  const cases = benchCases(1)
  let size = 0

  const ways: Record<'a' | 'p' | 'b' | 'c', (content: CertificateContent) => Promise<Buffer> | Buffer> = {
    a: (content) => naiveCertificate(plainPage(content, template, VERIFY_ADDRESS), fontBytes, p12, 'password'),
    p: (content) => peerCertificate(plainPage(content, template, VERIFY_ADDRESS), sharedFont, peer),
    b: (content) => maker.make(content, 'v1').bytes,
    c: () => {
      const bytes = raw.subarray(0, size)
      createHash('sha256').update(bytes).digest()
      createHash('sha256').update(bytes).digest()
      return sign('sha256', bytes.subarray(0, 100), key)
    },
  }
  const raw = Buffer.alloc(1_000_000, 7)
  const next = (): CertificateContent => contentOf(cases.next().value)

  const sample = next()
  const characters = new Set(plainPage(sample, template, VERIFY_ADDRESS).texts.flatMap(({ text }) => [...text])).size
  for (const name of ['a', 'p', 'b'] as const) await checkFile(name, await ways[name](sample), trust, characters)
  const sizes: number[] = []
  for (let i = 0; i < 200; i++) sizes.push((await ways.b(next())).length)
  size = median(sizes)
  for (let i = 0; i < 30; i++) await ways.p(next())

  // In every round each way in turn, so that what slows the machine down slows all of them.
  const repeats = { a: 1, p: 6, b: 30, c: 30 }
  const times: Record<keyof typeof ways, number[]> = { a: [], p: [], b: [], c: [] }
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const name of ['a', 'p', 'b', 'c'] as const) {
      const contents = Array.from({ length: repeats[name] }, next)
      globalThis.gc?.()
      const start = performance.now()
      for (const content of contents) await ways[name](content)
      times[name].push((performance.now() - start) / repeats[name])
    }
  }
  const issueMs = median(times.b)
  const http = await measureHttp()
  const figures = {
    naive_ratio: ratio(times.a, times.b),
    peer_ratio: ratio(times.p, times.b),
    limit_ratio: ratio(times.b, times.c),
    issue_ms: round(issueMs),
    issue_per_s: Math.round(1000 / issueMs),
    ...http,
    bytes_per_certificate: size,
  }
  for (const [name, values] of Object.entries(times)) {
    const sorted = [...values].sort((x, y) => x - y)
    const [least, middle, most] = [sorted[0], median(sorted), sorted.at(-1)].map((value) => round(value ?? 0))
    console.log(`${name}: ${middle} ms (minimum ${least}, maximum ${most}, ${values.length} rounds)`)
  }
  for (const [name, value] of Object.entries(figures)) console.log(`${name}: ${value}`)
  if (options.json === true) console.log(JSON.stringify(figures))
}

function contentOf(approved: CertificateContent['case']): CertificateContent {
  const token = newToken()
  return {
    issuer: 'moe',
    kind: 'college-teacher',
    language: 'zh-TW',
    version: 1,
    mark: null,
    case: approved,
    minister: '甄育才',
    token,
    address: `https://dcert.moe.gov.tw/c/${token}`,
    composedAt: `${new Date().toISOString().slice(0, 19)}Z`,
  }
}

/** The key in a keystore as OpenSSL and forge make them by default: opening ours takes P12Signer half a second. */
function usualKeystore({ p12, password }: { p12: Uint8Array; password: string }) {
  const contents = readPkcs12(p12, password)
  if (typeof contents === 'string') throw new Error(contents)
  const [key] = contents.keys
  if (key === undefined) throw new Error('no key')
  const pem = key.export({ format: 'pem', type: 'pkcs8' }) as string
  const certificates = contents.certificates.map((one) => forge.pki.certificateFromPem(one.toString()))
  const asn1 = forge.pkcs12.toPkcs12Asn1(forge.pki.privateKeyFromPem(pem), certificates, 'password', {
    algorithm: '3des',
  })
  return { key, p12: Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'binary') }
}

async function measureHttp() {
  const data = join(directory, 'data')
  const environment = { ...process.env, DCERT_DATA_DIR: data, DCERT_RATE_LIMIT: '0', DCERT_LOG_LEVEL: 'warn' }
  await initDevelopmentPki({ directory: join(data, 'keys'), algorithm: 'rsa-2048', now: new Date(Date.now() - 60_000) })
  const server = fork(join(import.meta.dirname, 'bench/serve.ts'), ['300'], {
    env: environment,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const [{ port }] = (await once(server, 'message')) as [{ port: number }]
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 8, pipelining: 1 })
  const kept = new Database(join(data, 'dcert.sqlite'), { readonly: true })
  const documents = kept.prepare('select sha256, bytes from documents').all() as { sha256: string; bytes: Buffer }[]
  kept.close()
  const fingerprints = documents.map(({ sha256 }) => ({
    path: '/api/v1/verifications/fingerprint',
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ sha256 })),
  }))
  const uploads = documents.map(({ bytes }) => ({
    path: '/api/v1/verifications',
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
    body: Buffer.concat([
      Buffer.from(
        '--b\r\nContent-Disposition: form-data; name="file"; filename="c.pdf"\r\nContent-Type: application/pdf\r\n\r\n',
      ),
      bytes,
      Buffer.from('\r\n--b--\r\n'),
    ]),
  }))
  const verifyFingerprint = await requestsPerSecond(pool, fingerprints)
  const verifyUpload = await requestsPerSecond(pool, uploads)
  server.send('memory')
  const [{ rss }] = (await once(server, 'message')) as [{ rss: number }]
  await pool.close()
  server.send('end')
  await once(server, 'exit')
  return {
    verify_fingerprint_per_s: verifyFingerprint,
    verify_upload_per_s: verifyUpload,
    rss_mb: Math.round(rss / 2 ** 20),
  }
}

type Request = { path: string; headers: Record<string, string>; body: Buffer }

/** Every answer must be `success`; some seconds after as many to warm up. */
async function requestsPerSecond(pool: Pool, requests: readonly Request[]): Promise<number> {
  let sent = 0
  const run = async (until: number): Promise<number> => {
    const before = sent
    const one = async (): Promise<void> => {
      while (performance.now() < until) {
        const { path, headers, body } = requests[sent++ % requests.length] as Request
        const reply = await pool.request({ path, method: 'POST', headers, body })
        const text = await reply.body.text()
        if (!text.includes('"outcome":"success"')) throw new Error(`${reply.statusCode} ${text.slice(0, 300)}`)
      }
    }
    await Promise.all(Array.from({ length: 16 }, one))
    return sent - before
  }
  const milliseconds = Number(options.seconds) * 1000
  await run(performance.now() + milliseconds / 2)
  const start = performance.now()
  const done = await run(start + milliseconds)
  return Math.round((done / (performance.now() - start)) * 1000)
}

/** Of the medians: each round had all ways. */
function ratio(of: number[], to: number[]): number {
  return round(median(of) / median(to))
}

function median(values: number[]): number {
  const sorted = [...values].sort((x, y) => x - y)
  return sorted[sorted.length >> 1] ?? 0
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}
