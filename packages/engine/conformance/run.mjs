// Runs the op tests that ship inside @tensorflow/tfjs-core on one of the engines, with this package's kernels and gradients,
// and compares what fails with the list of known failures.
//
//   node packages/engine/conformance/run.mjs [--engine torch|wasm|cpu] [--filter <part of a spec's name>] [--verbose] [--bundled]
//
// --bundled takes the bundle that an earlier call, or `npm run pack:gpu-check`, has made.

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const output = join(here, '../build');
const require = createRequire(import.meta.url);

const { values: options } = parseArgs({
  options: {
    engine: { type: 'string' },
    filter: { type: 'string', default: '' },
    verbose: { type: 'boolean', default: false },
    bundled: { type: 'boolean', default: false },
  },
});
const { engine = 'torch', filter, verbose, bundled } = options;
if (engine === 'torch' && !existsSync(join(output, 'torch.node'))) {
  process.stdout.write('torch: not run, its addon is not built; see `npm run setup`, or give --engine wasm\n');
  process.exit(options.engine ? 1 : 0);
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

const file = join(output, `conformance-${engine}.cjs`);
if (!bundled) await (await import('./bundle.mjs')).bundleConformance(engine, file);
const specs = await run(file);
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
