import { Writable } from 'node:stream'

/** A stream that keeps what is written to it. */
export function capture(): Writable & { text(): string } {
  const chunks: Buffer[] = []
  const stream = new Writable({
    write(chunk, _, done) {
      chunks.push(Buffer.from(chunk))
      done()
    },
  })
  return Object.assign(stream, { text: () => Buffer.concat(chunks).toString('utf8') })
}

/** The one line of JSON that a command answers with. @throws Error with what it wrote instead */
export function answerOf<T = Record<string, unknown>>({ stdout, stderr }: { stdout: string; stderr: string }): T {
  if (!/^[^\n]+\n$/.test(stdout)) throw new Error(`not exactly one line: ${JSON.stringify(stdout)} ${stderr}`)
  return JSON.parse(stdout)
}
