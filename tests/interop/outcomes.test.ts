import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { type DemoFile, demo, samples } from './demo-files.ts'

const CLI = join(import.meta.dirname, '../../src/cli.ts')
const EXIT_CODES = { success: 0, warning: 3, failure: 4 } as const

type Result = { outcome: string; reason: string; fingerprint: string; certificate: { number: string } | null }

/** What a file that was changed after issue is called. */
const REASONS: Readonly<Record<string, string>> = { altered: 'altered', resaved: 'resaved' }

let server: ChildProcess
let base: string

beforeAll(async () => {
  const port = await freePort()
  base = `http://127.0.0.1:${port}`
  const env = { ...process.env, ...demo.environment, DCERT_PORT: String(port) }
  server = spawn(process.execPath, [CLI, 'serve'], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  server.stderr?.on('data', (chunk) => {
    said += chunk
  })
  for (let tries = 0; !(await isReady()); tries++) {
    if (tries > 150 || server.exitCode !== null) throw new Error(`the server does not start: ${said}`)
    await sleep(200)
  }
})
afterAll(async () => {
  if (server.exitCode !== null) return
  const ended = new Promise((resolve) => server.once('exit', resolve))
  server.kill('SIGTERM')
  await ended
})

test.each(Object.entries(EXIT_CODES))(
  'dcert verify tells of every file that it is a %s, and exits with %i',
  async (expected, exit) => {
    const files = samples.filter((sample) => sample.expected === expected)
    expect(files).not.toEqual([])
    const { code, results } = await verify(files)
    expect(results.map(({ outcome }) => outcome)).toEqual(files.map(() => expected))
    expect(code).toBe(exit)
  },
)

test.each(samples)('$file is a $expected when it is uploaded', async (sample) => {
  const form = new FormData()
  form.set('file', new Blob([readFileSync(sample.path)], { type: 'application/pdf' }), sample.file)
  const reply = await fetch(`${base}/api/v1/verifications`, { method: 'POST', body: form })
  expect(reply.status).toBe(200)
  const uploaded = (await reply.json()) as Result
  expect(uploaded.outcome).toBe(sample.expected)
  const spoilt = REASONS[/\.(\w+)\.pdf$/.exec(sample.file)?.[1] ?? '']
  if (spoilt === undefined) expect(uploaded.certificate?.number).toBe(sample.number)
  else expect(uploaded).toMatchObject({ reason: spoilt, certificate: null })
})

test.each([
  ['the highest exit code of several files counts', ['success', 'warning', 'failure', 'success'], 4],
  ['a warning among successes is a warning', ['success', 'warning', 'success'], 3],
])('%s', async (_, outcomes, exit) => {
  const files = outcomes.map((outcome) => samples.find(({ expected }) => expected === outcome) as DemoFile)
  const { code, results } = await verify(files)
  expect(results.map(({ outcome }) => outcome)).toEqual(outcomes)
  expect(code).toBe(exit)
})

/** Runs the command, and reads its one line. */
function verify(files: readonly DemoFile[]): Promise<{ code: number; results: Result[] }> {
  const args = [CLI, 'verify', '--json', ...files.map(({ path }) => path)]
  const options = { env: { ...process.env, ...demo.environment }, encoding: 'utf8' } as const
  return new Promise((resolve) => {
    execFile(process.execPath, args, options, (error, stdout) => {
      expect(stdout.trimEnd().split('\n')).toHaveLength(1)
      resolve({ code: error === null ? 0 : Number(error.code), results: JSON.parse(stdout) })
    })
  })
}

async function isReady(): Promise<boolean> {
  const reply = await fetch(`${base}/health/ready`).catch(() => undefined)
  return reply?.status === 200
}
