import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { App } from '../app.ts'
import { AppError } from '../shared/app-error.ts'
import type { Output } from './output.ts'

/** Milliseconds that what is left over may keep the process alive after everything was closed. */
const LEFTOVERS = 5_000

/**
 * `dcert serve`, `npm start`: listens until SIGTERM or SIGINT, then finishes what has begun and ends; a second signal
 * ends at once, and so does one during the start, when nothing has begun. A process that is to issue opens its keys
 * first, so that wrong ones are refused at start.
 */
export async function serve(open: () => Promise<App>, options: { demo: boolean }, out: Output): Promise<number> {
  // Before anything else: as process 1 a signal that nobody handles is lost.
  const signals = listenForSignals()
  let app: App | undefined
  try {
    app = await open()
    const server = await start(app, options, out)
    const signal = await signals.first()
    await stop(app, server, signal)
    return 0
  } finally {
    await app?.close()
    signals.release()
  }
}

async function start(app: App, options: { demo: boolean }, out: Output): Promise<FastifyInstance | undefined> {
  const { host, port, roles, publicUrl } = app.config
  if (roles.includes('issuer')) await app.issuing()
  await listenForOperations(app, out)
  // A process that only issues takes jobs and listens to nobody (docs/architecture.md, roles).
  if (!roles.includes('verifier') && !roles.includes('portal')) return undefined
  const server = await app.server(options)
  await listen(server, host, port, 'DCERT_HOST', 'DCERT_PORT')
  out.note(`dcert: http://${host}:${portOf(server)}/verify （${publicUrl}）`)
  return server
}

/** Without it the public is served all the same, unless its port was asked for by name. */
async function listenForOperations(app: App, out: Output): Promise<void> {
  const { operations } = app.config
  if (operations === null) return
  const server = await app.operations()
  try {
    await listen(server, operations.host, operations.port, 'DCERT_OPERATIONS_HOST', 'DCERT_OPERATIONS_PORT')
    out.note(`dcert: http://${operations.host}:${portOf(server)}/metrics`)
  } catch (error) {
    if (!operations.isDefault || !(error instanceof AppError && error.code === 'CONFLICT')) throw error
    app.log.warn({ port: operations.port }, 'no /metrics: the port is taken, set DCERT_OPERATIONS_PORT')
  }
}

/** @throws AppError naming the setting that must be another one */
async function listen(server: FastifyInstance, host: string, port: number, hostName: string, portName: string) {
  await server.listen({ host, port }).catch((cause) => {
    const refused = (words: string) => new AppError('INVALID_INPUT', words, {}, { cause })
    if (cause.code === 'EADDRINUSE') {
      throw new AppError(
        'CONFLICT',
        `${host}:${port} 已有其他程式在使用；請以 ${portName} 指定另一個埠號`,
        {},
        { cause },
      )
    }
    if (cause.code === 'EACCES') throw refused(`沒有權限使用埠號 ${port}；請以 ${portName} 指定 1024 以上的埠號`)
    if (/^(EADDRNOTAVAIL|EINVAL|ENOTFOUND|EAI_AGAIN|EAFNOSUPPORT)$/.test(cause.code)) {
      throw refused(`${hostName}「${host}」不是這台機器的位址`)
    }
    throw cause
  })
}

function portOf(server: FastifyInstance): number {
  return (server.server.address() as AddressInfo).port
}

const SIGNAL_NUMBERS = { SIGINT: 2, SIGTERM: 15 } as const
type Signal = keyof typeof SIGNAL_NUMBERS

/**
 * Takes SIGTERM and SIGINT from now on. Until somebody waits for the first one the process has not begun anything: it
 * ends at once, and what a transaction had in hand is rolled back. The second one ends it at once as well.
 */
function listenForSignals(): { first(): Promise<Signal>; release(): void } {
  let started: ((signal: Signal) => void) | undefined
  let told = false
  function take(signal: Signal): void {
    if (started === undefined) process.exit(0)
    if (told) process.exit(128 + SIGNAL_NUMBERS[signal])
    told = true
    started(signal)
  }
  process.on('SIGTERM', take).on('SIGINT', take)
  return {
    async first() {
      // Waiting for a signal alone does not keep a process alive.
      const hold = setInterval(() => {}, 60_000)
      const signal = await new Promise<Signal>((resolve) => {
        started = resolve
      })
      clearInterval(hold)
      return signal
    },
    release() {
      process.off('SIGTERM', take).off('SIGINT', take)
      if (told) setTimeout(() => process.exit(), LEFTOVERS).unref()
    },
  }
}

/**
 * Not ready first, so that a proxy sends nobody any more; then no new connections, while what has begun is finished;
 * what takes too long is cut off. Counts, database and threads are closed by who opened them.
 */
async function stop(app: App, server: FastifyInstance | undefined, signal: Signal): Promise<void> {
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
