import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ToolAnswer } from '../tools.ts'
import { askToolsOfDebian, versionsOfDebian } from './debian-judges.ts'
import type { JudgedFile } from './issue-files.ts'

const PADES =
  'PAdES-BASELINE-B; scope FULL; certified NO_CHANGE_PERMITTED; format PASSED; cryptography PASSED; acceptance PASSED'

/** The judges, who they are, and the words with which each accepts a file: these, all of these and no others. */
export const JUDGES = {
  pyHanko: {
    asked: 'PAdES, certification and coverage, under our root; AdES basic validation (EN 319 102-1)',
    accepts:
      'bottom_line=True; INTACT:TRUSTED,UNTOUCHED; ENTIRE_FILE; docmdp_ok=True; certified NO_CHANGES; ETSI.CAdES.detached; AdES OK',
  },
  'EU DSS': {
    asked:
      'the same, under our root and its own policy; it is given no revocation data, which a B-B file does not carry',
    accepts: `${PADES}; INDETERMINATE/CERTIFICATE_CHAIN_GENERAL_FAILURE; No revocation data found for the certificate!; The certificate validation is not conclusive!`,
  },
  'EU DSS with CRLs': {
    asked: 'the same, given the CRLs of root and issuing authority; pages of revisions are not drawn again',
    accepts: `${PADES}; TOTAL_PASSED`,
  },
  veraPDF: { asked: 'PDF/A-3a (ISO 19005-3, level A)', accepts: 'PDF/A-3a; isCompliant=true' },
  pdfsig: {
    asked: 'signature and coverage',
    accepts: '1 signature; ETSI.CAdES.detached; Total document signed; Signature is Valid.',
  },
  openssl: { asked: 'the CMS over the bytes of the ByteRange, up to our root', accepts: 'CMS Verification successful' },
  qpdf: {
    asked: 'structure, streams and cross-references',
    accepts: 'No syntax or stream encoding errors found; the file may still contain errors that qpdf cannot detect',
  },
} as const satisfies Record<string, { asked: string; accepts: string }>

export type Judge = keyof typeof JUDGES
export const JUDGE_NAMES = Object.keys(JUDGES) as Judge[]

/** What each judge said of one file. */
export type Verdict = Readonly<Record<Judge, string>>

export type Judgement = {
  readonly versions: Readonly<Record<Judge, string>>
  of(file: JudgedFile): Verdict
}

const FOLDER = join(import.meta.dirname, '../judges')

/** @throws Error when scripts/install-tools.sh has not put it there: a judge that cannot be asked is no pass */
export function inTools(name: string): string {
  const path = join(import.meta.dirname, '../../../.tools', name)
  if (!existsSync(path)) throw new Error(`${path} is missing: run scripts/install-tools.sh`)
  return path
}

/** @throws Error as inTools */
export function requireJudges(): void {
  for (const name of ['python/made-of', 'java/made-of']) inTools(name)
}

/** Asks every judge about every file. */
export async function judge(files: readonly JudgedFile[]): Promise<Judgement> {
  const java = (program: string): string[] => ['-Xmx1g', '-cp', join(inTools('java'), '*'), join(FOLDER, program)]
  const [pyHanko, dss, veraPdf, ofDebian] = await Promise.all([
    ask(inTools('python/bin/python'), [join(FOLDER, 'pyhanko_judge.py')], files, ({ path, root }) => [path, root]),
    ask('java', java('DssJudge.java'), files, ({ path, root, crls }) => [path, root, ...crls]),
    ask('java', java('VeraPdfJudge.java'), files, ({ path }) => [path]),
    askToolsOfDebian(files),
  ])
  return {
    versions: {
      pyHanko: pyHanko.version,
      'EU DSS': dss.version,
      'EU DSS with CRLs': dss.version,
      veraPDF: veraPdf.version,
      ...(await versionsOfDebian()),
    },
    of({ path }) {
      const [withoutCrls = '', withCrls = ''] = dss.words(path)
      return {
        pyHanko: pyHanko.words(path).join(),
        'EU DSS': withoutCrls,
        'EU DSS with CRLs': withCrls,
        veraPDF: veraPdf.words(path).join(),
        ...ofDebian(path),
      }
    },
  }
}

type Asked = { readonly version: string; words(path: string): readonly string[] }

/** One process for all files: a line of questions each, a line of words each, parted by tabs. */
async function ask(
  program: string,
  args: readonly string[],
  files: readonly JudgedFile[],
  questions: (file: JudgedFile) => readonly string[],
): Promise<Asked> {
  const lines = files.map((file) => `${questions(file).join('\t')}\n`)
  const { code, text, stderr } = await converse(program, args, lines.join(''))
  const answers = new Map(
    text
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'))
      .map(([path = '', ...words]) => [path, words]),
  )
  if (code !== 0 || answers.size !== files.length + 1) {
    throw new Error(`${program} ${args.join(' ')} ended with ${code} after ${answers.size - 1} files: ${stderr}`)
  }
  return { version: answers.get('')?.[0] ?? '', words: (path) => answers.get(path) ?? [] }
}

function converse(program: string, args: readonly string[], input: string): Promise<Omit<ToolAnswer, 'stdout'>> {
  return new Promise((resolve, reject) => {
    // Names of files are UTF-8 whatever the language of the user.
    const child = spawn(program, args, { stdio: 'pipe', env: { ...process.env, LC_ALL: 'C.UTF-8', TZ: 'UTC' } })
    const said = { text: '', stderr: '' }
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      said.text += chunk
    })
    child.stderr.setEncoding('utf8').on('data', (chunk) => {
      said.stderr += chunk
    })
    child.on('error', (cause) => reject(new Error(`${program} cannot be run: run scripts/install-tools.sh`, { cause })))
    child.on('close', (code) => resolve({ code: code ?? -1, ...said }))
    child.stdin.on('error', () => undefined) // what ended early tells why on stderr
    child.stdin.end(input)
  })
}
