/**
 * The import rules of docs/architecture.md, checked by `npm run check:imports`. Rule 1 (only config.ts reads the
 * environment) is Biome's noProcessEnv in biome.json. tests/import-rules.test.ts breaks each rule once.
 *
 * dependency-cruiser reads TypeScript through an interface that TypeScript 7 does not have; @swc/core parses instead.
 * Without it no file would be read and nothing found wrong, so it is imported here: then its absence is an error.
 */
import '@swc/core'

/** Decides, and does no I/O: rule 4. The loaders among these folders read files for it. */
const PURE = [
  '^src/workflows/engine/',
  '^src/certificates/(compose-certificate|certificate-content|certificate-status|lint-composed|fingerprint|xmp)[.]ts$',
  '^src/certificates/(template|fonts)/',
  '^src/people/(may|scope)[.]ts$',
]
const LOADERS = '^src/certificates/(template/load-template|fonts/load-fonts)[.]ts$'
const OUTSIDE_WORLD = '^(node:)?(fs|fs/promises|child_process|net|http|https|http2|dgram|tls|worker_threads|os)$'

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: '1-environment-in-config-only',
      comment: 'Only config.ts reads the environment. Biome sees process.env itself; this is the way around it.',
      severity: 'error',
      from: { path: '^(src|verifier-web)/', pathNot: '^src/config[.]ts$' },
      to: { path: '^(node:)?process$' },
    },
    {
      name: '2-kysely-in-stores-only',
      comment: 'Only *-store.ts, jobs/ and storage/ import kysely.',
      severity: 'error',
      from: { path: '^src/', pathNot: '-store[.]ts$|^src/(jobs|storage)/' },
      to: { path: '(^|/)node_modules/(kysely|better-sqlite3|pg)(/|$)' },
    },
    {
      name: '2-database-through-stores-only',
      comment:
        'A command gets its stores bound to one transaction and cannot reach the database otherwise. backup and restore work on the file itself.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: '-store[.]ts$|^src/(jobs|storage)/|^src/app[.]ts$|^src/cli/(backup|restore)[.]ts$',
      },
      to: { path: '^src/storage/', pathNot: '^src/storage/transactions[.]ts$' },
    },
    {
      name: '3-workflows-are-data',
      comment: 'workflows/<name>/ imports only engine/define-*, and what lies in its own folder.',
      severity: 'error',
      from: { path: '^src/workflows/([^/]+)/', pathNot: '^src/workflows/engine/' },
      to: { pathNot: '^src/workflows/(engine/define-[^/]+[.]ts$|$1/)' },
    },
    {
      name: '4-pure-without-io',
      comment: 'Engine, compose, fingerprint, status, may and scope import no store, no file system, no clock.',
      severity: 'error',
      from: { path: PURE, pathNot: LOADERS },
      to: {
        path: ['-store[.]ts$', OUTSIDE_WORLD, '^src/shared/clock[.]ts$', '^src/(storage|jobs)/', '^src/config[.]ts$'],
      },
    },
    {
      name: '4-loaders-for-types-only',
      comment: 'What the loaders read is given to pure code as a value; only their types are known to it.',
      severity: 'error',
      from: { path: PURE, pathNot: LOADERS },
      to: { path: LOADERS, dependencyTypesNot: ['type-only'] },
    },
    {
      name: '5-signing-and-verification-alone',
      comment: 'signing/ and verification/ import nothing of cases/, people/, storage/.',
      severity: 'error',
      from: { path: '^src/(signing|verification)/' },
      to: { path: '^src/(cases|people|storage)/' },
    },
    {
      name: '6-certificates-know-no-cases',
      comment: 'certificates/ does not import cases/; jobs/handlers.ts is where they meet.',
      severity: 'error',
      from: { path: '^src/certificates/' },
      to: { path: '^src/cases/' },
    },
    {
      name: '7-routes-and-their-own-stores',
      comment: '*-routes.ts import no store of another domain.',
      severity: 'error',
      from: { path: '^src/([^/]+)/.+-routes[.]ts$' },
      to: { path: '-store[.]ts$', pathNot: '^src/$1/' },
    },
    {
      name: '8-doors-of-the-house',
      comment: 'Only main.ts, cli.ts, cli/, scripts/ and tests/ import app.ts.',
      severity: 'error',
      from: { pathNot: '^(src/(main|cli)[.]ts$|src/cli/|scripts/|tests/)' },
      to: { path: '^src/app[.]ts$' },
    },
    {
      name: 'no-circles',
      comment: 'Modules that need each other to be loaded. Circles of types alone vanish when the code is run.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      comment: 'A module that nothing imports and that imports nothing.',
      severity: 'error',
      from: { orphan: true, pathNot: '[.]d[.]ts$' },
      to: {},
    },
    {
      name: 'nothing-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'packages-are-declared',
      comment: 'A package that only another package brings may be gone tomorrow.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-development-packages-in-production',
      severity: 'error',
      from: { path: '^(src|verifier-web)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/@types/' },
    },
    {
      name: 'production-without-tests',
      severity: 'error',
      from: { path: '^(src|verifier-web)/' },
      to: { path: '^(tests|scripts)/' },
    },
    {
      name: 'browser-code-in-verifier-web',
      comment: 'What is bundled for the browser cannot use Node.',
      severity: 'error',
      from: { path: '^verifier-web/' },
      to: { dependencyTypes: ['core'] },
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
}
