import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { run, TOOLS, type Tool } from './tools.ts'

/** Where the certificates of this run say that they are verified. */
const PUBLIC_URL = 'https://certificates.example.tw/dcert'

export type DemoRun = {
  /** the files, summary.json and root.pem */
  readonly directory: string
  /** what the commands need to work on the register of the demo */
  readonly environment: Readonly<Record<string, string>>
  readonly publicUrl: string
}

declare module 'vitest' {
  interface ProvidedContext {
    demo: DemoRun
  }
}

/**
 * Runs the demo once for all tests, with the fonts that ship and no others: what is installed on the machine that
 * develops must not decide whether a name can be drawn.
 */
export default async function setup(project: TestProject): Promise<() => void> {
  for (const tool of Object.keys(TOOLS) as Tool[]) await run(tool, ['--version'])
  const temporary = mkdtempSync(join(tmpdir(), 'dcert-interop-'))
  const [directory, data, fonts] = ['files', 'data', 'no-fonts'].map((name) => join(temporary, name)) as [
    string,
    string,
    string,
  ]
  mkdirSync(fonts)
  const environment = { DCERT_FONTS_DIR: fonts, DCERT_PUBLIC_URL: PUBLIC_URL, DCERT_RATE_LIMIT: '0' }
  const script = join(import.meta.dirname, '../../scripts/demo.ts')
  try {
    execFileSync(process.execPath, [script, '--once', '--out', directory], {
      env: { ...process.env, ...environment, DCERT_DATA_DIR: data },
      encoding: 'utf8',
      stdio: 'pipe',
    })
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    throw new Error(`the demo failed:\n${stdout}\n${stderr}`, { cause: error })
  }
  project.provide('demo', {
    directory,
    environment: { ...environment, DCERT_DATA_DIR: join(data, 'demo'), DCERT_LOG_LEVEL: 'warn' },
    publicUrl: PUBLIC_URL,
  })
  return () => rmSync(temporary, { recursive: true, force: true })
}
