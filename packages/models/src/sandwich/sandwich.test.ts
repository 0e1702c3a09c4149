import { EncodeDecodeIntra, roundings } from '@sandwich/codec-proxy';
import { startEngine, tf } from '@sandwich/engine';
import { sandwichLoss } from '@sandwich/losses';
import type { UNetOptions } from '@sandwich/unets';
import { beforeAll, describe, expect, it } from 'vitest';
import { Sandwich } from './sandwich.js';
import type { SandwichOptions } from './sandwich-options.js';

beforeAll(async () => {
  await startEngine();
});

/** Smooth whole-numbered colours within [16, 240]. */
const picture = (height: number, width: number, channels = 3, batch = 1) =>
  tf.tidy(
    () =>
      tf
        .buffer(
          [batch, height, width, channels],
          'float32',
          Float32Array.from({ length: batch * height * width * channels }, (_, i) => {
            const channel = i % channels;
            const x = Math.floor(i / channels) % width;
            const y = Math.floor(i / channels / width);
            return Math.round(128 + 70 * Math.sin(0.3 * x + channel) + 42 * Math.cos(0.2 * y - 2 * channel));
          }),
        )
        .toTensor() as tf.Tensor4D,
  );
const slimUNet: UNetOptions = { encoderFilters: [4], decoderFilters: [4, 4], variant: 'textbook' };
const networks: SandwichOptions = { pre: slimUNet, post: slimUNet };
const gray: SandwichOptions = { inputChannels: 1, bottleneckChannels: 1, outputChannels: 1 };
const ste = (options = {}) =>
  new EncodeDecodeIntra({ roundingFn: roundings.ste, qstepInit: 9, minQstep: 1, ...options });
const largestDifference = (a: tf.Tensor, b: tf.Tensor) => tf.tidy(() => a.sub(b).abs().max().dataSync()[0]);
const assign = (model: Sandwich, path: string, value: number) =>
  tf.tidy(() => model.parameters[path].assign(tf.fill(model.parameters[path].shape, value)));

describe('Sandwich at the beginning', () => {
  it('is the codec alone, from the identity', () => {
    tf.tidy(() => {
      const images = picture(16, 32);
      const model = new Sandwich({ ...networks, startFromTransform: true, proxy: ste({ convertToYuv: true }) });
      const { prediction, rate, bottleneck, compressedBottleneck } = model.apply(images);
      const alone = model.proxy.apply(images);
      expect(largestDifference(bottleneck, images)).toBeLessThan(0.3);
      expect(largestDifference(compressedBottleneck, alone.decoded)).toBeLessThan(1e-3);
      expect(largestDifference(prediction, alone.decoded)).toBeLessThan(0.3);
      expect(rate.dataSync()).toEqual(alone.rate.dataSync());
      model.dispose();
    });
  });

  it('is a gray image of BT.601 luma, from the YUV transform to one channel', () => {
    tf.tidy(() => {
      const images = picture(16, 16);
      const model = new Sandwich({ ...networks, bottleneckChannels: 1, startFromTransform: true, phasePlanes: true });
      const { prediction, bottleneck, compressedBottleneck } = model.apply(images);
      const luma = images.mul([0.299, 0.587, 0.114]).sum(3, true);
      expect(largestDifference(bottleneck, luma)).toBeLessThan(0.3);
      expect(largestDifference(prediction, tf.tile(compressedBottleneck, [1, 1, 1, 3]))).toBeLessThan(0.3);
      model.dispose();
    });
  });

  it('carries JPEG YUV, from the YUV transform to three channels', () => {
    tf.tidy(() => {
      // Pillow 9.4, Image.convert('YCbCr'), of these colours, which it truncates to whole numbers.
      const images = tf.tensor4d([
        [
          [
            [200, 30, 60],
            [20, 120, 250],
            [255, 255, 0],
            [90, 90, 90],
          ],
        ],
      ]);
      const expected = [84, 114, 210, 104, 209, 67, 225, 0, 148, 90, 128, 128];
      const model = new Sandwich({ ...networks, startFromTransform: true, transform: 'yuv' });
      const bottleneck = model.preprocess(images);
      const yuv = tf.slice(bottleneck, [0, 0, 0, 0], [1, 1, 4, 3]).dataSync();
      expected.forEach((value, i) => {
        expect(Math.abs(yuv[i] - value)).toBeLessThan(1 + 0.3);
      });
      const back = model.postprocess(bottleneck, { height: 1, width: 4 });
      expect(largestDifference(back, images)).toBeLessThan(1);
      model.dispose();
    });
  });

  it('is silent in its U-Nets but not in their scalers', () => {
    tf.tidy(() => {
      const model = new Sandwich(networks);
      const images = picture(16, 16);
      const { grads } = tf.variableGrads(() =>
        model.apply(images).prediction.squaredDifference(images).mean<tf.Scalar>(),
      );
      const largest = (path: string) => grads[model.parameters[path].name].abs().max().dataSync()[0];
      for (const side of ['pre', 'post']) {
        expect(largest(`${side}/unet/output/kernel`)).toBe(0);
        expect(largest(`${side}/scaler`)).toBeGreaterThan(0);
        expect(largest(`${side}/mlp/hidden/kernel`)).toBeGreaterThan(0);
      }
      expect(largest('proxy/qstep')).toBeGreaterThan(0);
      model.dispose();
    });
  });
});

describe('Sandwich without networks', () => {
  it('is the codec proxy', () => {
    tf.tidy(() => {
      const images = picture(21, 13, 3, 2);
      const model = new Sandwich({ pre: null, post: null, proxy: ste() });
      expect(Object.keys(model.parameters)).toEqual(['proxy/qstep']);
      const { prediction, compressedBottleneck } = model.apply(images);
      expect(prediction.shape).toEqual([2, 21, 13, 3]);
      expect(compressedBottleneck.shape).toEqual([2, 21, 13, 3]);
      expect(largestDifference(prediction, model.proxy.apply(images).decoded)).toBe(0);
      model.dispose();
    });
  });

  it.each([
    [1, true, { width: 13, height: 21 }],
    [2, true, { width: 7, height: 11 }],
    [3, false, { width: 5, height: 7 }],
  ])('pads images of 13 x 21 for a factor of %i only', (downsampleFactor, downsampleChroma, size) => {
    const proxy = new EncodeDecodeIntra({ convertToYuv: true, downsampleChroma });
    const model = new Sandwich({ pre: null, post: null, downsampleFactor, proxy });
    expect(model.bottleneckSize({ width: 13, height: 21 })).toEqual(size);
    const { prediction, bottleneck } = model.apply(picture(21, 13));
    expect(bottleneck.shape).toEqual([1, size.height, size.width, 3]);
    expect(prediction.shape).toEqual([1, 21, 13, 3]);
    model.dispose();
  });

  it('leaves out one side only, with a fixed colour transform where channel counts differ', () => {
    tf.tidy(() => {
      const images = picture(16, 16);
      const preOnly = new Sandwich({ pre: slimUNet, post: null, bottleneckChannels: 1 });
      const { prediction, compressedBottleneck } = preOnly.apply(images);
      expect(largestDifference(prediction, tf.tile(compressedBottleneck, [1, 1, 1, 3]))).toBeLessThan(1e-3);
      const postOnly = new Sandwich({ pre: null, post: slimUNet, bottleneckChannels: 1 });
      const luma = images.mul([0.299, 0.587, 0.114]).sum(3, true);
      expect(largestDifference(postOnly.preprocess(images), luma)).toBeLessThan(1e-3);
      for (const [model, side] of [[preOnly, 'pre'] as const, [postOnly, 'post'] as const]) {
        expect(Object.keys(model.parameters).every((path) => path.startsWith(side) || path === 'proxy/qstep')).toBe(
          true,
        );
        model.dispose();
      }
    });
  });

  it('truncates and expands deep images', () => {
    tf.tidy(() => {
      const images = picture(16, 16).mul<tf.Tensor4D>(16).add<tf.Tensor4D>(11);
      const model = new Sandwich({ pre: null, post: null, truncateBits: 4 });
      const { prediction, bottleneck, compressedBottleneck } = model.apply(images);
      expect(largestDifference(bottleneck, picture(16, 16))).toBe(0);
      expect(largestDifference(prediction, compressedBottleneck.mul(16).add(8))).toBe(0);
      const slope = tf.grad((x: tf.Tensor) => model.preprocess(x as tf.Tensor4D))(images);
      expect(largestDifference(slope, tf.fill(slope.shape, 1 / 16))).toBe(0);
      model.dispose();
    });
  });

  it('downsamples as bicubic with antialiasing', () => {
    tf.tidy(() => {
      // torch.nn.functional.interpolate(mode='bicubic', antialias=True) of PyTorch 1.13 (a = -0.5), every 37th value.
      const expected = [129.87474, 128.50827, 127.61853, 127.99686, 127.83813, 128.45685, 127.52715];
      const values = Array.from({ length: 32 * 32 }, (_, i) => Math.sin(0.7 * i + 0.3) * 60 + 128);
      const model = new Sandwich({ pre: null, post: null, ...gray, downsampleFactor: 2 });
      const bottleneck = model.preprocess(tf.tensor4d(values, [1, 32, 32, 1]));
      expect(bottleneck.shape).toEqual([1, 16, 16, 1]);
      const actual = Array.from(bottleneck.dataSync()).filter((_, i) => i % 37 === 0);
      expect(actual.length).toBe(expected.length);
      actual.forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i], 3);
      });
      model.dispose();
    });
  });

  it('upsamples as Lanczos3', () => {
    tf.tidy(() => {
      // Image.resize((16, 16), Image.LANCZOS) of Pillow 9.4 in mode 'F', every 37th value.
      const expected = [145.9846, 185.6829, 168.113, 113.2359, 68.4223, 109.75, 168.3583];
      const values = Array.from({ length: 8 * 8 }, (_, i) => Math.sin(0.7 * i + 0.3) * 60 + 128);
      const model = new Sandwich({ pre: null, post: null, ...gray, downsampleFactor: 2 });
      const prediction = model.postprocess(tf.tensor4d(values, [1, 8, 8, 1]), { height: 16, width: 16 });
      const actual = Array.from(prediction.dataSync()).filter((_, i) => i % 37 === 0);
      expect(actual.length).toBe(expected.length);
      actual.forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i], 3);
      });
      model.dispose();
    });
  });
});

describe('Sandwich', () => {
  it.each([
    [1, 1],
    [37, 53],
    [16, 8],
  ])('takes images of %i x %i', (height, width) => {
    tf.tidy(() => {
      const model = new Sandwich({
        ...networks,
        downsampleFactor: 3,
        phasePlanes: true,
        loopFilter: slimUNet,
        initialScaler: 0.5,
      });
      expect(model.sizeMultiple).toBe(24);
      const { prediction, rate, bottleneck } = model.apply(picture(height, width, 3, 2));
      expect(prediction.shape).toEqual([2, height, width, 3]);
      expect(bottleneck.shape).toEqual([2, 8 * Math.ceil(height / 24), 8 * Math.ceil(width / 24), 3]);
      expect(model.bottleneckSize({ width, height })).toEqual({
        height: bottleneck.shape[1],
        width: bottleneck.shape[2],
      });
      expect(rate.shape).toEqual([2]);
      expect(tf.isFinite(prediction).all().dataSync()[0]).toBe(1);
      expect(Math.min(...rate.dataSync())).toBeGreaterThan(0);
      model.dispose();
    });
  });

  it('passes every channel through the loop filter, as a scaled residual', () => {
    tf.tidy(() => {
      const model = new Sandwich({
        pre: null,
        post: null,
        proxy: ste(),
        loopFilter: { encoderFilters: [8], decoderFilters: [8, 8] },
      });
      const size = { height: 16, width: 16 };
      const decoded = picture(16, 16);
      expect(largestDifference(model.postprocess(decoded, size), decoded)).toBeLessThan(1e-3);
      assign(model, 'loopFilter/scaler', 1);
      const filtered = model.postprocess(decoded, size);
      expect(largestDifference(filtered, decoded)).toBeGreaterThan(0.1);
      const reversed = model.postprocess(decoded.reverse(3), size).reverse(3);
      expect(largestDifference(filtered, reversed)).toBeLessThan(1e-3);
      for (const path of Object.keys(model.parameters)) if (path.startsWith('loopFilter/unet')) assign(model, path, 0);
      assign(model, 'loopFilter/unet/output/bias', 0.1);
      expect(largestDifference(model.postprocess(decoded, size), decoded.add(25.5))).toBeLessThan(1e-3);
      model.dispose();
    });
  });

  it('switches U-Nets on and off', () => {
    tf.tidy(() => {
      const model = new Sandwich({ ...networks, initialScaler: 1, startFromTransform: true, proxy: ste() });
      for (const side of ['pre', 'post']) {
        for (const path of Object.keys(model.parameters)) if (path.startsWith(`${side}/unet`)) assign(model, path, 0);
        assign(model, `${side}/unet/output/bias`, side === 'pre' ? 0.02 : -0.04);
      }
      const images = picture(16, 16);
      const shifts = () => {
        const bottleneck = model.preprocess(images);
        const shift = (a: tf.Tensor, b: tf.Tensor) => tf.sub(a, b).mean().dataSync()[0];
        return [shift(bottleneck, images), shift(model.postprocess(bottleneck, { height: 16, width: 16 }), bottleneck)];
      };
      const expectShifts = (pre: number, post: number) => {
        const [actualPre, actualPost] = shifts();
        expect(Math.abs(actualPre - pre)).toBeLessThan(0.3); // the pointwise branches are as near as that to the identity
        expect(Math.abs(actualPost - post)).toBeLessThan(0.3);
      };
      expectShifts(5.1, -10.2);
      model.setActiveNetworks('mlps-and-post');
      expectShifts(0, -10.2);
      model.setActiveNetworks('mlps-only');
      expectShifts(0, 0);
      const { grads } = tf.variableGrads(() => tf.sum(model.apply(images).prediction), Object.values(model.parameters));
      expect(grads[model.parameters['pre/mlp/output/bias'].name]).toBeDefined();
      expect(grads[model.parameters['pre/unet/output/bias'].name] ?? null).toBeNull();
      model.setActiveNetworks('full');
      expectShifts(5.1, -10.2);
      model.dispose();
    });
  });

  it('has the gradient that differences have, through every part', () => {
    tf.tidy(() => {
      const proxy = new EncodeDecodeIntra({ roundingFn: roundings.identity, useJpegRateModel: false, qstepInit: 5 });
      const model = new Sandwich({
        ...networks,
        bottleneckChannels: 1,
        downsampleFactor: 2,
        phasePlanes: true,
        initialScaler: 0.3,
        loopFilter: slimUNet,
        startFromTransform: true,
        proxy,
      });
      const target = picture(20, 28);
      const loss = () => sandwichLoss({ ...model.apply(target), target, gamma: 1000 }).loss;
      const variables = Object.values(model.parameters);
      const { value, grads } = tf.variableGrads(loss, variables);
      const [start] = value.dataSync();
      expect(Object.keys(grads).length).toBe(variables.length);
      for (const variable of variables) {
        expect(tf.isFinite(grads[variable.name]).all().dataSync()[0]).toBe(1);
      }
      const parts = [
        'pre/mlp',
        'pre/unet',
        'pre/scaler',
        'post/mlp',
        'post/unet',
        'post/scaler',
        'loopFilter/unet',
        'proxy',
      ];
      for (const part of parts) {
        const paths = Object.keys(model.parameters).filter((path) => path.startsWith(part));
        const squares = paths.map((path) => grads[model.parameters[path].name].square().sum().dataSync()[0]);
        const norm = Math.sqrt(squares.reduce((a, b) => a + b));
        const at = (step: number) =>
          tf.tidy(() => {
            const saved = paths.map((path) => model.parameters[path].clone());
            paths.forEach((path, i) => {
              model.parameters[path].assign(saved[i].add(grads[model.parameters[path].name].mul(step / norm)));
            });
            const value = loss().dataSync()[0];
            paths.forEach((path, i) => {
              model.parameters[path].assign(saved[i]);
            });
            return value;
          });
        const step = Math.min(0.1, (0.005 * start) / norm); // half a percent of the loss, well above its rounding
        const slope = (at(step) - at(-step)) / (2 * step);
        expect(Math.abs(slope / norm - 1), `${part}: ${slope} for ${norm}`).toBeLessThan(0.03);
      }
      model.dispose();
    });
  });

  it('has weights that depend on the seed alone, and leaves nothing behind', () => {
    const before = tf.memory().numTensors;
    const images = picture(16, 16);
    const values = [3, 3, 4].map((seed) => {
      const model = new Sandwich({ ...networks, seed });
      const outputs = model.apply(images);
      expect(tf.memory().numTensors - before).toBe(1 + Object.keys(model.parameters).length + 4);
      const kernels = ['pre', 'post'].map((side) => model.parameters[`${side}/unet/decoder0/conv0/kernel`].dataSync());
      expect(kernels[0]).not.toEqual(kernels[1]);
      tf.dispose(Object.values(outputs));
      tf.dispose(tf.variableGrads(() => tf.sum(model.apply(images).prediction)));
      model.dispose();
      return kernels[0];
    });
    images.dispose();
    expect(values[0]).toEqual(values[1]);
    expect(values[0]).not.toEqual(values[2]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('has no pointwise weights and no scalers without layers', () => {
    const model = new Sandwich({ ...networks, mlpLayers: 0 });
    expect(Object.keys(model.parameters).filter((path) => !path.includes('unet'))).toEqual(['proxy/qstep']);
    model.dispose();
  });

  it('says what is wrong', () => {
    const model = new Sandwich({ ...networks, bottleneckChannels: 1, downsampleFactor: 2 });
    expect(() => model.apply(tf.zeros([1, 16, 16, 1]))).toThrow(
      'Sandwich.preprocess: expected [B,H,W,3], not empty, got [1,16,16,1]',
    );
    expect(() => model.postprocess(tf.zeros([1, 16, 16, 1]), { height: 33, width: 8 })).toThrow(
      'images of 33 x 8 have a bottleneck of 24 x 8, got 16 x 16',
    );
    model.dispose();
    expect(() => new Sandwich({ downsampleFactor: 1.5 })).toThrow(
      'downsampleFactor must be a whole number of at least 1, got 1.5',
    );
    expect(() => new Sandwich({ truncateBits: -1 })).toThrow(
      'truncateBits must be a whole number of at least 0, got -1',
    );
    expect(() => new Sandwich({ pre: null, bottleneckChannels: 8 })).toThrow(
      'does not map 3 input channels to 8 bottleneck',
    );
    expect(() => new Sandwich({ startFromTransform: true, transform: 'identity', bottleneckChannels: 1 })).toThrow(
      'the identity transform does not map 3 input channels to 1 bottleneck channels',
    );
  });
});
