import { EncodeDecodeIntra, roundings } from '@sandwich/codec-proxy';
import { startEngine, tf } from '@sandwich/engine';
import type { Picture } from '@sandwich/pictures';
import { networkSize, type UNetOptions } from '@sandwich/unets';
import { beforeAll, describe, expect, it } from 'vitest';
import { Sandwich } from '../sandwich.js';
import type { SandwichOptions } from '../sandwich-options.js';
import { postprocessInTiles, preprocessInTiles } from './tiles.js';

beforeAll(async () => {
  await startEngine();
});

const slim = networkSize('slim');
const tiny: UNetOptions = { encoderFilters: [4], decoderFilters: [4, 4], variant: 'textbook' };
const yuv420 = () =>
  new EncodeDecodeIntra({ roundingFn: roundings.ste, convertToYuv: true, downsampleChroma: true, qstepInit: 8 });
const networks: SandwichOptions = { pre: slim, post: slim, initialScaler: 1, startFromTransform: true };

const variants: [name: string, options: () => SandwichOptions, step?: number, exponent?: number][] = [
  ['one channel, phase planes', () => ({ ...networks, bottleneckChannels: 1, phasePlanes: true })],
  ['half the size', () => ({ ...networks, downsampleFactor: 2 })],
  [
    'a third of the size, phase planes',
    () => ({ ...networks, pre: tiny, post: tiny, downsampleFactor: 3, phasePlanes: true }),
  ],
  ['4:2:0', () => ({ ...networks, proxy: yuv420() })],
  ['a loop filter', () => ({ ...networks, downsampleFactor: 2, loopFilter: tiny })],
  ['medium networks', () => ({ ...networks, pre: networkSize('medium'), post: networkSize('medium') })],
  ['16 bits', () => ({ ...networks, truncateBits: 8 })],
  ['a companding curve', () => ({ ...networks, truncateBits: 8, companding: true }), undefined, 0.4],
  ['a condition', () => ({ ...networks, bottleneckChannels: 1, conditionOn: 'step' }), 77],
  ['packed details', () => ({ pre: null, post: null, downsampleFactor: 2, startFrom: 'details' })],
  [
    'packed details beside U-Nets',
    () => ({ ...networks, startFromTransform: false, downsampleFactor: 2, startFrom: 'details' }),
  ],
  ['a colour carrier', () => ({ pre: null, post: null, bottleneckChannels: 1, startFrom: 'carrier' })],
  ['fixed transforms', () => ({ pre: null, post: null, downsampleFactor: 2 })],
];

/** Pixels that nothing can guess from their neighbours. */
function noise(
  width: number,
  height: number,
  channels: number,
  bits: number,
): Picture<Uint8Array | Uint16Array, number> {
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> (32 - bits);
  };
  const length = width * height * channels;
  const data = bits === 8 ? Uint8Array.from({ length }, next) : Uint16Array.from({ length }, next);
  return { data, width, height, channels };
}

const toTensor = ({ data, width, height, channels }: Picture<Uint8Array | Uint16Array, number>) =>
  tf.tensor4d(new Float32Array(data), [1, height, width, channels]);

function differences(a: ArrayLike<number>, b: ArrayLike<number>): { largest: number; share: number } {
  expect(a.length).toBe(b.length);
  let [largest, count] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    largest = Math.max(largest, Math.abs(a[i] - b[i]));
    if (a[i] !== b[i]) count++;
  }
  return { largest, share: count / a.length };
}

/** The condition begins without an effect. */
const setModulation = ({ parameters }: Sandwich) => {
  for (const [path, variable] of Object.entries(parameters))
    if (/\/(scale|shift)$/.test(path))
      tf.tidy(() => variable.assign(tf.randomUniform(variable.shape, -0.2, 0.2, 'float32', 5)));
};

describe.each(variants)('tiles of a sandwich with %s', (_, options, step, exponent) => {
  it('make what the whole image makes', async () => {
    const model = new Sandwich(options());
    setModulation(model);
    const { truncateBits } = model.architecture;
    const peak = 2 ** (8 + truncateBits) - 1;
    const image = noise(107, 83, 3, 8 + truncateBits);

    const whole = tf.tidy(
      () => tf.round(tf.clipByValue(model.preprocess(toTensor(image), { step, exponent }), 0, 255)) as tf.Tensor4D,
    );
    const bottleneck = await preprocessInTiles(model, image, { tile: 32, step, exponent });
    expect([1, bottleneck.height, bottleneck.width, bottleneck.channels]).toEqual(whole.shape);
    // Where the float lies on the edge of two levels, its rounding decides.
    const before = differences(bottleneck.data, whole.dataSync());
    expect(before.largest).toBeLessThanOrEqual(1);
    expect(before.share).toBeLessThan(1e-3);
    expect(new Set(bottleneck.data).size).toBeGreaterThan(100);

    const received = noise(bottleneck.width, bottleneck.height, bottleneck.channels, 8) as Picture<Uint8Array, number>;
    const prediction = tf.tidy(() => {
      const output = model.postprocess(toTensor(received), { ...image, step, exponent });
      return tf.round(tf.clipByValue(output, 0, peak)).dataSync();
    });
    const restored = await postprocessInTiles(model, received, image, { tile: 32, step, exponent });
    expect([restored.width, restored.height, restored.channels]).toEqual([107, 83, 3]);
    const after = differences(restored.data, prediction);
    expect(after.largest).toBeLessThanOrEqual(1);
    expect(after.share).toBeLessThan(truncateBits === 0 ? 1e-3 : 0.1);
    tf.dispose(whole);
    model.dispose();
  });
});

describe('tiles', () => {
  it.each([
    [1, 1],
    [3, 70],
    [17, 1],
  ])('take an image of %i x %i', async (width, height) => {
    const model = new Sandwich({ ...networks, downsampleFactor: 2 });
    const image = noise(width, height, 3, 8);
    const whole = tf.tidy(() => tf.round(tf.clipByValue(model.preprocess(toTensor(image)), 0, 255)).dataSync());
    const bottleneck = await preprocessInTiles(model, image, { tile: 16 });
    expect(differences(bottleneck.data, whole).largest).toBeLessThanOrEqual(1);
    const { data } = await postprocessInTiles(model, bottleneck, { width, height });
    expect(data.length).toBe(3 * width * height);
    model.dispose();
  });

  it('leave no tensors behind', async () => {
    const model = new Sandwich({ ...networks });
    const before = tf.memory().numTensors;
    const bottleneck = await preprocessInTiles(model, noise(40, 40, 3, 8), { tile: 16 });
    await postprocessInTiles(model, bottleneck, { width: 40, height: 40 }, { tile: 16 });
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });

  it('refuse what does not fit', async () => {
    const model = new Sandwich({ ...networks });
    await expect(preprocessInTiles(model, noise(8, 8, 1, 8))).rejects.toThrow(
      'preprocessInTiles: the model takes 3 channels, the picture has 1',
    );
    await expect(preprocessInTiles(model, { ...noise(8, 8, 3, 8), width: 9 })).rejects.toThrow(
      'a picture of 9 x 8 x 3 has 216 samples, at least one, got 192',
    );
    const bottleneck = noise(16, 16, 3, 8) as Picture<Uint8Array, number>;
    await expect(postprocessInTiles(model, bottleneck, { width: 17, height: 9 })).rejects.toThrow(
      'postprocessInTiles: the bottleneck of an image of 17 x 9 is 24 x 16, got 16 x 16',
    );
    model.dispose();
  });
});
