/**
 * npm run bench [-- --json] [-- --rounds N] [-- --seconds N] [-- --certificates N]: ratios taken in one run.
 * a  what most projects do           p  the best usual way
 * b  dcert, case to linted, signed, read-back, fingerprinted bytes, one thread
 * c  the raw limit: two SHA-256 passes over as many bytes and one RSA-2048 signature
 * All four alternate in one process. Then where the time goes, memory over many certificates, and verifications per
 * second over loopback HTTP, client and server sharing the machine.
 */
import { createHash, sign } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { brotliDecompressSync } from 'node:zlib'
import * as fontkit from 'fontkit'
import forge from 'node-forge'
import type { CertificateContent } from '../src/certificates/certificate-content.ts'
import type { FileMaker } from '../src/certificates/make-file.ts'
import { loadTemplate } from '../src/certificates/template/load-template.ts'
import { readKeystoreFiles } from '../src/signing/read-keystore.ts'
import { readPkcs12 } from '../src/signing/read-pkcs12.ts'
import { benchCases } from './bench/cases.ts'
import { checkFile } from './bench/check-file.ts'
import { contentOf, VERIFY_ADDRESS } from './bench/contents.ts'
import { median, round, type Spread, spreadOf } from './bench/figures.ts'
import { measureHttp } from './bench/measure-http.ts'
import { measureMemory } from './bench/measure-memory.ts'
import { naiveCertificate } from './bench/naive.ts'
import { benchPki, openMaker } from './bench/open-maker.ts'
import { peerCertificate, peerSigner } from './bench/peer.ts'
import { plainPage } from './bench/plain-page.ts'

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean' },
    rounds: { type: 'string', default: '40' },
    seconds: { type: 'string', default: '2' },
    certificates: { type: 'string', default: '20000' },
  },
})
const directory = mkdtempSync(join(tmpdir(), 'dcert-bench-'))
try {
  await main()
} finally {
  rmSync(directory, { recursive: true, force: true })
}

async function main(): Promise<void> {
  const pki = await benchPki(join(directory, 'keys'))
  const { signer, trust, maker, observed } = await openMaker(pki)
  const { p12, key } = usualKeystore(await readKeystoreFiles(pki, new Date()))
  const fontBytes = brotliDecompressSync(readFileSync(join(import.meta.dirname, '../templates/fonts/tw-kai.ttf.br')))
  const sharedFont = fontkit.create(fontBytes) as fontkit.Font
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
  const spreads = Object.entries(times).map(([name, values]) => [name, spreadOf(values)] as const)
  const steps = measureSteps(observed, Array.from({ length: 1000 }, next))
  const memory = await measureMemory(directory, Number(options.certificates))
  const http = await measureHttp(directory, Number(options.seconds))

  for (const [name, spread] of spreads) console.log(`${name}: ${words(spread, 'ms')}`)
  for (const [name, spread] of Object.entries(steps)) console.log(`step ${name}: ${words(spread, 'ms')}`)
  for (const [name, value] of Object.entries(http.parts)) console.log(`${name}: ${round(value)} ms`)
  console.log(`fingerprints a second: ${words(http.fingerprint, '')}`)
  console.log(`uploads a second: ${words(http.upload, '')}`)
  console.log(`memory over ${options.certificates} certificates, MiB: ${memory.rssMb.join(' ')}`)
  console.log(`live heap over them, MiB: ${memory.heapMb.join(' ')}`)
  const issueMs = median(times.b)
  const figures = {
    naive_ratio: round(median(times.a) / issueMs),
    peer_ratio: round(median(times.p) / issueMs),
    limit_ratio: round(issueMs / median(times.c)),
    issue_ms: round(issueMs),
    issue_per_s: Math.round(1000 / issueMs),
    verify_fingerprint_per_s: http.fingerprint.median,
    verify_upload_per_s: http.upload.median,
    rss_mb: http.rssMb,
    bytes_per_certificate: size,
    memory_growth_mb: growthOf(memory.rssMb),
    heap_growth_mb: growthOf(memory.heapMb),
  }
  for (const [name, value] of Object.entries(figures)) console.log(`${name}: ${value}`)
  if (options.json === true) console.log(JSON.stringify(figures))
}

/** Milliseconds that each step of b takes, the rest by itself. */
function measureSteps(
  observed: Awaited<ReturnType<typeof openMaker>>['observed'],
  contents: readonly CertificateContent[],
): Record<string, Spread> {
  const times: Record<string, number[]> = {}
  let told = 0
  const observing: FileMaker = observed({
    step(step, seconds) {
      times[step] ??= []
      times[step].push(seconds * 1000)
      told += seconds * 1000
    },
    issued() {},
  })
  times.fingerprint = []
  for (const content of contents) {
    told = 0
    const start = performance.now()
    observing.make(content, 'v1')
    times.fingerprint.push(performance.now() - start - told)
  }
  const { fingerprint = [], ...steps } = times
  return Object.fromEntries(Object.entries({ ...steps, fingerprint }).map(([step, all]) => [step, spreadOf(all)]))
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

/** From a fifth of the way to the end. */
function growthOf(megabytes: readonly number[]): number {
  return round((megabytes.at(-1) ?? 0) - (megabytes[1] ?? 0))
}

function words({ least, median, most, count }: Spread, unit: string): string {
  return `${round(median)} ${unit} (minimum ${round(least)}, maximum ${round(most)} of ${count})`.replace('  ', ' ')
}
