import { tf } from '@sandwich/engine';

/** Random numbers that are drawn anew for each batch. */
export interface Noise {
  shape: number[];
  /** Uniform in [0, 1), or normal with mean 0 and variance 1. */
  kind: 'uniform' | 'normal';
}

/** Which batch of a training noise is for. */
export interface NoisePlace {
  seed: number;
  step: number;
  /** Number among the batches of one step. Default 0. */
  batch?: number;
  /** Number of the process. Default 0. */
  rank?: number;
}

/** Draws noise by name: the same for the same place, other numbers for each other one and for each name. */
export function drawNoise(noise: Record<string, Noise>, place: NoisePlace): Record<string, tf.Tensor> {
  return Object.fromEntries(
    Object.entries(noise).map(([name, { shape, kind }], i) => {
      const seed = seedOf(place, i);
      const make = kind === 'uniform' ? tf.randomUniform : tf.randomNormal;
      return [name, make(shape, 0, 1, 'float32', seed)];
    }),
  );
}

/** Different for all numbers of steps, batches, processes and names that occur. */
const seedOf = ({ seed, step, batch = 0, rank = 0 }: NoisePlace, index: number): number =>
  ((seed * 1_000_003 + step) * 101 + index + 1) * 1009 + 64 * rank + batch;
