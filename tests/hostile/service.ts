import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { withoutSettings } from './ground.ts'

export const CLI = join(import.meta.dirname, '../../src/cli.ts')

export type Answer = {
  readonly status: number
  readonly milliseconds: number
  readonly outcome: string
  readonly reason: string
}

/** `dcert serve` as a process of its own. */
export type Service = {
  upload(bytes: Buffer): Promise<Answer>
  /** resident memory in MiB: now, and at most so far */
  memory(): number
  peakMemory(): number
  stop(): Promise<void>
}

/** Starts it on a port that is free; up when it says that it is ready. */
export async function startService(environment: Readonly<Record<string, string>>): Promise<Service> {
  const env = { ...withoutSettings(), ...environment, DCERT_PORT: '0' }
  const child = spawn(process.execPath, [CLI, 'serve'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const base = await addressOf(child)
  return {
    upload: (bytes) => upload(base, bytes),
    memory: () => memoryOf(child.pid!, 'VmRSS'),
    peakMemory: () => memoryOf(child.pid!, 'VmHWM'),
    async stop() {
      if (child.exitCode !== null) throw new Error(`the service ended by itself with ${child.exitCode}`)
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

/** It says where it listens. */
async function addressOf(child: ChildProcess): Promise<string> {
  let said = ''
  const listen = (chunk: Buffer): void => {
    // Only what is said until it listens; afterwards the output is read and thrown away, so that it never blocks.
    if (said.length < 20_000) said += chunk
  }
  child.stdout!.on('data', listen)
  child.stderr!.on('data', listen)
  for (let tries = 0; tries < 300; tries += 1) {
    const address = /(http:\/\/127\.0\.0\.1:[1-9]\d*)\/verify/.exec(said)?.[1]
    if (address !== undefined && (await isReady(address))) return address
    if (child.exitCode !== null) break
    await sleep(100)
  }
  throw new Error(`the service does not start: ${said}`)
}

async function isReady(base: string): Promise<boolean> {
  const reply = await fetch(`${base}/health/ready`).catch(() => undefined)
  return reply?.status === 200
}

async function upload(base: string, bytes: Buffer): Promise<Answer> {
  const form = new FormData()
  form.set('file', new Blob([new Uint8Array(bytes)], { type: 'application/pdf' }), 'certificate.pdf')
  const began = performance.now()
  const reply = await fetch(`${base}/api/v1/verifications`, { method: 'POST', body: form })
  const answer = (await reply.json()) as { outcome: string; reason: string }
  const milliseconds = Math.round(performance.now() - began)
  return { status: reply.status, milliseconds, outcome: answer.outcome, reason: answer.reason }
}

/** Linux only: no other system tells it without a program that may be missing. */
function memoryOf(pid: number, line: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`${line}:\\s+(\\d+) kB`).exec(status)![1]) / 1024
}
