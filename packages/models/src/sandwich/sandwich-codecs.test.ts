import {
  type CodecDescription,
  type DifferentiableCodec,
  DiffJpegCodec,
  EncodeDecodeIntra,
  type Knobs,
  registerCodec,
  roundings,
} from '@sandwich/codec-proxy';
import { startEngine, tf } from '@sandwich/engine';
import type { UNetOptions } from '@sandwich/unets';
import { beforeAll, describe, expect, it } from 'vitest';
import { predictionError } from '../../testing/prediction-error.js';
import { buildSandwich, missingFromArchitecture } from './build-sandwich.js';
import { codecFiles } from './codec-files.js';
import { Sandwich } from './sandwich.js';
import type { SandwichArchitecture } from './sandwich-architecture.js';

beforeAll(async () => {
  await startEngine();
});

const tiny: UNetOptions = { encoderFilters: [4], decoderFilters: [4, 4], variant: 'textbook', initializer: 'he' };
const sandwich = (proxy: DifferentiableCodec, bottleneckChannels = 3) =>
  new Sandwich({
    pre: tiny,
    post: tiny,
    bottleneckChannels,
    initialScaler: 0.3,
    startFromTransform: true,
    seed: 4,
    proxy,
  });
const pictures = () => tf.randomUniform<tf.Rank.R4>([1, 28, 20, 3], 20, 230, 'float32', 3);

/** Uniform noise of a width that is learned, at a bit less for each doubling of it: a codec whose parameter has a path of two parts. */
class NoisyCodec implements DifferentiableCodec {
  readonly parameters;
  readonly knobs = ['stepScale', 'offset'];
  constructor(readonly width: number) {
    this.parameters = { 'noise/width': tf.variable(tf.scalar(width)) };
  }
  blockSize = () => 6;
  describe = () => ({ codec: 'noisy', width: this.width });
  apply(images: tf.Tensor4D, { stepScale = 1, offset = 0 }: Knobs = {}) {
    const width = this.parameters['noise/width'].mul<tf.Scalar>(stepScale);
    const noise = tf.randomUniform<tf.Rank.R4>(images.shape, -0.5, 0.5, 'float32', 7);
    const levels = images.div(width).abs().add(1).log().sum<tf.Tensor1D>([1, 2, 3]);
    return { decoded: images.add<tf.Tensor4D>(noise.mul(width)).add<tf.Tensor4D>(offset), rate: levels };
  }
  dispose() {
    tf.dispose(Object.values(this.parameters));
  }
}

const smoothTable = Array.from({ length: 64 }, (_, i) => 8 + i / 4 + (i % 2 ? 0.2 : -0.2) - ((i / 4) % 1));
const codecs: [string, () => DifferentiableCodec][] = [
  [
    'EncodeDecodeIntra',
    () =>
      new EncodeDecodeIntra({
        roundingFn: roundings.sine,
        useJpegRateModel: false,
        qstepInit: 9,
        minQstep: 1,
        convertToYuv: true,
        downsampleChroma: true,
      }),
  ],
  [
    'DiffJpegCodec',
    () =>
      new DiffJpegCodec({
        ste: false,
        rounding: roundings.sine,
        qualityGradient: 'polynomial',
        quality: 50,
        tableY: smoothTable,
        tableC: smoothTable,
        subsampling: '4:4:4',
        learn: ['tableY', 'tableC'],
      }),
  ],
  ['a codec of the user', () => new NoisyCodec(5)],
];

describe.each(codecs)('a sandwich around %s', (_, codec) => {
  it('has the gradients of its prediction to all parameters that differences have', () => {
    const model = sandwich(codec());
    const images = pictures();
    const { error, value } = predictionError(model, images);
    const { grads } = tf.variableGrads(error, Object.values(model.parameters));
    const own = Object.keys(model.parameters).filter((path) => path.startsWith('proxy/'));
    expect(own).toEqual(Object.keys(model.proxy.parameters).map((path) => `proxy/${path}`));
    expect(own.length).toBeGreaterThan(0);
    for (const path of [...own, 'pre/mlp/output/bias', 'post/scaler']) {
      const variable = model.parameters[path];
      const analytic = grads[variable.name].sum().dataSync()[0];
      const start = variable.clone();
      const at = (step: number) => {
        tf.tidy(() => variable.assign(start.add(step)));
        return value();
      };
      const step = path.startsWith('proxy/table') || path.startsWith('pre/') ? 2e-4 : 2e-3;
      const numeric = (at(step) - at(-step)) / (2 * step);
      variable.assign(start);
      expect(Math.abs(numeric), path).toBeGreaterThan(1e-2);
      expect(Math.abs(analytic / numeric - 1), path).toBeLessThan(0.03);
    }
    model.dispose();
  });

  it('codes at other steps, and refuses knobs that the codec does not take', () => {
    const model = sandwich(codec());
    const x = pictures();
    const [fine, coarse] = [0.5, 3].map((stepScale) => model.apply(x, { stepScale }).rate.dataSync()[0]);
    expect(fine).toBeGreaterThan(coarse);
    expect(() => model.apply(x, { stepsize: 2 })).toThrow(
      `Sandwich.apply: the codec takes ${model.proxy.knobs.join(', ')}, not stepsize`,
    );
    model.dispose();
  });
});

describe('a sandwich', () => {
  it.each<[string, () => DifferentiableCodec, number]>([
    ['learned tables', () => new DiffJpegCodec({ quality: 30, learn: ['tableY', 'tableC'], forward: 'real' }), 1],
    ['a learned quality', () => new DiffJpegCodec({ quality: 44.4, learn: ['quality'], subsampling: '4:2:2' }), 3],
    ['WebP', () => new EncodeDecodeIntra({ roundingFn: roundings.ste, forward: { codec: 'webp', quality: 50 } }), 3],
  ])('around %s is built again of JSON, and computes the same bit for bit', (_, codec, channels) => {
    const model = sandwich(codec(), channels);
    const architecture: SandwichArchitecture = JSON.parse(JSON.stringify(model.architecture));
    expect(missingFromArchitecture(architecture)).toBeUndefined();
    const copy = buildSandwich(architecture);
    expect(copy.architecture).toEqual(model.architecture);
    expect(Object.keys(copy.parameters)).toEqual(Object.keys(model.parameters));
    expect(copy.sizeMultiple).toBe(model.sizeMultiple);
    const run = (m: Sandwich) => {
      const { prediction, rate } = m.apply(pictures());
      return [Array.from(prediction.dataSync()), Array.from(rate.dataSync())];
    };
    expect(run(copy)).toEqual(run(model));
    for (const each of [model, copy]) each.dispose();
  });

  it('pads to the blocks of its codec', () => {
    const model = sandwich(new NoisyCodec(2));
    // 2 of the networks, 6 of the codec.
    expect(model.sizeMultiple).toBe(6);
    expect(model.bottleneckSize({ width: 20, height: 28 })).toEqual({ width: 24, height: 30 });
    for (const [subsampling, side] of [
      ['4:4:4', 8],
      ['4:2:0', 16],
    ] as const) {
      const jpeg = sandwich(new DiffJpegCodec({ subsampling }));
      expect(jpeg.sizeMultiple).toBe(side);
      jpeg.dispose();
    }
    model.dispose();
  });

  it('refuses a codec that does not code its bottleneck, before there are networks', () => {
    const proxy = new DiffJpegCodec({ learn: ['quality'] });
    const before = tf.memory().numTensors;
    expect(() => sandwich(proxy, 2)).toThrow('DiffJpegCodec codes images of 1 or 3 channels, got 2');
    expect(tf.memory().numTensors).toBe(before);
    proxy.dispose();
  });

  it('around a codec of the user is built where that is registered', () => {
    const model = sandwich(new NoisyCodec(2));
    expect(missingFromArchitecture(model.architecture)).toContain("the codec 'noisy' is not known here");
    expect(() => buildSandwich(model.architecture)).toThrow('import the module that calls registerCodec');
    expect(() => codecFiles(model)).toThrow('the codec between the networks (noisy) stands for no real files');
    registerCodec('noisy', { build: ({ width }: CodecDescription & { width: number }) => new NoisyCodec(width) });
    const copy = buildSandwich(JSON.parse(JSON.stringify(model.architecture)));
    expect(copy.architecture).toEqual(model.architecture);
    const undescribed = sandwich(Object.assign(new NoisyCodec(2), { describe: () => null }));
    expect(missingFromArchitecture(undescribed.architecture)).toContain('cannot be described as JSON');
    expect(() => buildSandwich(undescribed.architecture)).toThrow(
      'buildSandwich: the codec between its networks cannot',
    );
    for (const each of [model, copy, undescribed]) each.dispose();
  });
});
