import { defineConfig } from 'vitest/config'

/** A disk of ours fills up only where the register is a file on it; what PostgreSQL's server does is its own test. */
const ELSEWHERE =
  process.env.CRASH_DATABASE === 'postgres' ? ['tests/crash/*-disk.test.ts'] : ['tests/crash/killed-postgres.test.ts']

/** Processes are killed, disks fill up: slow, and alone on the machine. scripts/test-crash.ts starts it. */
export default defineConfig({
  test: {
    include: ['tests/crash/**/*.test.ts'],
    exclude: ELSEWHERE,
    globalSetup: ['tests/crash/start-database.ts'],
    pool: 'forks',
    fileParallelism: false,
    // The long form kills a hundred processes and more in one test.
    testTimeout: 3_600_000,
    hookTimeout: 300_000,
  },
})
