import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { runCli } from '../../src/cli.ts'
import { capture } from '../support/command-output.ts'
import { registerUrl } from '../support/register.ts'

export type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string }

/** The settings of a data directory in tests. */
export function environmentOf(directory: string): NodeJS.ProcessEnv {
  return { DCERT_DATA_DIR: directory, DCERT_PUBLIC_URL: 'https://verify.example.tw', DCERT_LOG_LEVEL: 'silent' }
}

/** The same with its register, on the kind of database that the run is on. */
export async function settingsOf(directory: string): Promise<NodeJS.ProcessEnv> {
  return { ...environmentOf(directory), DCERT_DATABASE_URL: await registerUrl(directory) }
}

/** One command in this process, with what it wrote. @param where a data directory, or all settings */
export async function dcert(where: string | NodeJS.ProcessEnv, ...args: readonly string[]): Promise<Ran> {
  const [stdout, stderr] = [capture(), capture()]
  const environment = typeof where === 'string' ? await settingsOf(where) : where
  const code = await runCli(args, { stdout, stderr, environment })
  return { code, stdout: stdout.text(), stderr: stderr.text() }
}

/** One command as the operator runs it: a process of its own. */
export async function dcertProcess(directory: string, ...args: readonly string[]): Promise<Ran> {
  const environment = { ...process.env, ...(await settingsOf(directory)) }
  const program = join(import.meta.dirname, '../../src/cli.ts')
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { env: environment }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}
