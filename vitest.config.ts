import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'packages/*/{src,page}/**/*.test.ts',
      'data/src/**/*.test.ts',
      'experiments/*.test.ts',
      'scripts/**/*.test.ts',
    ],
    pool: 'forks',
    maxWorkers: 2,
    // Test files run side by side: more threads than that would fight for the cores.
    env: { OMP_NUM_THREADS: process.env.OMP_NUM_THREADS ?? '1' },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
