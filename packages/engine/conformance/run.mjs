// Runs the op tests that ship inside @tensorflow/tfjs-core on one of the engines, with this package's kernels and gradients,
// and compares what fails with the list of known failures.
//
//   node packages/engine/conformance/run.mjs [--engine torch|wasm|cpu] [--filter <part of a spec's name>] [--verbose]

import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const output = join(here, '../build');
const require = createRequire(import.meta.url);
const folderOf = (name, from = import.meta.url) => dirname(createRequire(from).resolve(`${name}/package.json`));

const { values: options } = parseArgs({
  options: {
    engine: { type: 'string' },
    filter: { type: 'string', default: '' },
    verbose: { type: 'boolean', default: false },
  },
});
const { engine = 'torch', filter, verbose } = options;
if (engine === 'torch' && !existsSync(join(output, 'torch.node'))) {
  process.stdout.write('torch: not run, its addon is not built; see `npm run setup`, or give --engine wasm\n');
  process.exit(options.engine ? 1 : 0);
}

/** Bundles the tests with the engine around one copy of TFJS. */
async function bundle() {
  const outfile = join(output, `conformance-${engine}.cjs`);
  await build({
    entryPoints: [join(here, 'entry.mjs')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    // Otherwise `sideEffects` in TFJS's package.json drops every test.
    ignoreAnnotations: true,
    alias: {
      '@tensorflow/tfjs-core': folderOf('@tensorflow/tfjs-core', join(folderOf('@tensorflow/tfjs'), 'package.json')),
    },
    nodePaths: [join(here, '../../../node_modules')],
    define: {
      ENGINE: JSON.stringify(engine),
      // The engine looks for its addon beside its sources.
      'import.meta.url': JSON.stringify(pathToFileURL(join(here, '../src/torch/addon.ts')).href),
    },
    logLevel: 'error',
  });
  if (engine === 'wasm') {
    // TFJS looks for them beside its code.
    const binaries = join(folderOf('@tensorflow/tfjs-backend-wasm'), 'dist');
    for (const variant of ['', '-simd', '-threaded-simd']) {
      copyFileSync(
        join(binaries, `tfjs-backend-wasm${variant}.wasm`),
        join(output, `tfjs-backend-wasm${variant}.wasm`),
      );
    }
  }
  return outfile;
}

/** Runs the bundle's specs: the name of each without the engine's, the kernels that it ran, and how it failed. */
async function run(file) {
  const jasmineCore = require('jasmine-core');
  const environment = jasmineCore.boot(jasmineCore).getEnv();
  const { start, takeKernels } = require(file);
  await start();
  const specs = [];
  environment.clearReporters();
  environment.addReporter({
    specStarted: takeKernels,
    specDone: ({ fullName, status, failedExpectations }) => {
      if (status === 'excluded' || status === 'pending') return;
      const name = fullName.replaceAll(` ${engine} {}`, '').replace(/ +/g, ' ');
      specs.push({ name, kernels: takeKernels(), failures: failedExpectations.map(({ message }) => message) });
    },
  });
  environment.configure({ random: false, specFilter: (spec) => spec.getFullName().includes(filter) });
  if (!verbose) for (const method of ['log', 'warn', 'error']) console[method] = () => {};
  await environment.execute();
  return specs;
}

const specs = await run(await bundle());
const missing = /Kernel '(\w+)' not registered for backend/;
const passed = specs.filter(({ failures }) => failures.length === 0);
const skipped = specs.filter(({ failures }) => failures.some((message) => missing.test(message)));
const failed = specs.filter((spec) => !passed.includes(spec) && !skipped.includes(spec));

// Reason -> names of the specs that fail for it.
const lists = JSON.parse(readFileSync(join(here, 'known-failures.json'), 'utf8'));
const known = new Set([lists.gradients, lists[engine] ?? {}].flatMap((list) => Object.values(list).flat()));
const failing = new Set(failed.map(({ name }) => name));
const succeeding = new Set(passed.map(({ name }) => name));
const fresh = failed.filter(({ name }) => !known.has(name));
const mended = [...known].filter((name) => succeeding.has(name) && !failing.has(name));

const print = (line) => process.stdout.write(`${line}\n`);
for (const { name, failures } of fresh) print(`NEW FAILURE: ${name}\n    ${failures.join('\n    ')}`);
for (const name of mended) print(`PASSES NOW, take it from conformance/known-failures.json: ${name}`);
const wanting = skipped.map(({ failures }) => missing.exec(failures.find((message) => missing.test(message)))[1]);
for (const kernel of new Set(wanting)) {
  print(`skipped for want of kernel ${kernel}: ${wanting.filter((name) => name === kernel).length}`);
}
const computed = passed.filter(({ kernels }) => kernels.length > 0).length;
print(
  `${engine}: ${passed.length} passed, ${failed.length} failed (${fresh.length} of them new), ${skipped.length} skipped`,
);
print(`${engine}: ${computed} of those that passed ran a kernel of this engine`);
process.exitCode = fresh.length + mended.length > 0 ? 1 : 0;
