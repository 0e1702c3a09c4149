import { defineConfig } from 'vitest/config';

/**
 * Packages whose functions leave nothing behind, as those of `data` do: their tests share the process of a worker, so that it loads
 * libtorch, TensorFlow.js and the packages once, which takes longer than most files of tests.
 */
const SHARING = [
  'codec-proxy',
  'codecs',
  'engine',
  'evaluation',
  'files',
  'inspector',
  'losses',
  'models',
  'onnx',
  'pictures',
  'trainer',
  'unets',
];

/** Tests of these packages that mock modules, register or warn once a process, load what is registered, or set up or measure the process. */
const ALONE = [
  'packages/{codec-proxy,losses}/src/unit-range.test.ts',
  'packages/codec-proxy/src/register-codec.test.ts',
  'packages/engine/src/{memory,release-memory,start-engine,warn-of-unit-range,without-engine}.test.ts',
  'packages/engine/src/{collectives,torch}/**/*.test.ts',
  'packages/inspector/page/page.test.ts',
  'packages/inspector/src/reports/svg-to-png.test.ts',
  'packages/models/src/sandwich/sandwich-codecs.test.ts',
  'packages/trainer/src/{distributed,kinds,start}/**/*.test.ts',
  'packages/trainer/src/run/{codecs-of-runs,load-run,run-without-kind}.test.ts',
];

const tests = (packages: string) => `packages/${packages}/{src,page}/**/*.test.ts`;

export default defineConfig({
  test: {
    pool: 'forks',
    // One more than CI has cores: tests of clusters, browsers and processes wait for others most of the time.
    maxWorkers: 3,
    // Test files run side by side: more threads than that would fight for the cores.
    env: { OMP_NUM_THREADS: process.env.OMP_NUM_THREADS ?? '1' },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'alone',
          include: [tests(`!(${SHARING.join('|')})`), 'experiments/*.test.ts', 'scripts/**/*.test.ts', ...ALONE],
        },
      },
      {
        extends: true,
        test: {
          name: 'sharing',
          include: [tests(`{${SHARING}}`), 'data/src/**/*.test.ts'],
          exclude: ALONE,
          isolate: false,
        },
      },
    ],
  },
});
