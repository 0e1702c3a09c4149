// Calls that TFJS's ops make of kernels are put right here, once for all engines.

import { tf } from '../tf.js';
import type { Call, Inputs, Repair, RepairTable, Run } from './call.js';
import { einsum } from './einsum.js';
import { indices } from './indices.js';
import { matrices } from './matrices.js';
import { normalization } from './normalization.js';
import { reductions } from './reductions.js';
import { shapes } from './shapes.js';
import { types } from './types.js';
import { pixels, windows } from './windows.js';

/** Repairs of each kernel, the first of which sees the call first. */
function collect(tables: RepairTable[]): Map<string, Repair[]> {
  const repairs = new Map<string, Repair[]>();
  for (const table of tables)
    for (const [name, repair] of Object.entries(table)) repairs.set(name, [...(repairs.get(name) ?? []), repair]);
  return repairs;
}

let repaired = false;

/** Idempotent. */
export function repairCalls(): void {
  if (repaired) return;
  repaired = true;
  const engine = tf.engine();
  const runKernel = engine.runKernel.bind(engine);
  const runs = new Map<string, Run>();
  for (const [name, repairs] of collect([
    types,
    reductions,
    einsum,
    indices,
    matrices,
    normalization,
    shapes,
    windows,
    pixels,
  ])) {
    const last: Run = ({ name, inputs, attributes }) => runKernel(name, inputs, attributes as tf.NamedAttrMap);
    runs.set(
      name,
      repairs.reduceRight<Run>((next, repair) => (call) => repair(call as Call<never>, next), last),
    );
  }
  engine.runKernel = ((name, inputs, attributes) => {
    const run = runs.get(name);
    return run
      ? run({ name, inputs: inputs as Inputs, attributes: attributes ?? {} })
      : runKernel(name, inputs, attributes);
  }) as typeof engine.runKernel;
}
