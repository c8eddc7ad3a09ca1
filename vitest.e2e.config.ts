import { defineConfig } from 'vitest/config'

/** Journeys in a real browser: Chromium, which scripts/install-tools.sh installs. */
export default defineConfig({
  test: {
    include: ['tests/e2e/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
