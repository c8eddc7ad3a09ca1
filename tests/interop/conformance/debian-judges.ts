import { readFileSync } from 'node:fs'
import { opensslVerify } from '../openssl-verify.ts'
import { run, type ToolAnswer } from '../tools.ts'
import type { JudgedFile } from './issue-files.ts'

type Words = { readonly pdfsig: string; readonly openssl: string; readonly qpdf: string }

export async function versionsOfDebian(): Promise<Words> {
  return {
    pdfsig: versionIn(await run('pdfsig', ['-v'])),
    openssl: versionIn(await run('openssl', ['version'])),
    qpdf: versionIn(await run('qpdf', ['--version'])),
  }
}

function versionIn({ text, stderr }: ToolAnswer): string {
  return /\d+\.[\d.]+\w*/.exec(text + stderr)?.[0] ?? 'unknown'
}

/** Asks the three about every file, file after file. @returns what they said, by the path of a file */
export async function askToolsOfDebian(files: readonly JudgedFile[]): Promise<(path: string) => Words> {
  const answers = new Map<string, Words>()
  for (const { path, root } of files) {
    const [pdfsig, openssl, qpdf] = await Promise.all([
      run('pdfsig', ['-nocert', path]),
      opensslVerify(readFileSync(path), root, path),
      run('qpdf', ['--check', path]),
    ])
    answers.set(path, {
      pdfsig: wordsOfPdfsig(pdfsig),
      openssl: wordsOfOpenssl(openssl),
      qpdf: wordsOfQpdf(qpdf, path),
    })
  }
  return (path) => answers.get(path) ?? { pdfsig: '', openssl: '', qpdf: '' }
}

function wordsOfPdfsig({ text }: ToolAnswer): string {
  const count = text.match(/^Signature #/gm)?.length ?? 0
  const lines =
    text.match(/^ {2}- (Signature Type: .*|Signature Validation: .*|(Not t|T)otal document signed)$/gm) ?? []
  const words = lines.map((line) => line.replace(/^ {2}- (Signature \w+: )?/, ''))
  return [`${count} signature${count === 1 ? '' : 's'}`, ...words].join('; ')
}

/** Of an error library and reason alone: the rest are numbers of threads and lines. */
function wordsOfOpenssl({ stderr }: ToolAnswer): string {
  const lines = stderr.trim().split('\n')
  return lines.map((line) => line.replace(/^\w+:error:\w+:([^:]*):[^:]*:([^:]*):.*$/, '$1: $2')).join('; ')
}

/** Without paths, and without counts of objects: a change of template is none of the answer. */
function wordsOfQpdf({ text, stderr }: ToolAnswer, path: string): string {
  const said = stderr === '' ? text.slice(text.indexOf('No syntax')) : stderr
  const words = said.replaceAll(`${path}: `, '').replaceAll(path, '').trim().replaceAll(/\s+/g, ' ')
  return words.replaceAll(/\(\d+\)/g, '(…)')
}
