import { setImmediate } from 'node:timers/promises';
import { releaseMemory, tf } from '@sandwich/engine';
import { SMALLEST_MS_SSIM, SMALLEST_SSIM, ssim, ssimAndMsSsim } from '@sandwich/losses';
import type { Picture } from '@sandwich/pictures';
import type { Measure, MeasureDescription } from '../measure.js';
import { inEightBits } from './in-eight-bits.js';
import { meanOverItems } from './mean.js';

/** One channel of a picture, [1, H, W, 1]. */
function planeOf({ data, width, height, channels }: Picture<Uint8Array>, channel: number): tf.Tensor4D {
  const plane = new Float32Array(width * height);
  for (let i = 0; i < plane.length; i++) plane[i] = data[i * channels + channel];
  return tf.tensor4d(plane, [1, height, width, 1]);
}

/**
 * Means over the channels, of which one at a time is in memory, of what some function says of two planes.
 *
 * @returns for each picture the values that it gives
 */
async function meansOverPlanes(
  original: Picture<Uint8Array>,
  pictures: readonly Picture<Uint8Array>[],
  compare: (a: tf.Tensor4D, b: tf.Tensor4D) => tf.Tensor1D[],
): Promise<number[][]> {
  const byChannel: number[][][] = [];
  for (let channel = 0; channel < original.channels; channel++) {
    const plane = planeOf(original, channel);
    const values: number[][] = [];
    for (const picture of pictures) {
      values.push(tf.tidy(() => compare(plane, planeOf(picture, channel)).map((value) => value.dataSync()[0])));
      await setImmediate();
    }
    plane.dispose();
    byChannel.push(values);
  }
  return pictures.map((_, k) =>
    byChannel[0][k].map((_, i) => byChannel.reduce((sum, values) => sum + values[k][i], 0) / byChannel.length),
  );
}

/** SSIM and MS-SSIM of each picture, as far as it is large enough for them. */
function similarities(original: Picture<Uint8Array>, pictures: readonly Picture<Uint8Array>[]): Promise<number[][]> {
  // The coders' activations, for which measures have no use.
  releaseMemory();
  const side = Math.min(original.width, original.height);
  if (side >= SMALLEST_MS_SSIM) {
    return meansOverPlanes(original, pictures, (a, b) => Object.values(ssimAndMsSsim(a, b)));
  }
  if (side >= SMALLEST_SSIM) return meansOverPlanes(original, pictures, (a, b) => [ssim(a, b)]);
  return Promise.resolve(pictures.map(() => []));
}

const similarityMeasures: readonly MeasureDescription[] = [
  { key: 'ssim-rgb', label: 'SSIM', better: 'more', digits: 4 },
  { key: 'ms-ssim-rgb', label: 'MS-SSIM', better: 'more', digits: 4 },
];

/** SSIM and MS-SSIM over 8-bit samples, means over the channels. They share their work on the same outputs. */
export function ssimMeasures(): Measure<Picture>[] {
  const measured = new WeakMap<readonly Picture[], Promise<number[][]>>();
  const shared = (original: Picture, outputs: readonly Picture[]): Promise<number[][]> => {
    const found = measured.get(outputs) ?? similarities(inEightBits(original), outputs.map(inEightBits));
    measured.set(outputs, found);
    return found;
  };
  return similarityMeasures.map((description, i) => ({
    ...description,
    perItem: async (original, outputs) =>
      (await shared(original, outputs)).map((values) => (i < values.length ? [values[i]] : null)),
    aggregate: meanOverItems,
  }));
}
