import pg from 'pg'

/** Milliseconds that a server has to take leave. */
const LEAVING = 5_000

export type Clients = {
  /** the class whose connections are followed, for the pool */
  readonly Client: typeof pg.Client
  /** Ends the pool and every line of it, also when the server does not answer any more. */
  end(pool: pg.Pool): Promise<void>
}

/**
 * The clients of one pool. pg waits for ever for a server that hangs, and leaves the line open of one that it could not
 * log in to: both would keep the process alive.
 */
export function followedClients(): Clients {
  const open = new Set<pg.Client>()

  class Client extends pg.Client {
    constructor(config?: string | pg.ClientConfig) {
      super(config)
      open.add(this)
      this.once('end', () => open.delete(this))
    }

    override connect(): Promise<pg.Client>
    override connect(callback: (error: Error) => void): void
    override connect(callback?: (error: Error) => void): Promise<pg.Client> | undefined {
      // The pool gives a callback.
      if (callback === undefined) return super.connect()
      super.connect((error: Error) => {
        if (error) destroy(this)
        callback(error)
      })
      return undefined
    }
  }

  return {
    Client,
    async end(pool) {
      const gone = pool.end().then(() => allEnded(open))
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, LEAVING)
      })
      await Promise.race([gone, late])
      clearTimeout(timer)
      for (const client of open) destroy(client)
    },
  }
}

async function allEnded(open: ReadonlySet<pg.Client>): Promise<void> {
  await Promise.all([...open].map((client) => new Promise<void>((resolve) => client.once('end', () => resolve()))))
}

/** What still waits for an answer on it is told that the line is broken. */
function destroy(client: pg.Client): void {
  const { connection } = client as pg.Client & { connection?: pg.Connection }
  connection?.stream.destroy()
}
