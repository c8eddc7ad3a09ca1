import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const WEB = new URL('../../verifier-web/', import.meta.url)

export type VerifierBundle = Readonly<Record<'verifier.js' | 'verifier.css' | 'favicon.svg', string>>

/** What the verifier's page loads, made in memory: the house has no build step. */
export async function bundleVerifier(): Promise<VerifierBundle> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('verifier.ts', WEB))],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    charset: 'utf8',
    target: ['chrome109', 'firefox115', 'safari16'],
    logLevel: 'silent',
  })
  const read = (name: string) => readFileSync(new URL(name, WEB), 'utf8')
  return {
    'verifier.js': outputFiles[0]!.text,
    'verifier.css': read('verifier.css'),
    'favicon.svg': read('favicon.svg'),
  }
}
