import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**'],
    // Ten times the longest: what else the machine does is no fault of a test.
    testTimeout: 400_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Its own choice leaves one core to itself; with two cores files would run one after the other.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    coverage: { provider: 'v8', include: ['src/**'] },
  },
});
