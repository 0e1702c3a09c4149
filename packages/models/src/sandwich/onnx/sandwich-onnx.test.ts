import { createHash } from 'node:crypto';
import { EncodeDecodeIntra, padSymmetric, resize, roundings } from '@sandwich/codec-proxy';
import { startEngine, tf } from '@sandwich/engine';
import { loadOnnxRuntime, type OnnxRuntime } from '@sandwich/onnx';
import { networkSize, type UNetOptions } from '@sandwich/unets';
import { beforeAll, describe, expect, it } from 'vitest';
import { Sandwich } from '../sandwich.js';
import type { SandwichOptions } from '../sandwich-options.js';
import { postProcessorOnnx, preProcessorOnnx } from './sandwich-onnx.js';

let runtime: OnnxRuntime;
beforeAll(async () => {
  await startEngine();
  runtime = await loadOnnxRuntime();
});

const tiny: UNetOptions = { encoderFilters: [4], decoderFilters: [4, 4], variant: 'textbook' };
const deep: UNetOptions = { encoderFilters: [3, 4, 5], decoderFilters: [6, 5, 4, 3], convolutionsPerBlock: 1 };
const proxy = (options = {}) =>
  new EncodeDecodeIntra({ roundingFn: roundings.ste, qstepInit: 9, minQstep: 1, ...options });

// Names of experiments stand for their options.
const models: [string, () => SandwichOptions][] = [
  ['the published model, small', () => ({ pre: { ...deep, variant: 'published' }, post: deep, initialScaler: 0.7 })],
  [
    'color-over-grayscale',
    () => ({
      bottleneckChannels: 1,
      pre: networkSize('slim'),
      post: networkSize('slim'),
      phasePlanes: true,
      initialScaler: 1,
      startFromTransform: true,
    }),
  ],
  [
    'color-over-420',
    () => ({
      pre: tiny,
      post: tiny,
      initialScaler: 0.5,
      proxy: proxy({ convertToYuv: true, downsampleChroma: true }),
    }),
  ],
  ['hires-over-lowres', () => ({ pre: tiny, post: { ...deep, variant: 'textbook' }, downsampleFactor: 2 })],
  ['a third of the size, phase planes', () => ({ pre: tiny, post: tiny, downsampleFactor: 3, phasePlanes: true })],
  ['high-bit-depth', () => ({ pre: tiny, post: tiny, truncateBits: 8, initialScaler: 0.1, startFromTransform: true })],
  [
    'a companding curve, with a condition',
    () => ({
      pre: tiny,
      post: tiny,
      truncateBits: 8,
      light: 'linear',
      companding: true,
      mlpLayers: 1,
      transform: 'wide-yuv',
      startFromTransform: true,
      initialScaler: 0.1,
      conditionOn: 'step',
    }),
  ],
  ['loop-filter', () => ({ pre: null, post: null, loopFilter: tiny, initialScaler: 0.6 })],
  ['post-only', () => ({ pre: null, post: tiny, downsampleFactor: 2, initialScaler: 1 })],
  ['pre-only to gray', () => ({ pre: tiny, post: null, bottleneckChannels: 1, initialScaler: 1 })],
  [
    'a colour carrier beside U-Nets',
    () => ({ bottleneckChannels: 1, pre: tiny, post: tiny, startFrom: 'carrier', initialScaler: 0.5 }),
  ],
  [
    'packed details beside U-Nets',
    () => ({ downsampleFactor: 2, pre: tiny, post: tiny, startFrom: 'details', initialScaler: 0.5, phasePlanes: true }),
  ],
  ['packed details alone', () => ({ downsampleFactor: 2, pre: null, post: null, startFrom: 'details' })],
  ['a colour carrier alone', () => ({ bottleneckChannels: 1, pre: null, post: null, startFrom: 'carrier' })],
  ['no networks, YUV', () => ({ pre: null, post: null, transform: 'yuv' })],
  ['U-Nets alone', () => ({ pre: tiny, post: tiny, mlpLayers: 0, transform: 'yuv', bottleneckChannels: 2 })],
  [
    'linear branches, other channels',
    () => ({ pre: tiny, post: tiny, mlpLayers: 1, inputChannels: 4, bottleneckChannels: 5, outputChannels: 2 }),
  ],
  [
    'conditioned, with a loop filter',
    () => ({
      pre: deep,
      post: tiny,
      loopFilter: tiny,
      bottleneckChannels: 1,
      phasePlanes: true,
      initialScaler: 0.5,
      conditionOn: 'step',
    }),
  ],
  [
    'post-only, conditioned',
    () => ({ pre: null, post: tiny, downsampleFactor: 2, initialScaler: 1, conditionOn: 'step' }),
  ],
  [
    'everything',
    () => ({
      pre: deep,
      post: tiny,
      loopFilter: tiny,
      downsampleFactor: 2,
      truncateBits: 2,
      phasePlanes: true,
      initialScaler: 0.2,
    }),
  ],
];

/** Smooth colours with some noise, of values [0, largest]. */
const picture = ([batch, height, width, channels]: number[], largest: number) =>
  tf.tidy(() => {
    const range = tf.range(0, batch * height * width * channels);
    const wave = range.mul(0.37).sin().add(range.mul(0.011).cos()).mul(0.22).add(0.5);
    return wave.mul(largest).round().reshape<tf.Tensor4D>([batch, height, width, channels]);
  });

/** Biases, and what a condition does, begin as zero, which would hide one that is left out. */
const withBiases = (model: Sandwich): Sandwich => {
  for (const [path, variable] of Object.entries(model.parameters))
    if (/\/(bias|scale|shift)$/.test(path))
      tf.tidy(() => variable.assign(tf.randomUniform(variable.shape, -0.1, 0.1, 'float32', 7)));
  return model;
};

const opened = (bytes: Uint8Array) => runtime.InferenceSession.create(bytes);
const toOnnx = (x: tf.Tensor4D) => new runtime.Tensor('float32', x.dataSync() as Float32Array, x.shape);
const sizeOf = (height: number, width: number) =>
  new runtime.Tensor('int64', BigInt64Array.of(BigInt(height), BigInt(width)), [2]);

/** Largest absolute difference; the shapes are the same. */
function difference(x: tf.Tensor4D, { data, dims }: { data: unknown; dims: readonly number[] }): number {
  expect(dims).toEqual(x.shape);
  const [ours, theirs] = [x.dataSync<'float32'>(), data as ArrayLike<number>];
  return ours.reduce((largest, value, i) => Math.max(largest, Math.abs(value - theirs[i])), 0);
}

/** What `preprocess` computes before it truncates, in levels of the codec. */
const beforeTruncation = (model: Sandwich, images: tf.Tensor4D) =>
  tf.tidy(() => {
    const processed = model.pre!.apply(padSymmetric(images, model.sizeMultiple));
    const [height, width] = processed.shape.slice(1, 3).map((size) => size / model.downsampleFactor);
    return resize(processed, [height, width], 'bicubic', { antialias: true })
      .div(2 ** model.truncateBits)
      .dataSync<'float32'>();
  });

/** The floor of values that are known but for 0.001, which may fall on either side of a whole number. */
function expectFloor(values: Float32Array, floors: Float32Array): void {
  expect(floors.every(Number.isInteger)).toBe(true);
  const aboveFloor = values.map((value, i) => value - floors[i]);
  expect(Math.min(...aboveFloor)).toBeGreaterThan(-1e-3);
  expect(Math.max(...aboveFloor)).toBeLessThan(1 + 1e-3);
}

describe.each(models)('%s', (_, options) => {
  it('is the same in ONNX Runtime, for images of any size', async () => {
    const model = withBiases(new Sandwich(options()));
    const largest = 2 ** (8 + model.truncateBits) - 1;
    const pre = await opened(preProcessorOnnx(model));
    const post = await opened(postProcessorOnnx(model));
    for (const [batch, height, width, tables] of [
      [2, 37, 50, 9],
      [1, 64, 16, 32],
      [3, 5, 1, 210],
    ]) {
      const step = model.conditionOn === 'step' ? tables : undefined;
      const exponent = model.companding ? 9 / (9 + height) : undefined;
      const scalars = Object.entries({ step, exponent }).filter(([, value]) => value !== undefined);
      const told = Object.fromEntries(
        scalars.map(([name, value]) => [name, new runtime.Tensor('float32', [value!], [1])]),
      );
      const images = picture([batch, height, width, model.inputChannels], largest);
      const bottleneck = model.preprocess(images, { step, exponent });
      const coded = await pre.run({ images: toOnnx(images), ...told });
      if (model.truncateBits === 0 || model.companding)
        expect(difference(bottleneck, coded.bottleneck_float)).toBeLessThan(1e-3);
      else expectFloor(beforeTruncation(model, images), coded.bottleneck_float.data as Float32Array);

      expect(coded.bottleneck.type).toBe('uint8');
      const rounded = tf.tidy(() => tf.tensor4d(coded.bottleneck_float.data as Float32Array, bottleneck.shape));
      const clipped = tf.tidy(() => tf.round(tf.clipByValue(rounded, 0, 255)) as tf.Tensor4D);
      expect(difference(clipped, coded.bottleneck)).toBe(0);

      const prediction = model.postprocess(clipped, { height, width, step, exponent });
      const restored = await post.run({ decoded: toOnnx(clipped), size: sizeOf(height, width), ...told });
      expect(difference(prediction, restored.prediction) / (largest / 255)).toBeLessThan(1e-3);
      tf.dispose([images, bottleneck, rounded, clipped, prediction]);
    }
    await pre.release();
    await post.release();
    model.dispose();
  });
});

describe('preProcessorOnnx and postProcessorOnnx', () => {
  it.each([
    [0, '0 to 255'],
    [2, '0 to 1023'],
    [8, '0 to 65535'],
  ])('name the range of images of 8 + %i bits', (truncateBits, range) => {
    const model = new Sandwich({ pre: tiny, post: tiny, initialScaler: 1, truncateBits });
    for (const file of [preProcessorOnnx(model), postProcessorOnnx(model)]) {
      // StringStringEntryProto: the key, then field 2, a text of so many bytes.
      const entry = `image_range\x12${String.fromCharCode(range.length)}${range}`;
      expect(Buffer.from(file).includes(entry, 0, 'latin1')).toBe(true);
    }
    model.dispose();
  });

  // SHA-256 of the files of the version before networks could be told the quantiser step.
  it('write the same bytes as ever where there is no condition', () => {
    const model = new Sandwich({
      pre: tiny,
      post: tiny,
      loopFilter: tiny,
      phasePlanes: true,
      initialScaler: 0.5,
      truncateBits: 2,
    });
    const hashes = [preProcessorOnnx, postProcessorOnnx].map((make) =>
      createHash('sha256').update(make(model)).digest('hex'),
    );
    expect(hashes).toEqual([
      '4b01229d9d169f40f73cd3ab3557cd85d15904fc755e5b24c2e1a379f0af07b6',
      'fd291a607b64f7429b5bafaf624d037539c26cf4795de97bdfbcb97031ce8f86',
    ]);
    model.dispose();
  });

  it('leave out what the configuration leaves out', async () => {
    const model = withBiases(new Sandwich({ pre: tiny, post: tiny, initialScaler: 1 }));
    model.setActiveNetworks('mlps-only');
    const pre = await opened(preProcessorOnnx(model));
    const images = picture([1, 8, 8, 3], 255);
    const bottleneck = model.preprocess(images);
    const coded = await pre.run({ images: toOnnx(images) });
    expect(difference(bottleneck, coded.bottleneck_float)).toBeLessThan(1e-3);
    await pre.release();
    tf.dispose([images, bottleneck]);
    model.dispose();
  });

  it('refuse a bottleneck and a size that do not belong together', async () => {
    const model = new Sandwich({ pre: null, post: tiny, downsampleFactor: 2 });
    // ONNX Runtime prints errors otherwise.
    const post = await runtime.InferenceSession.create(postProcessorOnnx(model), { logSeverityLevel: 4 });
    const run = (height: number, width: number) => {
      const decoded = new runtime.Tensor('float32', new Float32Array(16 * 8 * 3), [1, 16, 8, 3]);
      return post.run({ decoded, size: sizeOf(height, width) });
    };
    expect((await run(32, 16)).prediction.dims).toEqual([1, 32, 16, 3]);
    expect((await run(17, 1)).prediction.dims).toEqual([1, 17, 1, 3]);
    for (const [height, width] of [
      [33, 16],
      [16, 16],
      [16, 32],
    ])
      await expect(run(height, width)).rejects.toThrow('decoded_fits_size');
    await post.release();
    model.dispose();
  });
});
