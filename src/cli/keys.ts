import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { Clock } from '../shared/clock.ts'
import { initDevelopmentPki } from '../signing/development-pki.ts'
import { KEY_ALGORITHMS } from '../signing/key-algorithms.ts'
import { keysStatus } from '../signing/keys-status.ts'
import type { SignatureAlgorithm } from '../signing/signer.ts'
import { EXIT, type Output } from './output.ts'

export const ALGORITHMS = Object.keys(KEY_ALGORITHMS) as SignatureAlgorithm[]

/**
 * `dcert keys init`: a development PKI in the data directory. Its root becomes a trust anchor of its own file, so that
 * files signed under an earlier root are still judged as of their issue when the keys are made anew.
 */
export async function keysInit(
  config: Config,
  clock: Clock,
  options: { readonly algorithm: SignatureAlgorithm; readonly force?: boolean },
  out: Output,
): Promise<number> {
  const { algorithm, force = false } = options
  // An earlier run may have been killed before it came to its root; what was signed under it must stay verifiable.
  const earlier = join(config.keysDirectory, 'root.pem')
  if (existsSync(earlier)) await trustRoot(config, earlier)
  const pki = await initDevelopmentPki({ directory: config.keysDirectory, algorithm, now: clock.now(), force })
  const anchor = await trustRoot(config, pki.root)
  const { directory, keystore, root, replaced, status } = pki
  out.answer(
    { directory, keystore, root, trust: anchor, replaced, status },
    `開發用金鑰已建立於 ${directory}（${algorithm}）`,
  )
  return EXIT.done
}

/** Keeps a root among the trust anchors under the name of its digest. @returns its path there */
async function trustRoot(config: Config, root: string): Promise<string> {
  const trust = join(config.dataDirectory, 'trust')
  await mkdir(trust, { recursive: true })
  const digest = createHash('sha256')
    .update(await readFile(root))
    .digest('hex')
  const anchor = join(trust, `root-${digest.slice(0, 16)}.pem`)
  // Half an anchor would keep every command from working: it gets its name when it is whole.
  const temporary = `${anchor}.${process.pid}.part`
  try {
    await copyFile(root, temporary)
    await rename(temporary, anchor)
  } finally {
    await rm(temporary, { force: true })
  }
  return anchor
}

/** `dcert keys status` */
export async function keysStatusCommand(config: Config, clock: Clock, out: Output): Promise<number> {
  const paths = { keystore: config.keystore, passwordFile: config.keystorePasswordFile }
  const status = await keysStatus(paths, clock.now())
  const lines = Object.entries(status).map(
    ([name, value]) => `${name}: ${Array.isArray(value) ? value.join('; ') : value}`,
  )
  out.answer(status, lines.join('\n'))
  return status.usable ? EXIT.done : EXIT.refused
}
