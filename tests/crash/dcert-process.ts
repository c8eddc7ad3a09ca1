import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { runCli } from '../../src/cli.ts'
import { capture } from '../support/command-output.ts'
import type { Moment } from './moments.ts'
import { DATABASE } from './settings.ts'
import type { Site } from './site.ts'

const PROGRAM = join(import.meta.dirname, '../../src/cli.ts')

export type Ended = {
  /** null for who was killed */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export type Running = {
  alive(): boolean
  /** SIGKILL: nothing of the process is asked or told */
  kill(): void
  /** SIGTERM: as the operator ends a server */
  end(): void
  /** what it has written to stdout and stderr so far */
  said(): string
  readonly ended: Promise<Ended>
}

type HowToStart = {
  /** a command that runs it in turn */
  readonly through?: readonly string[]
  /** its current directory; the site's own when nothing is said */
  readonly directory?: string
}

/** One command as the operator runs it: a process of its own. */
export function start(
  site: Pick<Site, 'root' | 'environment'>,
  args: readonly string[],
  { through = [], directory = join(site.root, 'work') }: HowToStart = {},
): Running {
  const [program = '', ...before] = [...through, process.execPath, PROGRAM, ...args]
  const child = spawn(program, before, {
    cwd: directory,
    env: { PATH: process.env.PATH, ...site.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr, alive] = ['', '', true]
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  child.on('exit', () => {
    alive = false
  })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
  return {
    alive: () => alive,
    kill: () => void child.kill('SIGKILL'),
    end: () => void child.kill('SIGTERM'),
    said: () => stdout + stderr,
    ended,
  }
}

/** One command that nobody disturbs, in this process. */
export async function dcert(site: Site, ...args: readonly string[]): Promise<Ended> {
  const [stdout, stderr] = [capture(), capture()]
  const code = await runCli(args, { stdout, stderr, environment: site.environment })
  return { code, stdout: stdout.text(), stderr: stderr.text() }
}

/** Starts a command and kills it at a moment; it may have ended before. */
export async function startAndKill(site: Site, args: readonly string[], moment: Moment): Promise<Ended> {
  if (moment.kind === 'write') return start(site, args, { through: killedAtWrite(moment.number) }).ended
  const watch = site.watch()
  try {
    const begin = await watch.progress()
    const running = start(site, args)
    const reached = async (): Promise<boolean> =>
      moment.kind === 'time' || (await watch.progress()) >= begin + moment.steps
    while (running.alive() && !(await reached())) await setImmediate()
    await setTimeout(moment.after)
    running.kill()
    return await running.ended
  } finally {
    await watch.close()
  }
}

/** SQLite writes with pwrite64 alone, and nothing else of ours does; what goes to PostgreSQL is most of all write. */
const WRITE = DATABASE === 'sqlite' ? 'pwrite64' : 'write'
const WRITES = ['strace', '-f', '-qq', '-e', `trace=${WRITE}`]

function killedAtWrite(number: number): string[] {
  return [...WRITES, '-e', `inject=${WRITE}:signal=KILL:when=${number}`, '-o', '/dev/null']
}

/** Runs a command to its end. @returns how often it wrote to the files of the register, too */
export async function countWrites(site: Site, args: readonly string[]): Promise<Ended & { writes: number }> {
  const list = join(site.root, 'writes')
  const ended = await start(site, args, { through: [...WRITES, '-o', list] }).ended
  const writes = readFileSync(list, 'utf8')
    .split('\n')
    .filter((line) => line.includes(`${WRITE}(`)).length
  rmSync(list)
  return { ...ended, writes }
}
