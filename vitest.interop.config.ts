import { defineConfig } from 'vitest/config'

/** Other people's tools look at the files of one run of the demo; scripts/install-tools.sh installs them. */
export default defineConfig({
  test: {
    include: ['tests/interop/**/*.test.ts'],
    globalSetup: ['tests/interop/run-demo.ts'],
    pool: 'forks',
    // By default one processor is left to the editor, of two that is half.
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
