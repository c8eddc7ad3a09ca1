import { globSync, readFileSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

const ELSEWHERE = ['tests/crash/**', 'tests/e2e/**', 'tests/interop/**', 'node_modules/**']

/**
 * What opens a register runs on both kinds of database; a file says `// Only on SQLite: …` when it must not, and
 * is called `….postgres.test.ts` when it is about PostgreSQL alone.
 */
function testsOfTheRegister(): string[] {
  return globSync('tests/**/*.test.ts', { exclude: ELSEWHERE }).filter((path) => {
    const text = readFileSync(path, 'utf8')
    if (path.endsWith('.postgres.test.ts')) return true
    return /\b(openHouse|registerUrl|prepareGround|dcert)\(/.test(text) && !/^\/\/ Only on SQLite: ./m.test(text)
  })
}

export default defineConfig({
  test: {
    pool: 'forks',
    // By default one processor is left to the editor, of two that is half.
    maxWorkers: '100%',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'sqlite',
          include: ['tests/**/*.test.ts'],
          exclude: [...ELSEWHERE, 'tests/**/*.postgres.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'postgres',
          include: testsOfTheRegister(),
          globalSetup: ['tests/support/postgres-for-all.ts'],
          provide: { database: 'postgres' },
        },
      },
    ],
  },
})
