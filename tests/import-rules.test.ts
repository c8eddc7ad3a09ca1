import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
const CRUISE = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')
const BIOME = join(ROOT, 'node_modules/@biomejs/biome/bin/biome')

let house: string

beforeEach(() => {
  house = mkdtempSync(join(tmpdir(), 'dcert-import-rules-'))
  for (const file of ['package.json', 'biome.json', '.gitignore']) cpSync(join(ROOT, file), join(house, file))
  symlinkSync(join(ROOT, 'node_modules'), join(house, 'node_modules'))
})
afterEach(() => rmSync(house, { recursive: true, force: true }))

/** Rule, file that breaks it, what it imports. Files that are imported and do not exist yet are made. */
const BROKEN: readonly (readonly [rule: string, from: string, to: string])[] = [
  ['1-environment-in-config-only', 'src/http/server.ts', 'node:process'],
  ['2-kysely-in-stores-only', 'src/certificates/confirm-certificate.ts', 'kysely'],
  ['2-kysely-in-stores-only', 'src/cases/act-on-case.ts', 'better-sqlite3'],
  ['2-database-through-stores-only', 'src/certificates/revoke-certificates.ts', 'src/storage/database.ts'],
  ['3-workflows-are-data', 'src/workflows/community/workflow.ts', 'src/workflows/engine/next-state.ts'],
  ['3-workflows-are-data', 'src/workflows/community/forms.ts', 'src/workflows/initial/forms.ts'],
  ['3-workflows-are-data', 'src/workflows/community/effects.ts', 'node:path'],
  ['4-pure-without-io', 'src/workflows/engine/effects.ts', 'src/cases/case-store.ts'],
  ['4-pure-without-io', 'src/certificates/compose-certificate.ts', 'node:fs'],
  ['4-pure-without-io', 'src/certificates/template/fit-text.ts', 'node:fs/promises'],
  ['4-pure-without-io', 'src/certificates/certificate-status.ts', 'src/shared/clock.ts'],
  ['4-pure-without-io', 'src/people/may.ts', 'src/people/person-store.ts'],
  [
    '4-loaders-for-types-only',
    'src/certificates/template/draw-template.ts',
    'src/certificates/template/load-template.ts',
  ],
  ['5-signing-and-verification-alone', 'src/signing/pades.ts', 'src/people/scope.ts'],
  ['5-signing-and-verification-alone', 'src/verification/verify-certificate.ts', 'src/cases/case.ts'],
  ['6-certificates-know-no-cases', 'src/certificates/issue-certificate.ts', 'src/cases/case.ts'],
  ['7-routes-and-their-own-stores', 'src/cases/case-routes.ts', 'src/people/person-store.ts'],
  ['8-doors-of-the-house', 'src/http/server-in-house.ts', 'src/app.ts'],
  ['no-circles', 'src/shared/one.ts', 'src/shared/other.ts'],
  ['no-orphans', 'src/shared/alone.ts', ''],
  ['nothing-unresolved', 'src/shared/lost.ts', './nowhere.ts'],
  ['packages-are-declared', 'src/shared/log.ts', 'acorn'],
  ['no-development-packages-in-production', 'src/shared/ids.ts', 'jsqr'],
  ['production-without-tests', 'src/shared/tested.ts', 'tests/support.ts'],
  ['browser-code-in-verifier-web', 'verifier-web/verifier.ts', 'node:path'],
]

test('every import rule finds the import it forbids', () => {
  for (const [, from, to] of BROKEN) write(from, to === '' ? [] : [to])
  write('src/shared/other.ts', ['src/shared/one.ts'])
  const found = cruise().map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)
  for (const [rule, from, to] of BROKEN) {
    const target = to.replace(/^node:/, '')
    expect(found.filter((one) => one.startsWith(`${rule}: ${from} → `) && one.includes(target))).toHaveLength(1)
  }
})

test('what the rules allow is not found', () => {
  write('src/main.ts', ['src/cli.ts'])
  write('src/cli.ts', ['src/cli/serve.ts'])
  write('src/cli/serve.ts', ['src/app.ts'])
  write('src/app.ts', [
    'src/cases/case-routes.ts',
    'src/storage/database.ts',
    'src/certificates/compose-certificate.ts',
  ])
  write('src/storage/database.ts', ['kysely', 'better-sqlite3'])
  write('src/cases/case-store.ts', ['src/storage/database.ts', 'kysely'])
  write('src/cases/case-routes.ts', ['src/cases/case-store.ts', 'src/workflows/community/workflow.ts'])
  write('src/workflows/community/workflow.ts', ['src/workflows/engine/define-workflow.ts'])
  write('src/workflows/community/workflow.ts', ['src/workflows/community/forms.ts'])
  write('src/workflows/community/forms.ts', ['src/workflows/engine/define-form.ts'])
  write('src/certificates/template/load-template.ts', ['node:fs', 'ajv'])
  write('src/certificates/compose-certificate.ts', ['pdfkit', 'node:crypto'])
  write('src/certificates/compose-certificate.ts', ['src/certificates/template/load-template.ts'], 'import type')
  write('tests/app.test.ts', ['src/app.ts', 'vitest', 'node:fs'])
  expect(cruise()).toEqual([])
})

test('only config.ts reads the environment', () => {
  const reading = 'export const port = process.env.DCERT_PORT\n'
  for (const file of ['src/config.ts', 'src/http/server.ts', 'scripts/demo.ts']) put(file, reading)
  const report = run([BIOME, 'lint', '--reporter=json', '.'])
  const found = JSON.parse(report) as { diagnostics: { category: string; location: { path: string } }[] }
  const files = found.diagnostics
    .filter((one) => one.category === 'lint/style/noProcessEnv')
    .map((one) => one.location.path)
  expect(files).toEqual(['src/http/server.ts'])
})

type Violation = { from: string; to: string; rule: { name: string } }

function cruise(): Violation[] {
  const folders = ['src', 'tests', 'verifier-web']
  for (const folder of folders) mkdirSync(join(house, folder), { recursive: true })
  const report = run([CRUISE, '--config', join(ROOT, '.dependency-cruiser.mjs'), '-T', 'json', ...folders])
  return (JSON.parse(report) as { summary: { violations: Violation[] } }).summary.violations
}

/** What a check says, whether it is content or not. */
function run(command: readonly string[]): string {
  try {
    return execFileSync(process.execPath, command, { cwd: house, encoding: 'utf8', stdio: 'pipe' })
  } catch (error) {
    return (error as { stdout: string }).stdout
  }
}

/** Adds imports to a file; a file of the house that is imported and does not exist is made. */
function write(file: string, imports: readonly string[], how = 'import * as some'): void {
  const lines = imports.map((one, i) => {
    if (!/^(src|tests)\//.test(one)) return `import * as some${i} from '${one}'`
    put(one, 'export const some = 1\n')
    const up = '../'.repeat(file.split('/').length - 1)
    return how === 'import type' ? `import type { some } from '${up}${one}'` : `${how}${i} from '${up}${one}'`
  })
  put(file, `${lines.join('\n')}\n`)
}

function put(file: string, text: string): void {
  mkdirSync(dirname(join(house, file)), { recursive: true })
  writeFileSync(join(house, file), text, { flag: 'a' })
}
