// node packages/engine/native/fuzz.mjs [--calls 10000] [--seed 1] [--operator <name>] [--right] [--addon <path>] [--verbose]
//
// Calls every operator that the kernels name, and the addon's own functions (`addon.fromHost`), with random arguments, right
// and wrong ones, in a process of its own. Every call must return or throw an Error, and release what it took; a process that
// ends by a signal is a failure, reported with the call that did it. The same seed makes the same calls. Prints how calls
// ended and the process's memory in MiB at each fifth of the way. --right puts no faults into the arguments.

import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect, parseArgs } from 'node:util';
import { Arguments, parametersOf, Random } from './fuzz-arguments.mjs';
import { examples, extras, functions } from './fuzz-examples.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const { values: options } = parseArgs({
  options: {
    calls: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    operator: { type: 'string' },
    addon: { type: 'string', default: here('../build/torch.node') },
    right: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    log: { type: 'string' },
  },
});
const calls = Number(options.calls);
const seed = Number(options.seed);

/** Address space of the process that calls: what an operator may ask for is refused soon, by malloc itself. */
const ADDRESS_SPACE_KIB = 5 << 20;
/** Results above this size are not read back. */
const MAX_READ = 1 << 20;

/** Every string in the kernels' sources that names an operator, and others. */
function operatorsOf(addon) {
  const folder = here('../src/torch/kernels/');
  const sources = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  const words = sources.flatMap((name) =>
    [...readFileSync(join(folder, name), 'utf8').matchAll(/['"`]((?:sandwich::)?\w+(?:\.\w+)?)['"`]/g)].map(
      (match) => match[1],
    ),
  );
  const names = new Set([...words, ...extras, ...Object.keys(examples)]);
  return [...names].sort().filter((name) => {
    const [base, overload = ''] = name.split('.');
    return addon.hasOperator(qualified(base), overload);
  });
}

/** Operators are ATen's unless they say whose they are. */
const qualified = (name) => (name.includes('::') ? name : `aten::${name}`);

/** How to call an operator or, by the name `addon.<function>`, one of the addon's own functions. */
function callable(addon, name) {
  if (name.startsWith('addon.')) {
    const own = name.slice('addon.'.length);
    return { parameters: null, example: functions[own], call: addon[own] };
  }
  const [base, overload = ''] = name.split('.');
  const id = addon.findOperator(qualified(base), overload);
  return {
    parameters: parametersOf(addon.signatureOf(id)),
    example: examples[name],
    call: (...args) => addon.callOperator(id, ...args),
  };
}

const isHandle = (value) => typeof value === 'number' && value >= 2 ** 52;

/** The call may have released some of them. */
function releaseAll(addon, handles) {
  for (const handle of new Set(handles)) {
    try {
      addon.release([handle]);
    } catch (error) {
      if (error.code !== 'ERR_TENSOR_RELEASED') throw error;
    }
  }
}

/** Makes one call and releases what it took; how it ended, in a word. */
async function callOnce(addon, name, make, note) {
  const { parameters, example, call } = callable(addon, name);
  try {
    const args = make.make(parameters, example);
    note(args);
    const results = [await call(...args)].flat().filter(isHandle);
    make.handles.push(...results);
    for (const handle of results) {
      const size = addon.shapeOf(handle).reduce((a, b) => a * b, 1);
      if (size <= MAX_READ) addon.toHost(handle);
    }
    return 'returned';
  } catch (error) {
    if (!(error instanceof Error) || error.message === '') throw error;
    return error.code ?? error.name;
  } finally {
    releaseAll(addon, make.handles);
  }
}

async function fuzz(addon) {
  const all = [...operatorsOf(addon), ...Object.keys(functions).map((name) => `addon.${name}`)];
  const names = options.operator ? all.filter((name) => name === options.operator) : all;
  const random = new Random(seed);
  const log = openSync(options.log, 'w');
  const codes = {};
  const memory = [];
  for (let call = 0; call < calls; call++) {
    // Each in turn; each call from a seed of its own.
    const name = names[call % names.length];
    const make = new Arguments(addon, new Random(Math.floor(random.next() * 2 ** 32)), name, options.right);
    const before = addon.liveTensors();
    const outcome = await callOnce(addon, name, make, (args) => {
      const text = describe(addon, call, name, args);
      ftruncateSync(log);
      writeSync(log, text, 0);
      if (options.verbose) process.stdout.write(`${text}\n`);
    });
    if (addon.liveTensors() !== before) throw new Error(`call ${call}, of ${name}, left tensors behind`);
    codes[outcome] = (codes[outcome] ?? 0) + 1;
    if ((call + 1) % Math.ceil(calls / 5) === 0) memory.push(Math.round(process.memoryUsage().rss / 2 ** 20));
  }
  closeSync(log);
  const operators = names.filter((name) => !name.startsWith('addon.')).length;
  process.stdout.write(`${JSON.stringify({ libtorch: addon.version(), operators, calls, codes, memory })}\n`);
}

function describe(addon, call, operator, args) {
  const text = args.map((argument) => {
    try {
      const show = (value) =>
        isHandle(value)
          ? `tensor[${addon.shapeOf(value)}]`
          : Array.isArray(value) && value.length < 100 && !Object.getOwnPropertyDescriptor(value, 0)?.get
            ? `[${value.map((item) => (item === value ? 'itself' : show(item))).join(', ')}]`
            : inspect(value, { maxStringLength: 40, depth: 1, maxArrayLength: 5 });
      return show(argument);
    } catch {
      return 'a dead handle';
    }
  });
  return `call ${call}: ${operator}(${text.join(', ')})`;
}

if (options.log) {
  await fuzz(createRequire(import.meta.url)(options.addon));
} else {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  const log = join(folder, 'last-call');
  const child = [process.execPath, fileURLToPath(import.meta.url), ...process.argv.slice(2), '--log', log];
  const { status, signal, stderr } = spawnSync(
    'sh',
    ['-c', `ulimit -v ${ADDRESS_SPACE_KIB}; ulimit -c 0; exec "$@"`, 'sh', ...child],
    {
      stdio: ['ignore', 'inherit', 'pipe'],
      encoding: 'utf8',
      env: { ...process.env, OMP_NUM_THREADS: '2' },
      maxBuffer: 1 << 30,
    },
  );
  if (status !== 0) {
    process.stderr.write(`${stderr.split('\n').slice(-20).join('\n')}\n`);
    process.stderr.write(
      `fuzz: seed ${seed}: ended by ${signal ?? `exit code ${status}`} at\n${readFileSync(log, 'utf8')}\n`,
    );
  }
  rmSync(folder, { recursive: true });
  process.exitCode = status === 0 ? 0 : 1;
}
