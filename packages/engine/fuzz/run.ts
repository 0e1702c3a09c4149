// npm run test:fuzz-kernels -- [--seed 1] [--cases 10000] [--engine torch] [--verbose]
//
// Random shapes, strides, paddings, windows and types over all kernels: what each engine computes, gradients included, against
// TFJS's cpu backend, whose faults against NumPy and PyTorch the engine puts right. The same seed makes the same cases.

import { parseArgs } from 'node:util';
import { type EngineName, presentEngines, startEngine, tf } from '../src/index.js';
import { elementwise } from './elementwise.js';
import { products } from './products.js';
import { type FuzzCase, Random } from './random.js';
import { sampling } from './sampling.js';
import { shapes } from './shapes.js';
import { windows } from './windows.js';

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    cases: { type: 'string', default: '10000' },
    engine: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});

const TOLERANCE = 2e-4;

const [STRINGS, RANDOM, UNCALLED] = ['of strings or ragged tensors', 'of random numbers', 'which no op of TFJS calls'];

/** Why the cases leave kernels out. */
const REASONS: Record<string, string> = {
  ...Object.fromEntries(
    ['RaggedGather', 'RaggedRange', 'RaggedTensorToTensor', 'StaticRegexReplace', 'StringNGrams', 'StringSplit', 'StringToHashBucketFast'].map((name) => [name, STRINGS]),
  ),
  Draw: 'which draws into a canvas',
  NonMaxSuppressionV4: 'which computes as NonMaxSuppressionV3 does',
  NonMaxSuppressionV5: 'which computes as NonMaxSuppressionV3 does',
  ...Object.fromEntries(
    ['MaxPool3DGrad', 'ResizeBilinearGrad', 'ResizeNearestNeighborGrad'].map((name) => [name, 'which no gradient calls on the cpu engine']),
  ),
  LogicalXor: UNCALLED,
  LogSoftmax: UNCALLED,
  Multinomial: RANDOM,
}; // biome-ignore format: a list

interface Outcome {
  /** Results and gradients; null where the call was refused. */
  tensors: { dtype: string; shape: number[]; values: ArrayLike<number> }[] | null;
  error?: string;
}

function draw(seed: number, count: number): FuzzCase[] {
  const random = new Random(seed);
  const families = [elementwise, windows, shapes, products, sampling];
  const cases: FuzzCase[] = [];
  while (cases.length < count) {
    const made = random.pick(random.pick(families))(random);
    if (made) cases.push(made);
  }
  return cases;
}

function evaluate({ inputs, shapes, types, compute, differentiable }: FuzzCase): Outcome {
  try {
    return tf.tidy(() => {
      const tensors = inputs.map((values, i) => tf.tensor(values, shapes[i], types[i]));
      const y = compute(...tensors);
      const results = [y];
      if (differentiable && y.dtype === 'float32') {
        const dy = tf.tensor(Float32Array.from({ length: y.size }, (_, i) => Math.cos(i)), y.shape); // biome-ignore format: one call
        results.push(...tf.grads(compute)(tensors, dy));
      }
      return { tensors: results.map((t) => ({ dtype: t.dtype, shape: t.shape, values: t.dataSync() })) };
    });
  } catch (error) {
    return { tensors: null, error: (error as Error).message };
  }
}

const isClose = (a: number, b: number) =>
  Object.is(a, b) || a === b || Math.abs(a - b) <= TOLERANCE * (1 + Math.abs(b));

/** How an outcome differs from the one expected; empty where it does not. */
function difference(found: Outcome, expected: Outcome): string {
  if (found.tensors === null || expected.tensors === null) {
    if (found.tensors === expected.tensors) return '';
    return `${found.error ?? 'a result'}; expected ${expected.error ?? 'a result'}`;
  }
  for (const [k, { dtype, shape, values }] of found.tensors.entries()) {
    const other = expected.tensors[k];
    const what = k === 0 ? 'result' : `gradient ${k - 1}`;
    if (
      dtype !== other.dtype ||
      !tf.util.arraysEqual(shape, other.shape) ||
      values.length !== tf.util.sizeFromShape(shape)
    )
      return `${what} is ${dtype}[${shape}] with ${values.length} numbers; expected ${other.dtype}[${other.shape}]`;
    for (let i = 0; i < values.length; i++)
      if (!isClose(values[i], other.values[i]))
        return `${what}, number ${i}: ${values[i]}; expected ${other.values[i]}`;
  }
  return '';
}

const [seed, count] = [Number(options.seed), Number(options.cases)];
if (![seed, count].every((value) => Number.isSafeInteger(value) && value >= 0)) {
  throw new Error(`--seed and --cases take whole numbers, got ${options.seed} and ${options.cases}`);
}
const engines = options.engine ? [options.engine as EngineName] : presentEngines().filter((name) => name !== 'cpu');
const cases = draw(seed, count);
await startEngine({ engine: 'cpu' });
const uncovered = new Set(tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName));
const { runKernel } = tf.engine();
tf.engine().runKernel = (name, ...rest) => {
  uncovered.delete(name);
  return runKernel.call(tf.engine(), name, ...rest) as never;
};
const expected = cases.map(evaluate);
tf.engine().runKernel = runKernel;
let failures = 0;
for (const engine of engines) {
  await startEngine({ engine });
  let [differing, left] = [0, 0];
  for (const [i, test] of cases.entries()) {
    if (options.verbose) process.stdout.write(`${i} ${test.name}\n`);
    if (test.needs && !tf.getKernel(test.needs, engine)) {
      left++;
      continue;
    }
    const text = difference(evaluate(test), expected[i]);
    if (text === '') continue;
    differing++;
    process.stdout.write(`${engine}: case ${i}, ${test.name}: ${text}\n`);
  }
  process.stdout.write(
    `${engine}: seed ${seed}: ${count - differing - left} of ${count} cases agree with the cpu backend, ${left} are not asked of it\n`,
  );
  failures += differing;
}
for (const name of uncovered)
  process.stdout.write(`not covered: ${name}${REASONS[name] ? `, ${REASONS[name]}` : ''}\n`);
process.exitCode = failures > 0 ? 1 : 0;
