import { decodeJpeg, encodeJpeg } from '@sandwich/codecs';
import { startEngine, tf } from '@sandwich/engine';
import { checkGradient } from '@sandwich/engine/testing';
import type { Picture } from '@sandwich/pictures';

import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { busyImages } from '../../testing/busy-images.js';
import { crossEntropy } from '../classifiers/cross-entropy.js';
import type { Recogniser } from '../classifiers/recogniser.js';
import { attackAt, recognisedInFiles } from './attack-grid.js';
import { meanAttackInterval } from './attack-success.js';
import { type AttackOptions, attackThroughJpeg } from './attack-through-jpeg.js';
import { jpegGradients } from './jpeg-gradients.js';

const SIDE = 16;
let weights: tf.Tensor4D;
let images: tf.Tensor4D;
let tensors: number;

/** Says 1 where a weighted sum of the samples is positive: its gradient is the weights wherever the label is 0. */
const linear: Recogniser = {
  name: 'linear',
  classes: 2,
  smallestSide: 1,
  apply: (x) =>
    tf.tidy(() => {
      const score = tf.sum<tf.Tensor1D>(tf.mul(tf.sub(x, 128), weights), [1, 2, 3]);
      return tf.stack([tf.neg(score), score], 1).mul(1e-3);
    }),
  loss: crossEntropy,
  measures: [],
  dispose: () => {},
};

const options: AttackOptions = {
  method: 'fgsm',
  budget: 4,
  steps: 5,
  quality: 75,
  subsampling: '4:4:4',
  forward: 'proxy',
  gradient: 'none',
  seed: 1,
};

beforeAll(async () => {
  await startEngine();
});
beforeEach(() => {
  tensors = tf.memory().numTensors;
  weights = tf.tidy(() => busyImages(SIDE, SIDE, 1).sub(128).div<tf.Tensor4D>(128));
  images = busyImages(SIDE, SIDE);
});
afterEach(() => {
  tf.dispose([weights, images]);
  expect(tf.memory().numTensors).toBe(tensors);
});

const attack = async (changes: Partial<AttackOptions>): Promise<Float32Array> => {
  const labels = tf.tensor1d([0, 1], 'int32');
  try {
    const changed = await attackThroughJpeg(linear, images, labels, { ...options, ...changes });
    const values = await changed.data<'float32'>();
    changed.dispose();
    return values;
  } finally {
    labels.dispose();
  }
};

/** Where FGSM ends up that sees the images themselves: image 0 goes along the sign of the weights, image 1 against it. */
function farthest(budget: number): number[] {
  const signs = Array.from(weights.dataSync(), Math.sign);
  return Array.from(images.dataSync(), (value, i) => {
    const towards = i < signs.length ? 1 : -1;
    return Math.min(Math.max(value + towards * budget * signs[i % signs.length], 0), 255);
  });
}

describe('attackThroughJpeg', () => {
  it('makes one step of the budget along the sign of the gradient', async () => {
    expect(Array.from(await attack({ budget: 4 }))).toEqual(farthest(4));
  });

  it('arrives at the same place by several shorter steps, where the gradient never turns', async () => {
    expect(Array.from(await attack({ method: 'i-fgsm', budget: 8, steps: 4 }))).toEqual(farthest(8));
  });

  it('starts anywhere in the ball and still reaches its border', async () => {
    expect(Array.from(await attack({ method: 'pgd', budget: 8, steps: 10 }))).toEqual(farthest(8));
    // With weights of zero no step is made: what comes out is where it started.
    const nonzero = weights;
    weights = tf.zeros([1, SIDE, SIDE, 3]);
    nonzero.dispose();
    const starts = (seed: number) => attack({ method: 'pgd', budget: 8, seed });
    expect(await starts(3)).toEqual(await starts(3));
    expect(await starts(3)).not.toEqual(await starts(4));
  });

  it.each(
    Object.keys(jpegGradients).flatMap((gradient) =>
      (['real', 'proxy'] as const).map((forward) => ({ gradient, forward })),
    ),
  )('stays within the budget, in whole gray levels: $gradient, $forward', async ({ gradient, forward }) => {
    const before = images.dataSync();
    const after = await attack({ method: 'i-fgsm', budget: 3, steps: 3, gradient, forward });
    const changes = after.map((value, i) => value - before[i]);
    expect(Math.max(...changes.map(Math.abs))).toBe(3);
    expect(after.every((value) => Number.isInteger(value) && value >= 0 && value <= 255)).toBe(true);
  });

  it('names options that are out of range', async () => {
    await expect(attack({ budget: 2.5 })).rejects.toThrow('budget must be a whole number of 1 to 255, got 2.5');
    await expect(attack({ quality: 0 })).rejects.toThrow('quality must be a whole number of 1 to 100, got 0');
    await expect(attack({ steps: 0 })).rejects.toThrow('steps must be');
    await expect(attack({ gradient: 'hard' })).rejects.toThrow('gradient must be one of diff-jpeg');
    await expect(attack({ method: 'cw' as never })).rejects.toThrow('method must be fgsm, i-fgsm, pgd, got cw');
  });
});

describe('jpegGradients', () => {
  it('show a recogniser what libjpeg decodes', async () => {
    const jpeg = { quality: 40, subsampling: '4:2:0', forward: 'real' } as const;
    const data = Uint8Array.from(images.dataSync().subarray(0, images.size / 2));
    const bytes = encodeJpeg({ data, width: SIDE, height: SIDE, channels: 3 }, jpeg);
    const decoded = Array.from((await decodeJpeg(bytes)).data);
    for (const [name, gradient] of Object.entries(jpegGradients)) {
      if (name === 'none') continue;
      const first = tf.tidy(() => gradient(images, jpeg, 0).slice([0, 0, 0, 0], [1, SIDE, SIDE, 3]).dataSync());
      expect(Array.from(first), name).toEqual(decoded);
    }
  });

  it('of smooth stand-ins are those of their values', () => {
    const jpeg = { quality: 75, subsampling: '4:4:4', forward: 'proxy' } as const;
    for (const name of ['identity', 'sine', 'softmax']) {
      const loss = (x: tf.Tensor4D) => linear.apply(jpegGradients[name](x, jpeg, 0));
      checkGradient(loss, images, { direction: 'gradient', step: 0.05, tolerance: 0.02 });
    }
  });
});

describe('attackAt', () => {
  const { data } = ((): { data: Uint8Array } => ({ data: new Uint8Array(SIDE * SIDE * 3).fill(128) }))();
  const gray = (): Picture<Uint8Array, 3> => ({ data, width: SIDE, height: SIDE, channels: 3 });
  const settings = { method: 'i-fgsm', steps: 4, subsampling: '4:4:4', forward: 'real', seed: 0 } as const;

  it('counts pictures that were right before, file against file', async () => {
    // A flat picture is decoded as it is; whatever its score, one label is right and the other one wrong.
    const items = [0, 1, 0].map((label) => ({ picture: gray(), label }));
    const place = { gradient: 'none', budget: 8, quality: 90 };
    const before = await recognisedInFiles(linear, items, { ...settings, ...place });
    const { outcomes } = await attackAt(linear, items, before, place, settings);
    const right = outcomes.map((outcome) => outcome !== 'missed');
    expect(right).toEqual(right[0] ? [true, false, true] : [false, true, false]);
    expect(outcomes).toContain('fooled');
  });

  it('leaves pictures alone that were wrong before, and keeps the order of the others', async () => {
    const busy = Array.from(images.dataSync().subarray(0, images.size / 2));
    const place = { gradient: 'none', budget: 1, quality: 75 };
    const dark = [1, 2, 3, 4, 5].map((shift) => ({
      picture: { ...gray(), data: Uint8Array.from(busy, (value) => value >> shift) },
      label: 0,
    }));
    const zero = await recognisedInFiles(linear, dark, { ...settings, ...place });
    const items = dark.map(({ picture }, i) => ({ picture, label: Number(zero[i] === (i % 2 === 0)) }));
    const alone = await Promise.all(items.map((item) => attackAt(linear, [item], [true], place, settings)));
    const before = [false, true, true, false, true];
    const { outcomes } = await attackAt(linear, items, before, place, settings);
    expect(outcomes).toEqual(before.map((right, i) => (right ? alone[i].outcomes[0] : 'missed')));
    expect(new Set(outcomes)).toEqual(new Set(['missed', 'held', 'fooled']));
  });
});

describe('meanAttackInterval', () => {
  const place = { gradient: 'none', budget: 2, quality: 50 };
  const strong = { ...place, outcomes: [...new Array(60).fill('fooled'), ...new Array(20).fill('held')] };
  const weak = { ...place, outcomes: [...new Array(20).fill('fooled'), ...new Array(60).fill('held')] };

  it('is a mean over places with an interval, and a difference picture by picture', () => {
    const mean = meanAttackInterval([strong, weak]);
    expect(mean.value).toBe(0.5);
    expect(mean.low).toBeLessThan(0.45);
    expect(mean.high).toBeGreaterThan(0.55);
    const difference = meanAttackInterval([strong], [weak]);
    expect(difference.value).toBe(0.5);
    expect(difference.low).toBeGreaterThan(0.35);
    expect(meanAttackInterval([weak], [weak])).toEqual({ value: 0, low: 0, high: 0 });
  });

  it('leaves out places at which no picture was known before', () => {
    const unknown = { ...place, outcomes: new Array(80).fill('missed') };
    expect(meanAttackInterval([strong, unknown])).toEqual(meanAttackInterval([strong]));
    expect(meanAttackInterval([unknown])).toEqual({ value: NaN, low: NaN, high: NaN });
  });
});
