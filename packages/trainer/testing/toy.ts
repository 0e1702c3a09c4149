import { fileURLToPath } from 'node:url';
import type { Batch, BatchStream } from '@sandwich/data';
import { type Parameters, tf } from '@sandwich/engine';
import { defineObjective } from '../src/experiment/define-objective.js';
import { registerKind } from '../src/kinds/system-kinds.js';
import type { Metrics, Objective, System } from '../src/system.js';

/** A line through points, which keeps a running mean of what it was trained on. */
export class Toy implements System<{ slope: number }> {
  readonly kind = 'toy';
  readonly parameters: Parameters;
  readonly state: Parameters;

  constructor(readonly architecture: { slope: number }) {
    const variable = (value: number) => tf.tidy(() => tf.variable(tf.scalar(value)));
    this.parameters = { slope: variable(architecture.slope), offset: variable(0) };
    this.state = { mean: variable(0) };
  }

  dispose(): void {
    tf.dispose([this.parameters, this.state]);
  }
}

export const toyKind = registerKind<Toy>({
  name: 'toy',
  module: import.meta.url,
  build: (architecture) => new Toy(architecture),
});

const POINTS = 4;

/** Points x, and y = 3x + 1, of batches that depend on their numbers alone. */
export function toyBatches(
  name: string,
  { from, to = Number.POSITIVE_INFINITY, share }: { from: number; to?: number; share: { rank: number; size: number } },
): BatchStream {
  let number = from;
  return {
    description: name,
    files: [name],
    async next(): Promise<Batch | null> {
      if (number >= to) return null;
      const all = Array.from({ length: POINTS }, (_, i) => Math.sin(1 + number * POINTS + i));
      number++;
      const x = all.filter((_, i) => i % share.size === share.rank);
      const tensor = (values: number[]) => ({ shape: [values.length], values: Float32Array.from(values) });
      return { arrays: { x: tensor(x), y: tensor(x.map((value) => 3 * value + 1)) }, files: [`batch ${number}`] };
    },
    async close() {},
  };
}

const settings = {
  /** Batches to train on. */
  batches: 1e6,
  /** Batches that are held back. */
  heldBack: 0,
  /** Standard deviation of noise on y. */
  noise: 0,
  /** Steps of the first phase, in which the slope alone is trained by. */
  stepsOfFirst: 0,
};

export const toyDefinition = defineObjective({
  description: 'a line through points',
  settings,
  objective({ batches, heldBack, noise, stepsOfFirst }): Objective<Toy> {
    const system = new Toy({ slope: 0.5 });
    const { slope, offset } = system.parameters as Record<string, tf.Variable<tf.Rank.R0>>;
    const { mean } = system.state as Record<string, tf.Variable<tf.Rank.R0>>;
    return {
      system,
      description: { loss: 'squared error' },
      async batches({ purpose, position, share }) {
        if (purpose === 'train') return toyBatches('points', { from: position, to: batches, share });
        return heldBack === 0 ? null : toyBatches('points held back', { from: -heldBack, to: 0, share });
      },
      phaseAt: (step, _, purpose) => ({
        key: `${step < stepsOfFirst ? 'first' : 'second'}, ${purpose}`,
        scalars: { weight: 1 + step / 100 },
        ...(noise > 0 && { noise: { disturbance: { shape: [1], kind: 'normal' as const } } }),
      }),
      loss({ x, y, disturbance }, { key }, { weight }) {
        if (key.endsWith('train')) mean.assign(mean.mul(0.9).add(tf.mean(y).mul(0.1)));
        const target = disturbance ? y.add(disturbance.mul(noise)) : y;
        const line = key.startsWith('first') ? x.mul(slope) : x.mul(slope).add(offset);
        const squared = tf.mean(tf.squaredDifference(line, target)) as tf.Scalar;
        const metrics: Metrics = { loss: squared.mul(weight), squared };
        return key.startsWith('first') ? metrics : { ...metrics, offset: offset.add(0) };
      },
      status: ({ squared }) => ({ quality: -squared }),
      progress: ({ quality }) => [`quality ${quality.toFixed(3)}`],
    };
  },
});

export default toyDefinition;

/** Where this experiment lies. */
export const toyFile = fileURLToPath(import.meta.url);
