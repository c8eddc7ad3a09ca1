import type { Writable } from 'node:stream'

/** Exit codes of every command but `verify` (docs/architecture.md). */
export const EXIT = { done: 0, refused: 1, usage: 2 } as const

/** Where a command's answer goes: one line of JSON, or words for people. */
export type Output = {
  readonly json: boolean
  /** the answer; with `--json` the object, else the words */
  answer(value: unknown, words: string): void
  /** to the side, on stderr: reasons, warnings, progress */
  note(text: string): void
  readonly stderr: Writable & { readonly isTTY?: boolean }
}

export function output(
  json: boolean,
  stdout: Writable = process.stdout,
  stderr: Output['stderr'] = process.stderr,
): Output {
  return {
    json,
    stderr,
    answer(value, words) {
      stdout.write(json ? `${JSON.stringify(value)}\n` : words === '' ? '' : `${words}\n`)
    },
    note: (text) => void stderr.write(`${text}\n`),
  }
}

/** Wrong usage that commander cannot see: exit 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
