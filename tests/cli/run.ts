import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { runCli } from '../../src/cli.ts'

export type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string }

function environmentOf(directory: string): NodeJS.ProcessEnv {
  return { DCERT_DATA_DIR: directory, DCERT_PUBLIC_URL: 'https://verify.example.tw', DCERT_LOG_LEVEL: 'silent' }
}

/** One command in this process, with what it wrote. */
export async function dcert(directory: string, ...args: readonly string[]): Promise<Ran> {
  const [stdout, stderr] = [capture(), capture()]
  const code = await runCli(args, { stdout, stderr, environment: environmentOf(directory) })
  return { code, stdout: stdout.text(), stderr: stderr.text() }
}

/** The one line of JSON that a command answers with. */
export function answerOf<T = Record<string, unknown>>({ stdout }: Ran): T {
  if (!/^[^\n]+\n$/.test(stdout)) throw new Error(`not exactly one line: ${JSON.stringify(stdout)}`)
  return JSON.parse(stdout)
}

/** One command as the operator runs it: a process of its own. */
export function dcertProcess(directory: string, ...args: readonly string[]): Promise<Ran> {
  const environment = { ...process.env, ...environmentOf(directory) }
  const program = join(import.meta.dirname, '../../src/cli.ts')
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { env: environment }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

function capture(): Writable & { text(): string } {
  const chunks: Buffer[] = []
  const stream = new Writable({
    write(chunk, _, done) {
      chunks.push(Buffer.from(chunk))
      done()
    },
  })
  return Object.assign(stream, { text: () => Buffer.concat(chunks).toString('utf8') })
}
