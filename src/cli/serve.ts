import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { App } from '../app.ts'
import { AppError } from '../shared/app-error.ts'
import type { Output } from './output.ts'

/**
 * `dcert serve`, `npm start`: listens until SIGTERM or SIGINT, then finishes what has begun and ends; a second signal
 * ends at once. A process that is to issue opens its keys first, so that wrong ones are refused at start.
 */
export async function serve(app: App, options: { demo: boolean }, out: Output): Promise<number> {
  const { host, port, roles, publicUrl } = app.config
  if (roles.includes('issuer')) await app.issuing()
  await listenForOperations(app, out)
  // A process that only issues takes jobs and listens to nobody (docs/architecture.md, roles).
  let server: FastifyInstance | undefined
  if (roles.includes('verifier') || roles.includes('portal')) {
    server = await app.server(options)
    await listen(server, host, port, 'DCERT_PORT')
    out.note(`dcert: http://${host}:${portOf(server)}/verify （${publicUrl}）`)
  }
  const signal = await firstSignal()
  await stop(app, server, signal)
  return 0
}

/** Without it the public is served all the same, unless its port was asked for by name. */
async function listenForOperations(app: App, out: Output): Promise<void> {
  const { operations } = app.config
  if (operations === null) return
  const server = await app.operations()
  try {
    await listen(server, operations.host, operations.port, 'DCERT_OPERATIONS_PORT')
    out.note(`dcert: http://${operations.host}:${portOf(server)}/metrics`)
  } catch (error) {
    if (!operations.isDefault || !(error instanceof AppError)) throw error
    app.log.warn({ port: operations.port }, 'no /metrics: the port is taken, set DCERT_OPERATIONS_PORT')
  }
}

async function listen(server: FastifyInstance, host: string, port: number, setting: string): Promise<void> {
  await server.listen({ host, port }).catch((cause) => {
    if (cause.code !== 'EADDRINUSE') throw cause
    throw new AppError('CONFLICT', `${host}:${port} 已有其他程式在使用；請以 ${setting} 指定另一個埠號`, {}, { cause })
  })
}

function portOf(server: FastifyInstance): number {
  return (server.server.address() as AddressInfo).port
}

async function firstSignal(): Promise<NodeJS.Signals> {
  // Waiting for a signal alone does not keep a process alive.
  const hold = setInterval(() => {}, 60_000)
  const signal = await new Promise<NodeJS.Signals>((resolve) => {
    process.once('SIGTERM', resolve)
    process.once('SIGINT', resolve)
  })
  clearInterval(hold)
  return signal
}

const SIGNAL_NUMBERS: { readonly [signal: string]: number } = { SIGINT: 2, SIGTERM: 15 }

/**
 * Not ready first, so that a proxy sends nobody any more; then no new connections, while what has begun is finished;
 * what takes too long is cut off. Counts, database and threads are closed by who opened them.
 */
async function stop(app: App, server: FastifyInstance | undefined, signal: string): Promise<void> {
  const atOnce = (second: string): never => process.exit(128 + (SIGNAL_NUMBERS[second] ?? 0))
  process.once('SIGTERM', atOnce).once('SIGINT', atOnce)
  const { delay, patience } = app.config.stopping
  app.log.info({ signal }, 'stopping')
  app.drain()
  await wait(delay)
  if (server !== undefined) {
    const cut = setTimeout(() => {
      app.log.warn({ milliseconds: patience }, 'requests that had not ended were cut off')
      server.server.closeAllConnections()
    }, patience)
    await server.close()
    clearTimeout(cut)
  }
  app.log.info('stopped taking requests')
}
