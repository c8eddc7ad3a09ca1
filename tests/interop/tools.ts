import { type ExecFileException, execFile } from 'node:child_process'
import { tmpdir } from 'node:os'

/** What the tests of this folder call, with the Debian package that brings it. */
export const TOOLS = {
  pdfsig: 'poppler-utils',
  pdftotext: 'poppler-utils',
  pdftoppm: 'poppler-utils',
  pdffonts: 'poppler-utils',
  pdfinfo: 'poppler-utils',
  pdfdetach: 'poppler-utils',
  pdftocairo: 'poppler-utils',
  pdfseparate: 'poppler-utils',
  pdfunite: 'poppler-utils',
  qpdf: 'qpdf',
  openssl: 'openssl',
  zbarimg: 'zbar-tools',
  mutool: 'mupdf-tools',
  chromium: 'chromium',
} as const

export type Tool = keyof typeof TOOLS

export type ToolAnswer = {
  readonly code: number
  readonly stdout: Buffer
  readonly text: string
  readonly stderr: string
}

/**
 * Runs a tool of somebody else, in an environment that knows nothing of this machine's user: no NSS database, no
 * configuration, no language but C.
 * @throws Error naming the package when the tool is not installed: a test that cannot be made has failed
 */
export function run(tool: Tool, args: readonly string[]): Promise<ToolAnswer> {
  const env = { PATH: process.env.PATH ?? '/usr/bin:/bin', HOME: '/nonexistent', LC_ALL: 'C.UTF-8', TZ: 'UTC' }
  const options = { env, cwd: tmpdir(), encoding: 'buffer', maxBuffer: 64 << 20 } as const
  return new Promise((resolve, reject) => {
    execFile(tool, args, options, (error: ExecFileException | null, stdout, stderr) => {
      const code = error === null ? 0 : error.code
      if (typeof code !== 'number') {
        const missing = `${tool} is not installed (package ${TOOLS[tool]}): run scripts/install-tools.sh`
        reject(code === 'ENOENT' ? new Error(missing) : error)
      } else {
        resolve({ code, stdout, text: stdout.toString('utf8'), stderr: stderr.toString('utf8') })
      }
    })
  })
}

/** As `run`, for tools that must be content. @throws Error with what the tool said */
export async function runWell(tool: Tool, args: readonly string[]): Promise<ToolAnswer> {
  const answer = await run(tool, args)
  if (answer.code !== 0) throw new Error(`${tool} ${args.join(' ')} ended with ${answer.code}: ${answer.stderr}`)
  return answer
}
