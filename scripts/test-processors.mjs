// node scripts/test-processors.mjs [variant ...] [-- arguments of vitest]: runs the tests of tensor arithmetic as other x86-64
// processors would. Libraries choose their kernels by the processor, and each sums in an order of its own: a test that passes with
// one order only says nothing.
//
// What cannot be shown here: with ONEDNN_MAX_CPU_ISA below AVX-512, libtorch 1.13 on a processor that has AVX-512 refuses
// convolutions in bfloat16, because it asks the processor, and oneDNN the variable. A processor without AVX-512 computes them.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @param {string} own @param {string} blas @param {string | undefined} onednn @param {number} threads */
const environment = (own, blas, onednn, threads) => ({
  SANDWICH_CPU_CAPABILITY: own,
  ATEN_CPU_CAPABILITY: own,
  OPENBLAS_CORETYPE: blas,
  ...(onednn && { ONEDNN_MAX_CPU_ISA: onednn }),
  OMP_NUM_THREADS: String(threads),
});

/** `needs`: flags of /proc/cpuinfo without which the kernels asked for would end the process. */
const VARIANTS = {
  lowest: { needs: [], environment: environment('default', 'Nehalem', 'SSE41', 1) },
  'avx2-two-threads': { needs: ['avx2', 'fma'], environment: environment('avx2', 'Haswell', 'AVX2', 2) },
  zen: { needs: ['avx2', 'fma'], environment: environment('avx2', 'Zen', 'AVX2', 1) },
  'avx512-two-threads': {
    needs: ['avx512f', 'avx512bw'],
    environment: environment('avx512', 'SkylakeX', undefined, 2),
  },
  'zen-avx512': { needs: ['avx512f', 'avx512bw'], environment: environment('avx512', 'Zen', undefined, 1) },
};

/** Paths, or their beginnings, of tests that compare results of floating-point arithmetic. Of these, those are run that start an engine. */
const TESTS = [
  'packages/codec-proxy/',
  'packages/engine/src/adam-steps',
  'packages/engine/src/gradients',
  'packages/engine/src/in-float32',
  'packages/engine/src/kernels',
  'packages/engine/src/recording',
  'packages/losses/',
  'packages/models/',
  'packages/cli/src/commands/import-keras',
  'packages/trainer/src/distributed/distributed.test',
  'packages/evaluation/',
  'packages/inspector/src/evaluation/evaluate',
  'packages/trainer/src/optimizers',
  'packages/runtime/src/sandwich-codec',
  'packages/trainer/src/step',
  'packages/unets/',
];
const BFLOAT16 = 'packages/engine/src/in-float32';

const startsEngine = (file) => /\b(startEngine|hasCollectives)\b/.test(readFileSync(join(root, file), 'utf8'));

// Not through node_modules: packages link to one another there.
const files = readdirSync(join(root, 'packages'))
  .map((name) => join('packages', name, 'src'))
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((file) => join(folder, file)))
  .filter((file) => file.endsWith('.test.ts') && startsEngine(file));

const flags = existsSync('/proc/cpuinfo') ? (/^flags.*$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[0] ?? '') : '';
const has = (flag) => flags.split(/\s+/).includes(flag);

function run(name) {
  const { needs, environment } = VARIANTS[name];
  const missing = needs.filter((flag) => !has(flag));
  if (missing.length > 0) {
    process.stderr.write(`${name}: not run, this processor has no ${missing.join(', ')}\n`);
    return true;
  }
  process.stderr.write(
    `${name}: ${Object.entries(environment)
      .map((pair) => pair.join('='))
      .join(' ')}\n`,
  );
  const lacksBfloat16 = environment.ONEDNN_MAX_CPU_ISA && has('avx512f');
  const beginnings = TESTS.filter((test) => !(lacksBfloat16 && test === BFLOAT16));
  const tests = files.filter((file) => beginnings.some((beginning) => file.startsWith(beginning)));
  const { status } = spawnSync(join(root, 'node_modules/.bin/vitest'), ['run', ...tests, ...forVitest], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  return status === 0;
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

const gone = TESTS.find((test) => !files.some((file) => file.startsWith(test)));
if (gone !== undefined) fail(`there is no test ${gone} any more; mend the list in scripts/test-processors.mjs`);

const given = process.argv.slice(2);
const end = given.includes('--') ? given.indexOf('--') : given.length;
const forVitest = given.slice(end + 1);
const names = end > 0 ? given.slice(0, end) : ['lowest'];
const unknown = names.find((name) => !(name in VARIANTS));
if (unknown !== undefined) fail(`no variant is called ${unknown}; there are ${Object.keys(VARIANTS).join(', ')}`);
process.exit(names.map(run).every(Boolean) ? 0 : 1);
