import { defineConfig } from 'vitest/config';

/** Tests that need a browser: Debian's chromium, driven by playwright-core. They build the report's script first. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    fileParallelism: false,
  },
});
