import type { Batch, BatchStream, Share } from '../batch-stream.js';
import { Random } from '../random.js';
import { synthesizeShapes } from './synthesize-shapes.js';

/** Options of `openShapeStream`. */
export interface ShapeStreamOptions {
  /** An integer from 0 to 2^53 - 1. */
  seed: number;
  /** Side of the pictures, pixels, at least 8. */
  side: number;
  batchSize: number;
  /** `train`: pictures without end; `validate`: `count` other pictures, once. */
  purpose: 'train' | 'validate';
  /** Pictures to judge on. */
  count: number;
  /** Number of the first batch, default 0. */
  position?: number;
  /** The part of each batch that this process takes, default all. */
  share?: Share;
}

/**
 * Opens batches of `synthesizeShapes`: `images`, [B, side, side, 3], whole numbers in [0, 255], and `labels`, [B, side, side]. A batch depends on
 * nothing but the seed, its number and the settings.
 *
 * @throws RangeError when training's batches cannot be shared equally
 */
export function openShapeStream(options: ShapeStreamOptions): BatchStream {
  const { seed, side, batchSize, purpose, count, position = 0, share = { rank: 0, size: 1 } } = options;
  if (purpose === 'train' && batchSize % share.size !== 0) {
    throw new RangeError(
      `openShapeStream: a batch of ${batchSize} cannot be shared equally by ${share.size} processes`,
    );
  }
  const total = purpose === 'train' ? Number.POSITIVE_INFINITY : count;
  const make = (number: number) => {
    const place: [number, number, number] = [number, purpose === 'train' ? 0 : 1, 0];
    return synthesizeShapes({ width: side, height: side, seed: new Random(seed, place).integer(2 ** 31) });
  };
  let batch = position;
  return {
    description:
      purpose === 'train' ? `synthetic shapes of ${side}x${side}` : `${count} synthetic shapes of ${side}x${side}`,
    files: [],
    async next(): Promise<Batch | null> {
      const first = batch++ * batchSize;
      const size = Math.min(batchSize, total - first);
      if (size <= 0) return null;
      const [from, to] = [share.rank, share.rank + 1].map((part) => first + Math.floor((part * size) / share.size));
      const made = Array.from({ length: to - from }, (_, i) => make(from + i));
      const images = new Float32Array(made.length * 3 * side * side);
      const labels = new Int32Array(made.length * side * side);
      for (const [i, { picture, labels: own }] of made.entries()) {
        images.set(picture.data, i * picture.data.length);
        labels.set(own, i * own.length);
      }
      return {
        arrays: {
          images: { shape: [made.length, side, side, 3], values: images },
          labels: { shape: [made.length, side, side], values: labels },
        },
        files: made.map((_, i) => `synthetic shapes ${from + i}`),
      };
    },
    async close() {},
  };
}
