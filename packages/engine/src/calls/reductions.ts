import { tf } from '../tf.js';
import { forKernels, type Repair, type RepairTable, repair } from './call.js';

interface Axes {
  axis?: number | number[];
  reductionIndices?: number | number[];
  dims?: number | number[];
  perm?: number[];
}

/** What a reduction makes of no number at all. */
const ofNothing: Record<string, number> = { Sum: 0, Prod: 1, Mean: NaN, Max: NaN, Min: NaN, All: 1, Any: 0 };

function axesOf(name: string, x: tf.Tensor, { axis, reductionIndices, dims, perm }: Axes): number[] {
  const given = axis ?? reductionIndices ?? dims ?? perm ?? null;
  const axes = tf.util.parseAxisParam(given as number[], x.shape);
  if (new Set(axes).size < axes.length) throw new Error(`${name}: the axes [${given}] name one of them twice`);
  return axes;
}

/** Kernels of some engines return what lies in memory where an axis is empty: it gets an element that changes nothing. */
const reduce: Repair = repair<Axes>((call, run) => {
  const { name, inputs } = call;
  const { x } = inputs;
  const axes = axesOf(name, x, call.attributes);
  if (x.size > 0 || !axes.some((axis) => x.shape[axis] === 0)) return run(call);
  const margins = x.shape.map((size, axis): [number, number] => [0, size === 0 && axes.includes(axis) ? 1 : 0]);
  return run({ ...call, inputs: { x: tf.pad(x, margins, ofNothing[name]) } });
});

const find: Repair = repair<Axes>((call, run) => {
  const { name, inputs } = call;
  const [axis] = axesOf(name, inputs.x, call.attributes);
  if (inputs.x.shape[axis] === 0) throw new Error(`${name}: axis ${axis} of [${inputs.x.shape}] is empty`);
  return run(call);
});

const arrange: Repair = repair<Axes>((call, run) => {
  axesOf(call.name, call.inputs.x, call.attributes);
  return run(call);
});

/** Not all of TFJS's kernels know negative axes. */
const accumulate: Repair = repair<{ axis: number }>((call, run) => {
  const [axis] = axesOf(call.name, call.inputs.x, call.attributes);
  return run({ ...call, attributes: { ...call.attributes, axis } });
});

/** Axes that are named twice, negative and empty ones. */
export const reductions: RepairTable = {
  ...forKernels(Object.keys(ofNothing), reduce),
  ...forKernels(['ArgMax', 'ArgMin'], find),
  ...forKernels(['Reverse', 'Transpose'], arrange),
  ...forKernels(['Cumprod', 'Cumsum'], accumulate),
};
