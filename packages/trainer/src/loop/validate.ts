import { tf } from '@sandwich/engine';
import { mapPaths } from '../optimizers/optimizer.js';
import { inputsOf } from '../step/inputs-of.js';
import { meanOf, type StepMetrics } from '../step/metrics.js';
import { drawNoise } from '../step/noise.js';
import type { Objective } from '../system.js';

/** When an objective is judged, and the seed of its noise. */
interface ValidationOptions {
  step: number;
  progress: number;
  seed: number;
}

/** Metrics of a batch, without gradients. */
async function metricsOf(
  objective: Objective,
  batch: Parameters<typeof inputsOf>[0],
  { step, progress, seed }: ValidationOptions,
  index: number,
): Promise<StepMetrics> {
  const phase = objective.phaseAt(step, progress, 'validate');
  const metrics = tf.tidy(() => {
    // The same noise at each validation: what differs is what was learned.
    const inputs = { ...inputsOf(batch), ...drawNoise(phase.noise ?? {}, { seed, step: 0, batch: index }) };
    return objective.loss(
      inputs,
      phase,
      mapPaths(phase.scalars ?? {}, (value) => tf.scalar(value)),
    );
  });
  try {
    const read = Object.entries(metrics).map(async ([name, tensor]) => [name, (await tensor.data())[0]] as const);
    return Object.fromEntries(await Promise.all(read)) as StepMetrics;
  } finally {
    tf.dispose(metrics);
  }
}

/**
 * Judges an objective on what is held back.
 *
 * @returns the mean metrics of all its batches with the status of the objective; undefined where nothing is held back
 */
export async function validate(objective: Objective, options: ValidationOptions): Promise<StepMetrics | undefined> {
  const share = { rank: 0, size: 1 };
  const stream = await objective.batches({ purpose: 'validate', position: 0, share });
  if (stream === null) return undefined;
  try {
    const all: StepMetrics[] = [];
    for (let batch = await stream.next(); batch !== null; batch = await stream.next()) {
      all.push(await metricsOf(objective, batch, options, all.length));
    }
    if (all.length === 0) throw new Error(`${stream.description}: there is no batch to validate on`);
    const mean = meanOf(all);
    return { ...mean, ...objective.status?.(mean) };
  } finally {
    await stream.close();
  }
}
