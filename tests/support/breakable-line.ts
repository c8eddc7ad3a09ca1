import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export type BreakableLine = {
  /** the address of the server as it is reached through this line */
  readonly url: string
  /** breaks every connection; none is had until `mend` */
  cut(): Promise<void>
  mend(): Promise<void>
  /** nothing comes through any more on the connections there are, and nobody is told */
  stall(): void
  /** The next such words from a client reach the server; its answer does not come back: the line breaks instead. */
  cutAfter(words: string): void
}

/** A line to a real server that can be broken as networks break. */
export async function breakableLine(url: string): Promise<BreakableLine> {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  let last: string | undefined
  const line = createServer((client) => {
    const server = connect(Number(target.port), target.hostname)
    for (const socket of [client, server]) {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket)).on('error', () => {})
    }
    let answers = true
    client.on('data', (chunk) => {
      if (last !== undefined && chunk.includes(last)) {
        last = undefined
        answers = false
      }
      server.write(chunk)
    })
    server.on('data', (chunk) => (answers ? client.write(chunk) : client.destroy()))
    client.on('close', () => server.destroy())
    server.on('close', () => client.destroy())
  })
  line.listen(0, '127.0.0.1')
  await once(line, 'listening')
  const { port } = line.address() as { port: number }

  async function cut(): Promise<void> {
    const closed = line.listening ? once(line, 'close') : undefined
    line.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }
  onTestFinished(cut)
  const through = new URL(url)
  through.port = String(port)
  return {
    url: through.href,
    cut,
    async mend() {
      line.listen(port, '127.0.0.1')
      await once(line, 'listening')
    },
    stall() {
      for (const socket of sockets) socket.pause().removeAllListeners('data')
    },
    cutAfter(words) {
      last = words
    },
  }
}
