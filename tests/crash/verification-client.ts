import { setImmediate } from 'node:timers/promises'
import { freePort } from '../support/free-port.ts'
import type { Running } from './dcert-process.ts'

const PATIENCE = 60_000

/** Starts a server on a port that is free, and waits until it answers. @param start runs `serve` with these settings */
export async function serveOn(
  start: (environment: Record<string, string>) => Running,
  port?: number,
): Promise<{ server: Running; url: string; port: number }> {
  const own = port ?? (await freePort())
  const server = start({ DCERT_PORT: String(own) })
  const url = `http://127.0.0.1:${own}`
  const deadline = Date.now() + PATIENCE
  while (!server.said().includes(`${url}/verify`)) {
    if (!server.alive() || Date.now() > deadline) throw new Error(`the server does not start: ${server.said()}`)
    await setImmediate()
  }
  return { server, url, port: own }
}

/** Uploads a file to be verified. @throws when nobody answers */
export async function postVerification(
  url: string,
  bytes: Uint8Array,
): Promise<{ status: number; outcome: string; reason: string }> {
  const body = new FormData()
  body.set('file', new Blob([new Uint8Array(bytes)]), 'certificate.pdf')
  const reply = await fetch(`${url}/api/v1/verifications`, { method: 'POST', body })
  const { outcome, reason } = (await reply.json()) as { outcome: string; reason: string }
  return { status: reply.status, outcome, reason }
}
