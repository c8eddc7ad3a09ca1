import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { multipartBody, oneFile } from '../http/multipart-body.ts'
import { breakableLine } from '../support/breakable-line.ts'
import { freePort } from '../support/free-port.ts'
import { dataDirectory, openHouse } from '../support/house.ts'
import { KIND, registerUrl } from '../support/register.ts'
import { settingsOf } from './run.ts'

const CLI = join(import.meta.dirname, '../../src/cli.ts')

/** A `dcert serve` as systemd starts it. */
type Served = {
  readonly child: ChildProcess
  /** exit code and signal */
  readonly ended: Promise<unknown[]>
  /** what it has written on stderr until now */
  log(): string
  /** a port, as soon as it is announced by its path */
  port(path: '/metrics' | '/verify'): Promise<number>
}

async function serve(directory: string, settings: NodeJS.ProcessEnv = {}): Promise<Served> {
  const house = { ...process.env, ...(await settingsOf(directory)) }
  const env = { ...house, DCERT_PORT: '0', DCERT_LOG_LEVEL: 'info', DCERT_MIN_FREE_DISK: '0', ...settings }
  const child = spawn(process.execPath, [CLI, 'serve'], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = once(child, 'exit')
  let log = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    log += chunk
  })
  async function port(path: string): Promise<number> {
    for (;;) {
      const found = new RegExp(`^dcert: http://127\\.0\\.0\\.1:(\\d+)${path}`, 'm').exec(log)?.[1]
      if (found !== undefined) return Number(found)
      const event = await Promise.race([once(child.stderr!, 'data'), ended.then(() => 'ended')])
      if (event === 'ended') throw new Error(log)
    }
  }
  return { child, ended, log: () => log, port }
}

async function ready(port: number): Promise<{ status: number; checks: Record<string, boolean> }> {
  const reply = await fetch(`http://127.0.0.1:${port}/health/ready`)
  return { status: reply.status, checks: ((await reply.json()) as { checks: Record<string, boolean> }).checks }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve))
}

/** The first half of an upload has arrived: the server holds bytes of it. */
async function halfUploaded(served: Served): Promise<{ socket: Socket; finish(): Promise<string> }> {
  const { payload, headers } = oneFile('x'.repeat(50_000))
  const socket = connect(await served.port('/verify'), '127.0.0.1')
  const head = `POST /api/v1/verifications HTTP/1.1\r\nHost: dcert.test\r\nContent-Type: ${headers['content-type']}\r\nContent-Length: ${payload.length}\r\n\r\n`
  socket.write(Buffer.concat([Buffer.from(head), payload.subarray(0, 30_000)]))
  const metrics = `http://127.0.0.1:${await served.port('/metrics')}/metrics`
  await until(async () => /^dcert_upload_bytes [1-9]/m.test(await (await fetch(metrics)).text()))
  return {
    socket,
    async finish() {
      let answer = ''
      socket.on('data', (chunk: Buffer) => {
        answer += chunk
      })
      socket.write(payload.subarray(30_000))
      await once(socket, 'end')
      return answer
    },
  }
}

/** Nobody else can have it until the test has ended; who has it already keeps it. */
async function takeDefaultPort(): Promise<void> {
  // This test takes it on both kinds of database at the same time; a server that asks for it alone is refused.
  const own = createServer().listen({ port: 9464, host: '127.0.0.1', reusePort: true })
  onTestFinished(() => void own.close())
  await once(own, 'listening').catch((error: NodeJS.ErrnoException) => expect(error.code).toBe('EADDRINUSE'))
}

describe('told to stop', () => {
  test('an upload that has begun gets its answer; before, nobody new is taken; its count is kept; exit 0', async () => {
    const directory = await dataDirectory()
    const served = await serve(directory)
    const operations = await served.port('/metrics')
    expect(await ready(operations)).toMatchObject({ status: 200 })
    const upload = await halfUploaded(served)

    served.child.kill('SIGTERM')
    await until(async () => (await ready(operations)).status === 503)
    expect((await ready(operations)).checks).toMatchObject({ accepting: false, database: true })
    const port = await served.port('/verify')
    await until(() =>
      fetch(`http://127.0.0.1:${port}/health/live`).then(
        () => false,
        () => true,
      ),
    )

    const answer = await upload.finish()
    expect(answer).toMatch(/^HTTP\/1\.1 200 /)
    expect(answer).toMatch(/^connection: close/im)
    expect(answer).toContain('"reason":"not-pdf"')
    expect(await served.ended).toEqual([0, null])
    const house = await openHouse(directory)
    expect(await house.rows('select outcome, reason, count from verification_counts')).toEqual([
      { outcome: 'failure', reason: 'not-pdf', count: 1 },
    ])
  })

  test('an upload that does not end is cut off in time; exit 0 all the same', async () => {
    const served = await serve(await dataDirectory(), { DCERT_STOP_TIMEOUT: '1' })
    const { socket } = await halfUploaded(served)
    socket.on('error', () => {})
    served.child.kill('SIGTERM')
    expect(await served.ended).toEqual([0, null])
    expect(served.log()).toContain('cut off')
  })

  test('a second signal ends it at once', async () => {
    const served = await serve(await dataDirectory(), { DCERT_STOP_TIMEOUT: '600' })
    const { socket } = await halfUploaded(served)
    socket.on('error', () => {})
    served.child.kill('SIGTERM')
    await until(async () => served.log().includes('stopping'))
    served.child.kill('SIGTERM')
    expect(await served.ended).toEqual([143, null])
  })
})

/** Something that takes connections and never says a word. */
async function silentServer(): Promise<{ port: number; asked: Promise<unknown> }> {
  const sockets = new Set<Socket>()
  const silent = createServer((socket) => void sockets.add(socket.on('error', () => {}))).listen(0, '127.0.0.1')
  onTestFinished(() => {
    silent.close()
    for (const socket of sockets) socket.destroy()
  })
  await once(silent, 'listening')
  return { port: (silent.address() as AddressInfo).port, asked: once(silent, 'connection') }
}

describe('told to stop while the database does not answer', () => {
  test('during the start it ends at once, exit 0: nothing has begun', async () => {
    const { port, asked } = await silentServer()
    const served = await serve(await dataDirectory(), {
      DCERT_DATABASE_URL: `postgres://account:secret@127.0.0.1:${port}/dcert`,
    })
    await asked
    served.child.kill('SIGTERM')
    expect(await served.ended).toEqual([0, null])
    expect(served.log()).not.toContain('dcert: http')
  })

  test.runIf(KIND === 'postgres')('it ends in time all the same', async () => {
    const directory = await dataDirectory()
    const line = await breakableLine(await registerUrl(directory))
    const served = await serve(directory, { DCERT_DATABASE_URL: line.url })
    expect(await ready(await served.port('/metrics'))).toMatchObject({ status: 200 })
    await served.port('/verify')
    line.stall()
    // A connection waits for its answer from here on.
    await until(async () => (await ready(await served.port('/metrics'))).status === 503)
    served.child.kill('SIGTERM')
    expect(await served.ended).toEqual([0, null])
  })
})

describe('what keeps it from starting is told in words', () => {
  test.each([
    ['DCERT_HOST', '192.0.2.1'],
    ['DCERT_HOST', 'nowhere.invalid'],
    ['DCERT_OPERATIONS_HOST', '192.0.2.1'],
  ])('%s=%s, which is no address of this machine', async (name, value) => {
    const served = await serve(await dataDirectory(), { [name]: value })
    expect(await served.ended).toEqual([1, null])
    expect(served.log()).toContain(`${name}「${value}」不是這台機器的位址`)
    expect(served.log()).not.toMatch(/^ +at /m)
  })

  test.runIf(KIND === 'postgres')('a database that wants a password when there is none', async () => {
    const directory = await dataDirectory()
    const url = Object.assign(new URL(await registerUrl(directory)), { password: '' }).href
    const none = { PGPASSWORD: undefined, PGPASSFILE: join(directory, 'nowhere') }
    const served = await serve(directory, { DCERT_DATABASE_URL: url, ...none })
    expect(await served.ended).toEqual([1, null])
    expect(served.log()).toContain('沒有可用的密碼')
  })
})

describe('health and figures have a listener of their own', () => {
  test('of a process that only issues, too', async () => {
    const served = await serve(await dataDirectory(), { DCERT_ROLES: 'issuer' })
    const operations = await served.port('/metrics')
    expect(await ready(operations)).toMatchObject({ status: 200, checks: { database: true, keys: true } })
    expect(served.log()).not.toContain('/verify')
    const text = await (await fetch(`http://127.0.0.1:${operations}/metrics`)).text()
    expect(text).toContain('dcert_signing_certificate_not_after_seconds')
    served.child.kill('SIGINT')
    expect(await served.ended).toEqual([0, null])
  })

  test('of one that only verifies says nothing of keys', async () => {
    const directory = await dataDirectory()
    const house = await openHouse(directory)
    await house.app.close()
    const served = await serve(directory, { DCERT_ROLES: 'verifier' })
    const { status, checks } = await ready(await served.port('/metrics'))
    expect([status, checks]).toEqual([200, { database: true, trust: true }])
  })

  test('off is off', async () => {
    const served = await serve(await dataDirectory(), { DCERT_OPERATIONS_PORT: 'off' })
    const port = await served.port('/verify')
    expect((await fetch(`http://127.0.0.1:${port}/metrics`)).status).toBe(404)
    expect(served.log()).not.toContain('/metrics')
  })

  test('a port that is taken stops a process that was told to use it', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void other.close())
    await once(other, 'listening')
    const taken = String((other.address() as AddressInfo).port)
    const told = await serve(await dataDirectory(), { DCERT_OPERATIONS_PORT: taken })
    expect(await told.ended).toEqual([1, null])
    expect(told.log()).toContain('DCERT_OPERATIONS_PORT')
  })

  test('the port that nobody told it to use may be taken: it warns and goes on without', async () => {
    await takeDefaultPort()
    const settings = { DCERT_OPERATIONS_PORT: undefined, DCERT_PORT: String(await freePort()) }
    const served = await serve(await dataDirectory(), settings)
    const port = await served.port('/verify')
    expect((await fetch(`http://127.0.0.1:${port}/verify`)).status).toBe(200)
    expect(served.log()).toContain('no /metrics: the port is taken, set DCERT_OPERATIONS_PORT')
    expect(served.log()).not.toMatch(/^dcert: http.*\/metrics/m)
  })
})

describe('the log of a whole story', () => {
  test('is JSON, and names no person, ID number, token, file, address or fingerprint', async () => {
    const directory = await dataDirectory()
    const house = await openHouse(directory)
    const { certificate } = await house.issue({ nameEn: 'Lin Kun-hsuan', email: 'kunhsuan@example.tw' })
    await house.confirm(certificate.id)
    const file = await house.file(certificate.id)
    const [row] = await house.rows<{ token: string; sha256: string }>('select token, sha256 from certificate_files')
    await house.app.close()

    const served = await serve(directory, { DCERT_LOG_LEVEL: 'debug' })
    const base = `http://127.0.0.1:${await served.port('/verify')}`
    const send = (body: ReturnType<typeof oneFile>) =>
      fetch(`${base}/api/v1/verifications`, {
        method: 'POST',
        body: new Uint8Array(body.payload),
        headers: body.headers,
      })
    expect(await (await send(oneFile(file, '林堃煊 A123456707.pdf'))).json()).toMatchObject({ outcome: 'success' })
    await send(oneFile(Buffer.concat([file, Buffer.from('林堃煊')]), 'A123456707.pdf'))
    await send(multipartBody([{ field: 'A123456707', fileName: '林堃煊.pdf', content: 'x' }]))
    await fetch(`${base}/c/${row!.token}?name=A123456707`)
    await fetch(`${base}/nowhere/A123456707`, { headers: { referer: `https://elsewhere.test/${row!.token}` } })
    await fetch(`${base}/api/v1/verifications/fingerprint`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'A123456707' },
      body: JSON.stringify({ sha256: row!.sha256, name: '林堃煊' }),
    })
    served.child.kill('SIGTERM')
    await served.ended

    const lines = served
      .log()
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('dcert: http'))
    expect(lines.length).toBeGreaterThan(6)
    for (const line of lines)
      expect(JSON.parse(line)).toMatchObject({ level: expect.any(String), time: expect.any(String) })
    const personal = [
      '林堃煊',
      'Kun-hsuan',
      'A123456707',
      'kunhsuan',
      '1976-01-02',
      '玉藻',
      '149903',
      row!.token,
      row!.sha256,
    ]
    for (const value of personal) expect(served.log()).not.toContain(value)
    const addresses = served.log().replaceAll(/(listening at|dcert:) http:\/\/127\.0\.0\.1/g, '')
    expect(addresses).not.toMatch(/127\.0\.0\.1|::1|elsewhere/)
  })
})
