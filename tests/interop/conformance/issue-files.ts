import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ApprovedCase, RANK_LABELS } from '../../../src/approvals/approved-case.ts'
import { keystorePathsIn } from '../../../src/signing/read-keystore.ts'
import type { SignatureAlgorithm } from '../../../src/signing/signer.ts'
import { dcert, environmentOf } from '../../cli/run.ts'
import { answerOf } from '../../support/command-output.ts'
import { runWell } from '../tools.ts'
import type { Story } from './stories.ts'

/** A file and what a judge is given with it. */
export type JudgedFile = {
  readonly path: string
  /** PEM of the root to trust */
  readonly root: string
  /** of the root and of the issuing authority */
  readonly crls: readonly [string, string]
}

/** A dcert with keys of one algorithm, and the files that it has issued. */
export type IssuingHouse = {
  readonly algorithm: SignatureAlgorithm
  readonly keystore: ReturnType<typeof keystorePathsIn>
  file(of: ApprovedCase, version: number, language: 'zh-TW' | 'en'): JudgedFile
}

/** Makes keys, issues, reissues and takes the files out, by the commands that an operator has. */
export async function issueFiles(
  directory: string,
  algorithm: SignatureAlgorithm,
  stories: readonly Story[],
  others: readonly ApprovedCase[],
): Promise<IssuingHouse> {
  const files = join(directory, 'files')
  mkdirSync(directory, { recursive: true })
  const cases = join(directory, 'cases.json')
  const all = [...stories.map(({ of }) => of), ...others]
  writeFileSync(cases, JSON.stringify(all))
  await well(directory, 'keys', 'init', '--algorithm', algorithm)
  await well(directory, 'issue', cases, '--confirm')
  for (const { of, reissues } of stories) {
    for (const options of reissues) await well(directory, 'reissue', fullNumberOf(of), ...options)
  }
  for (const of of all) await well(directory, 'export', fullNumberOf(of), '--out', files)
  const keys = join(directory, 'keys')
  const crls = await makeCrls(keys, directory)
  return {
    algorithm,
    keystore: keystorePathsIn(keys),
    file: ({ rank, number }, version, language) => ({
      path: join(files, `${RANK_LABELS[rank].numberWord}字${number}-v${version}-${language}.pdf`),
      root: join(keys, 'root.pem'),
      crls,
    }),
  }
}

async function well(directory: string, ...args: readonly string[]): Promise<void> {
  // The fonts that ship and no others, as in run-demo.ts.
  const environment = { ...environmentOf(directory), DCERT_FONTS_DIR: join(directory, 'no-fonts') }
  const ran = await dcert(environment, ...args, '--json')
  const refused = ran.code === 0 ? answerOf(ran).refused : undefined
  if (ran.code !== 0 || (Array.isArray(refused) && refused.length > 0)) {
    throw new Error(`dcert ${args.join(' ')} ended with ${ran.code}: ${ran.stdout}${ran.stderr}`)
  }
}

function fullNumberOf({ rank, number }: ApprovedCase): string {
  return `${RANK_LABELS[rank].numberWord}字第${number}號`
}

/** Lists of no revoked certificate, as the development authorities would publish them. */
async function makeCrls(keys: string, directory: string): Promise<[string, string]> {
  const password = `file:${join(keys, 'ca-password')}`
  const { text } = await runWell('openssl', [
    'pkcs12',
    '-in',
    join(keys, 'ca.p12'),
    '-passin',
    password,
    '-nocerts',
    '-noenc',
  ])
  const pems = text.match(/-----BEGIN PRIVATE KEY-----[\s\S]*?-----END PRIVATE KEY-----/g) ?? []
  const settings = join(directory, 'crl.cnf')
  const index = join(directory, 'index.txt')
  writeFileSync(index, '')
  writeFileSync(settings, `[ca]\ndefault_ca=here\n[here]\ndatabase=${index}\ndefault_md=sha256\ndefault_crl_days=30\n`)
  const lists = ['root', 'issuing-ca'].map(async (name, i) => {
    const [key, crl] = [join(directory, `${name}.key`), join(directory, `${name}.crl`)]
    writeFileSync(key, pems[i] ?? '', { mode: 0o600 })
    const by = ['-keyfile', key, '-cert', join(keys, `${name}.pem`)]
    await runWell('openssl', ['ca', '-config', settings, '-gencrl', ...by, '-out', crl])
    if (!readFileSync(crl, 'utf8').includes('BEGIN X509 CRL')) throw new Error(`${crl} is no CRL`)
    return crl
  })
  return (await Promise.all(lists)) as [string, string]
}
