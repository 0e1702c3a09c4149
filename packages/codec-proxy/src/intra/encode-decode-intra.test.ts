import { decodeJpeg } from '@sandwich/codecs';
import { startEngine, tf } from '@sandwich/engine';
import { checkGradient } from '@sandwich/engine/testing';
import type { Picture } from '@sandwich/pictures';
import { beforeAll, describe, expect, it } from 'vitest';
import { proxyCases } from '../../testing/proxy-cases.js';
import { direction, expectClose, leakedTensors, pattern } from '../../testing/tensors.js';
import { encodeBottleneck } from '../real/bottleneck-files.js';
import { decodeBottleneck } from '../real/decode-bottleneck.js';
import { roundings } from '../rounding/roundings.js';
import { EncodeDecodeIntra } from './encode-decode-intra.js';
import type { EncodeDecodeIntraOptions } from './encode-decode-intra-options.js';
import { JpegProxy } from './jpeg-proxy.js';

beforeAll(async () => {
  await startEngine();
});

const first = (x: tf.Tensor): number => x.dataSync()[0];
const pair = (height: number, width: number, channels: number): tf.Tensor4D =>
  tf.concat([pattern(height, width, channels), pattern(height, width, channels, 100)], 0);
const allFinite = (x: tf.Tensor): boolean => x.dataSync().every(Number.isFinite);
const modes = [false, true].flatMap((useJpegRateModel) =>
  [false, true].flatMap((convertToYuv) =>
    [false, true].map((downsampleChroma) => ({ useJpegRateModel, convertToYuv, downsampleChroma })),
  ),
);

describe('EncodeDecodeIntra', () => {
  describe.each(proxyCases)('$size, step $qstep, YUV $convertToYuv, 4:2:0 $downsampleChroma', (expected) => {
    const images = () => pattern(...expected.size);

    it('decodes as the oracle, and unclipped only on request', () => {
      for (const clipToImageMax of [false, true]) {
        const { decoded } = new EncodeDecodeIntra({ ...expected, clipToImageMax }).apply(images(), {
          qstep: expected.qstep,
        });
        const clip = (x: number) => (clipToImageMax ? Math.min(Math.max(x, 0), 255) : x);
        expect(decoded.shape).toEqual([1, ...expected.size]);
        expectClose(
          decoded.dataSync().filter((_, i) => i % 7 === 0),
          expected.decoded.map(clip),
          5e-3,
        );
      }
    });

    it('costs nz^2 / (nz^2 + 1) of the bits of the real files', () => {
      const proxy = new EncodeDecodeIntra({ ...expected, separateChromaTables: true });
      const { rate } = proxy.apply(images(), { qstep: expected.qstep });
      const nz2 = expected.logMagnitude ** 2;
      expectClose(rate.dataSync(), [(nz2 * expected.fileBits) / (nz2 + 1)], 1e-5 * expected.fileBits);
    });

    it('costs the entropy of Gaussian coefficients', () => {
      const proxy = new EncodeDecodeIntra({ ...expected, useJpegRateModel: false });
      const { rate } = proxy.apply(images(), { qstep: expected.qstep });
      expectClose(rate.dataSync(), [expected.gaussianBits], 0.01 + 1e-4 * expected.gaussianBits);
    });
  });

  it.each([false, true])(
    'counts the bits that encodeBottleneck writes, a table for Cr apart: %s',
    (separateChromaTables) => {
      const options = { convertToYuv: true, downsampleChroma: true, separateChromaTables };
      const pixels = { data: pattern(37, 50, 3).dataSync<'float32'>(), width: 50, height: 37, channels: 3 };
      const files = encodeBottleneck(pixels, { ...options, qstep: 20 });
      const { rate } = new EncodeDecodeIntra({ ...options, forward: 'real' }).apply(pattern(37, 50, 3), { qstep: 20 });
      const estimate = new EncodeDecodeIntra(options).apply(pattern(37, 50, 3), { qstep: 20 }).rate;
      const bits = files.reduce((sum, file) => sum + 8 * file.length, 0);
      expect([...rate.dataSync()]).toEqual([bits]);
      // nz^2 / (nz^2 + 1) of them, nz being over 100.
      expect(Math.round(estimate.dataSync()[0])).toBe(bits);
    },
  );

  describe('step', () => {
    it('is elu(qstep, 0.01) + minQstep, as numbers and as gradient', () => {
      for (const [qstepInit, minQstep, step, slope] of [
        [12, 1, 13, 1],
        [1, 0, 1, 1],
        [-2, 1, 1 + 0.01 * (Math.exp(-2) - 1), 0.01 * Math.exp(-2)],
      ]) {
        const proxy = new EncodeDecodeIntra({ qstepInit, minQstep });
        expect(first(proxy.qstep())).toBeCloseTo(step, 5);
        expect(proxy.qstepValue()).toBeCloseTo(step, 5);
        const { value, grads } = tf.variableGrads(() => proxy.qstep());
        expect(first(value)).toBeCloseTo(step, 5);
        expect(first(grads[proxy.trainableWeights[0].name])).toBeCloseTo(slope, 5);
      }
    });

    it('is used when none is fed, and is what is fed otherwise, as a number or a tensor', () => {
      const images = pair(16, 24, 1);
      const own = new EncodeDecodeIntra({ qstepInit: 17, minQstep: 1 }).apply(images);
      const other = new EncodeDecodeIntra({ qstepInit: 5, minQstep: 1 });
      for (const fed of [other.apply(images, { qstep: 18 }), other.apply(images, { qstep: tf.scalar(18) })]) {
        expect([...fed.decoded.dataSync()]).toEqual([...own.decoded.dataSync()]);
        expect([...fed.rate.dataSync()]).toEqual([...own.rate.dataSync()]);
      }
    });

    it('is trainable only if asked', () => {
      expect(new EncodeDecodeIntra().trainableWeights).toHaveLength(1);
      expect(new EncodeDecodeIntra({ trainQstep: false }).trainableWeights).toEqual([]);
    });

    it('follows its variable', () => {
      const proxy = new EncodeDecodeIntra({ qstepInit: 3, minQstep: 1 });
      proxy.trainableWeights[0].assign(tf.scalar(8));
      expect(first(proxy.qstep())).toBe(9);
    });
  });

  describe('channels', () => {
    it.each(modes)(
      'in groups of three, JPEG rate $useJpegRateModel, YUV $convertToYuv, 4:2:0 $downsampleChroma',
      (mode) => {
        const proxy = new EncodeDecodeIntra({ ...mode, qstepInit: 14 });
        const images = pair(17, 12, 8);
        const whole = proxy.apply(images);
        const parts = [0, 3, 6].map((start) =>
          proxy.apply(tf.slice(images, [0, 0, 0, start], [2, 17, 12, start === 6 ? 2 : 3])),
        );
        expectClose(
          whole.decoded.dataSync(),
          tf
            .concat(
              parts.map(({ decoded }) => decoded),
              3,
            )
            .dataSync(),
          1e-3,
        );
        const sums = [0, 1].map((image) => parts.reduce((sum, { rate }) => sum + rate.dataSync()[image], 0));
        expectClose(whole.rate.dataSync(), sums, 0.01);
      },
    );

    it('one or two are not YUV: they decode and cost the same with and without conversion', () => {
      for (const channels of [1, 2]) {
        const [plain, yuv] = [false, true].map((convertToYuv) =>
          new EncodeDecodeIntra({ convertToYuv }).apply(pair(9, 9, channels), { qstep: 21 }),
        );
        expect([...yuv.decoded.dataSync()]).toEqual([...plain.decoded.dataSync()]);
        expect([...yuv.rate.dataSync()]).toEqual([...plain.rate.dataSync()]);
      }
    });

    it('that are not there cost nothing: one channel costs its grayscale file', () => {
      const images = pair(32, 40, 1);
      const { rate } = new EncodeDecodeIntra().apply(images, { qstep: 6 });
      const files = tf.unstack(images).flatMap((image) => {
        const data = image.dataSync<'float32'>();
        return encodeBottleneck({ data, width: 40, height: 32, channels: 1 }, { qstep: 6 });
      });
      expect(files).toHaveLength(2);
      // nz is near 2000, so nz^2 / (nz^2 + 1) is 1 to float32.
      expectClose(
        rate.dataSync(),
        files.map((file) => 8 * file.length),
        0.01,
      );
    });
  });

  it('foresees what libjpeg decodes', async () => {
    const images = pattern(40, 48, 1);
    const { decoded } = new EncodeDecodeIntra().apply(images, { qstep: 13 });
    const pixels = { data: images.dataSync<'float32'>(), width: 48, height: 40, channels: 1 };
    const real = await decodeJpeg(encodeBottleneck(pixels, { qstep: 13 })[0]);
    const errors = tf.tensor4d(new Float32Array(real.data), images.shape).sub(decoded).abs();
    const ofBlocks = [...errors.reshape([5, 8, 6, 8]).mean([1, 3]).dataSync()].sort((a, b) => a - b);
    // Rounding to whole pixel values errs by 1/4 on average. A level near a tie can go the other way in libjpeg's
    // integer DCT, which spoils its block: so the median.
    expect(ofBlocks).toHaveLength(30);
    expect(ofBlocks[15]).toBeLessThan(0.3);
  });

  it('counts real bits on pixels scaled to 8 bits', () => {
    const images = pattern(24, 24, 1);
    const { rate } = new EncodeDecodeIntra().apply(images.mul(4), { qstep: 30, imageMax: 1020 });
    const [file] = encodeBottleneck(
      { data: images.dataSync<'float32'>(), width: 24, height: 24, channels: 1 },
      { qstep: 30 },
    );
    expectClose(rate.dataSync(), [8 * file.length], 0.01);
  });

  it.each(modes)(
    'estimates bits without decoding: JPEG rate $useJpegRateModel, YUV $convertToYuv, 4:2:0 $downsampleChroma',
    (mode) => {
      const proxy = new EncodeDecodeIntra({ ...mode, roundingFn: roundings.ste });
      const image = { data: new Uint8Array(37 * 50 * 4), width: 50, height: 37, channels: 4 };
      for (let i = 0; i < image.data.length; i++) image.data[i] = (i * i * 7 + 13 * (i % 11)) % 256;
      const before = tf.memory().numTensors;
      const bits = proxy.estimateBits(image, 7.3);
      expect(tf.memory().numTensors).toBe(before);
      const estimated = tf.tidy(() =>
        first(proxy.apply(tf.tensor4d(new Float32Array(image.data), [1, 37, 50, 4]), { qstep: 7.3 }).rate),
      );
      expect(Math.abs(bits - estimated)).toBeLessThan(1e-6 * estimated);
      if (!mode.useJpegRateModel) return;
      const files = encodeBottleneck(image, { ...mode, qstep: 7.3 });
      expect(bits).toBe(8 * files.reduce((sum, { length }) => sum + length, 0));
      expect(() => proxy.estimateBits(image, 0)).toThrow('EncodeDecodeIntra.estimateBits: the quantiser step must be');
      proxy.dispose();
    },
  );

  it('clips to imageMax', () => {
    const { decoded } = new EncodeDecodeIntra().apply(tf.fill([1, 8, 8, 1], 700), { qstep: 2, imageMax: 500 });
    expect(decoded.dataSync().every((x) => x === 500)).toBe(true);
  });

  it('rounds its input, by default to whole pixel values', () => {
    const proxy = (roundingFn: EncodeDecodeIntraOptions['roundingFn']) =>
      new EncodeDecodeIntra({ roundingFn, useJpegRateModel: false });
    const images = tf.fill([1, 8, 8, 1], 99.6) as tf.Tensor4D;
    // The mean, 99.6 or 100, less 128 and times 8, is a multiple of the step, so that only the rounding of the input
    // shows.
    expect(first(proxy(roundings.hard).apply(images, { qstep: 0.8 }).decoded)).toBeCloseTo(100, 3);
    expect(first(proxy(roundings.identity).apply(images, { qstep: 0.8 }).decoded)).toBeCloseTo(99.6, 3);
  });

  describe('gradients', () => {
    it.each(modes)(
      'JPEG rate $useJpegRateModel, YUV $convertToYuv, 4:2:0 $downsampleChroma: with respect to the image',
      (mode) => {
        // With identity rounding, everything but the fitted slope of the JPEG rate is differentiable; that one is
        // tested with the rate model.
        const proxy = new EncodeDecodeIntra({ ...mode, roundingFn: roundings.identity, clipToImageMax: false });
        const f = (x: tf.Tensor4D) => {
          const { decoded, rate } = proxy.apply(x, { qstep: 7 });
          return mode.useJpegRateModel ? decoded : tf.concat([decoded.reshape([-1]), rate]);
        };
        checkGradient(f, pair(19, 10, 3), { step: 0.1, tolerance: 5e-3, direction: 'gradient' });
      },
    );

    it('with respect to the step, through rate and pixels', () => {
      // Straight through, y = D [x / D]: dy/dD = [x / D] - x / D. One pixel block of constant c has one level, q = 8
      // (c - 128) / D.
      const proxy = new EncodeDecodeIntra({ roundingFn: roundings.ste, qstepInit: 9, minQstep: 1 });
      const images = tf.fill([1, 8, 8, 1], 147) as tf.Tensor4D;
      const mean = tf.variableGrads(() => proxy.apply(images).decoded.mean());
      // 8 * 19 / 10 = 15.2; a level is worth D / 8 in every pixel.
      expect(first(mean.grads[proxy.trainableWeights[0].name])).toBeCloseTo((15 - 15.2) / 8, 4);

      const rate = tf.variableGrads(() => proxy.apply(images).rate.sum<tf.Scalar>());
      const bits =
        8 *
        encodeBottleneck({ data: images.dataSync<'float32'>(), width: 8, height: 8, channels: 1 }, { qstep: 10 })[0]
          .length;
      const nz = Math.log(16);
      const slope = (nz * bits) / (nz * nz + 1);
      // d nz / dD = -(x / D^2) / (1 + q)
      expect(first(rate.grads[proxy.trainableWeights[0].name])).toBeCloseTo((slope * -1.52) / 16, 2);
    });

    it.each(modes)(
      'are finite on constants and on one row of blocks: JPEG rate $useJpegRateModel, YUV $convertToYuv, 4:2:0 $downsampleChroma',
      (mode) => {
        const proxy = new EncodeDecodeIntra({ ...mode, roundingFn: roundings.ste, qstepInit: 20 });
        const constants = [0, 128, 255].map((value) => tf.fill([1, 16, 24, 3], value) as tf.Tensor4D);
        for (const images of [...constants, pattern(8, 40, 3), pattern(1, 1, 3)]) {
          const loss = (x: tf.Tensor) => {
            const { decoded, rate } = proxy.apply(x as tf.Tensor4D);
            return rate.sum().add(decoded.sub(100).square().sum()).asScalar();
          };
          const { value, grad } = tf.valueAndGrad(loss)(images);
          expect(allFinite(value) && allFinite(grad)).toBe(true);
          const { grads } = tf.variableGrads(() => loss(images));
          expect(allFinite(grads[proxy.trainableWeights[0].name])).toBe(true);
        }
      },
    );
  });

  it.each(modes)(
    'leaves no tensors behind: JPEG rate $useJpegRateModel, YUV $convertToYuv, 4:2:0 $downsampleChroma',
    (mode) => {
      const proxy = new EncodeDecodeIntra({ ...mode, roundingFn: roundings.ste, qstepInit: 9 });
      const images = pair(9, 10, 4);
      expect(leakedTensors(() => proxy.apply(images))).toBe(0);
      const loss = () => tf.tidy(() => proxy.apply(images).rate.sum<tf.Scalar>());
      expect(
        leakedTensors(() => {
          const { value, grads } = tf.variableGrads(loss);
          return [value, ...Object.values(grads)];
        }),
      ).toBe(0);
      const before = tf.memory().numTensors;
      new EncodeDecodeIntra(mode).dispose();
      expect(tf.memory().numTensors).toBe(before);
    },
  );

  describe('with the real codec as forward pass', () => {
    const layouts = [false, true].flatMap((convertToYuv) =>
      [false, true].map((downsampleChroma) => ({ convertToYuv, downsampleChroma })),
    );

    it.each(layouts)(
      'is what is read from the real files: YUV $convertToYuv, 4:2:0 $downsampleChroma',
      async (layout) => {
        const images = pair(19, 22, 5);
        const proxy = new EncodeDecodeIntra({ ...layout, forward: 'real', clipToImageMax: false });
        const { decoded, rate } = proxy.apply(images, { qstep: 11 });
        for (const [i, image] of tf.unstack(images).entries()) {
          const pixels = { data: image.dataSync<'float32'>(), width: 22, height: 19, channels: 5 };
          const files = encodeBottleneck(pixels, { ...layout, qstep: 11 });
          const read = await decodeBottleneck(files, { ...layout, width: 22, height: 19, channels: 5 });
          expect(Array.from(tf.slice(decoded, [i, 0, 0, 0], [1, -1, -1, -1]).dataSync())).toEqual(
            Array.from(read.data),
          );
          expect(rate.dataSync()[i]).toBe(files.reduce((sum, file) => sum + 8 * file.length, 0));
        }
      },
    );

    it.each([true, false])('has the gradients of the proxy, JPEG rate %s', (useJpegRateModel) => {
      const gradients = (forward: 'proxy' | 'real') => {
        const proxy = new EncodeDecodeIntra({ useJpegRateModel, roundingFn: roundings.ste, qstepInit: 9, forward });
        const loss = (x: tf.Tensor) => {
          const { decoded, rate } = proxy.apply(x as tf.Tensor4D);
          return decoded
            .mul(pair(16, 12, 3))
            .sum()
            .add(rate.sum())
            .asScalar();
        };
        const step = tf.variableGrads(() => loss(pair(16, 12, 3))).grads[proxy.trainableWeights[0].name];
        return [
          tf
            .grad(loss)(pair(16, 12, 3))
            .arraySync(),
          step.arraySync(),
        ];
      };
      expect(gradients('real')).toEqual(gradients('proxy'));
    });

    it('scales to imageMax', async () => {
      const images = pattern(8, 16, 1).div<tf.Tensor4D>(255);
      const { decoded } = new EncodeDecodeIntra({ forward: 'real' }).apply(images.mul(255), { qstep: 6 });
      const scaled = new EncodeDecodeIntra({ forward: 'real', roundingFn: roundings.identity }).apply(images, {
        qstep: 6,
        imageMax: 1,
      });
      expectClose(scaled.decoded.mul(255).dataSync(), decoded.dataSync(), 1e-3);
      expect(first(scaled.rate)).toBe(
        first(new EncodeDecodeIntra({ forward: 'real' }).apply(images.mul(255), { qstep: 6 }).rate),
      );
    });

    it('leaves no tensors behind', () => {
      const proxy = new EncodeDecodeIntra({ forward: 'real', roundingFn: roundings.ste, downsampleChroma: true });
      const images = pair(9, 9, 3);
      expect(leakedTensors(() => ({ ...proxy.apply(images, { qstep: 5 }) }))).toBe(0);
    });

    it('takes any codec, which may know no grayscale', () => {
      // Inverts; grayscale comes back as RGB.
      const codec = {
        code: (images: Picture<Uint8Array>[], quality: number) =>
          images.map(({ data, width, height, channels }) => {
            const inverted = data.map((x) => 255 - x);
            const rgb =
              channels === 3
                ? inverted
                : Uint8Array.from({ length: 3 * data.length }, (_, i) => inverted[Math.floor(i / 3)]);
            return { image: { data: rgb, width, height, channels: 3 as const }, size: quality };
          }),
        close: async () => {},
      };
      for (const [convertToYuv, channels, files] of [
        [true, 3, 1],
        [false, 3, 3],
        [true, 4, 2],
      ] as const) {
        const proxy = new EncodeDecodeIntra({ convertToYuv, forward: { codec, quality: 77 } });
        const images = pair(6, 10, channels);
        const { decoded, rate } = proxy.apply(images, { qstep: 10 });
        expect(Array.from(decoded.dataSync())).toEqual(Array.from(tf.sub(255, images).dataSync()));
        expect(Array.from(rate.dataSync())).toEqual([8 * 77 * files, 8 * 77 * files]);
      }
    });

    it('refuses other words', () => {
      expect(() => new EncodeDecodeIntra({ forward: 'webp' as 'real' })).toThrow(
        'EncodeDecodeIntra: forward must be proxy, real or a codec, got webp',
      );
    });
  });

  describe('projected gradients', () => {
    const QSTEP = 11;
    const layouts = [
      { channels: 1 },
      { channels: 4 },
      { channels: 3, convertToYuv: true },
      { channels: 3, convertToYuv: true, downsampleChroma: true },
    ];

    /** g - (<g, e> / <e, e>) e of each block, in float64. */
    const project = (gradient: tf.Tensor, error: tf.Tensor) => {
      const [g, e] = [gradient, error].map((x) => Array.from(x.dataSync()));
      const dot = (a: number[], b: number[], start: number) =>
        a.slice(start, start + 64).reduce((sum, x, i) => sum + x * b[start + i], 0);
      const values = g.map((x, i) => {
        const start = i - (i % 64);
        return x - (dot(g, e, start) / dot(e, e, start)) * e[i];
      });
      return tf.tensor(values, gradient.shape);
    };

    /** The gradient of <p, decoded> to images, put together from those of the transforms around the quantiser. */
    function composed(images: tf.Tensor4D, p: tf.Tensor4D, layout: object, decodedImages?: tf.Tensor4D): tf.Tensor4D {
      const jpeg = new JpegProxy(layout);
      const [, height, width] = images.shape;
      const coefficients = jpeg.forward(images);
      const decoded = decodedImages
        ? jpeg.forward(decodedImages)
        : coefficients.map((c) => c.div(QSTEP).round().mul<tf.Tensor4D>(QSTEP));
      const atBlocks = tf.grads((...blocks: tf.Tensor[]) =>
        jpeg
          .inverse(blocks as tf.Tensor4D[], [height, width])
          .mul(p)
          .sum()
          .asScalar(),
      )(decoded);
      const projected = coefficients.map((c, i) => project(atBlocks[i], decoded[i].sub(c)));
      return tf.grad((x: tf.Tensor) =>
        tf.addN(jpeg.forward(x as tf.Tensor4D).map((c, i) => c.mul(projected[i]).sum())).asScalar(),
      )(images) as tf.Tensor4D;
    }
    const gradientOf = (proxy: EncodeDecodeIntra, images: tf.Tensor4D, p: tf.Tensor4D) =>
      tf.grad((x: tf.Tensor) =>
        proxy
          .apply(x as tf.Tensor4D, { qstep: QSTEP })
          .decoded.mul(p)
          .sum()
          .asScalar(),
      )(images);

    it.each(layouts)('are orthogonal to the error of each block of each coded plane: %o', ({ channels, ...layout }) => {
      const images = pair(19, 22, channels);
      const p = tf.tensor4d(direction(images.size), images.shape);
      const groups = channels === 4 ? [3, 1] : [channels];
      const parts = groups.map((count, i) => {
        const cut = (x: tf.Tensor4D) => tf.slice(x, [0, 0, 0, 3 * i], [2, 19, 22, count]);
        return composed(cut(images), cut(p), layout);
      });
      const options = { ...layout, gradient: 'projected', clipToImageMax: false } as const;
      for (const roundingFn of [roundings.ste, roundings.hard]) {
        const gradient = gradientOf(new EncodeDecodeIntra({ ...options, roundingFn }), images, p);
        expectClose(gradient.dataSync(), tf.concat(parts, 3).dataSync(), 1e-3);
      }
    });

    it('take the error from another codec where that is in the loop', () => {
      const codec = {
        code: (images: Picture<Uint8Array>[]) =>
          images.map((image) => ({
            image: { ...image, data: image.data.map((x, i) => (x + (i % 5) * 9) / 2) },
            size: 9,
          })),
        close: async () => {},
      };
      const images = pair(16, 16, 1);
      const p = tf.tensor4d(direction(images.size), images.shape);
      const options = { roundingFn: roundings.ste, clipToImageMax: false, forward: { codec, quality: 5 } } as const;
      const proxy = new EncodeDecodeIntra({ ...options, gradient: 'projected' });
      const { decoded } = proxy.apply(images, { qstep: QSTEP });
      expectClose(gradientOf(proxy, images, p).dataSync(), composed(images, p, {}, decoded).dataSync(), 1e-3);
    });

    it.each(['proxy', 'real'] as const)('change neither values nor the gradient of the rate, forward %s', (forward) => {
      const images = pair(16, 24, 3);
      const [published, projected] = (['straight-through', 'projected'] as const).map((gradient) => {
        const proxy = new EncodeDecodeIntra({ roundingFn: roundings.ste, qstepInit: 9, forward, gradient });
        const { decoded, rate } = proxy.apply(images);
        const bits = tf.grad((x: tf.Tensor) =>
          proxy
            .apply(x as tf.Tensor4D)
            .rate.sum()
            .asScalar(),
        )(images);
        const step = tf.variableGrads(() => proxy.apply(images).decoded.square().sum().asScalar()).grads;
        return [decoded, rate, bits, ...Object.values(step)].map((x) => [...x.dataSync()]);
      });
      for (const i of [0, 1, 2]) expect(projected[i]).toEqual(published[i]);
      // The step is learned as before.
      expect(projected[3][0] / published[3][0]).toBeCloseTo(1, 3);
    });
  });

  describe('the rate of unrounded coefficients', () => {
    it.each([
      ['of files', { useJpegRateModel: true }],
      ['of Gaussian coefficients', { useJpegRateModel: false }],
      ['of files with the real codec', { forward: 'real' }],
    ] as const)('has the value of the bits %s and the slope of sum ln(1 + |c / D|)', (_, options) => {
      const images = pair(16, 16, 1);
      const common = { ...options, roundingFn: roundings.ste };
      const proxy = new EncodeDecodeIntra({ ...common, rateOf: 'unrounded' });
      const rate = (x: tf.Tensor) => proxy.apply(x as tf.Tensor4D, { qstep: 8 }).rate;
      // The published value is less by a part in nz^2.
      const published = new EncodeDecodeIntra(common).apply(images, { qstep: 8 }).rate.dataSync();
      const bits = rate(images).dataSync();
      for (const i of [0, 1]) expect(bits[i] / published[i]).toBeCloseTo(1, 4);

      const jpeg = new JpegProxy();
      const sums = (x: tf.Tensor4D, f: (u: tf.Tensor) => tf.Tensor) =>
        Array.from(
          tf
            .log1p(f(jpeg.forward(x)[0].div(8)).abs())
            .sum([1, 2, 3])
            .dataSync(),
        );
      const nz = sums(images, tf.round);
      const v = images.sub<tf.Tensor4D>(128); // contrast, which costs bits
      const [up, down] = [1e-3, -1e-3].map((h) => sums(images.add<tf.Tensor4D>(v.mul(h)), (u) => u));
      const numeric = [0, 1].map((i) => ((bits[i] * nz[i]) / (nz[i] ** 2 + 1)) * ((up[i] - down[i]) / 2e-3));
      const analytic = tf
        .grad((x: tf.Tensor) => rate(x).sum())(images)
        .mul(v)
        .sum([1, 2, 3])
        .dataSync();
      for (const i of [0, 1]) expect(Math.abs(analytic[i] / numeric[i] - 1)).toBeLessThan(0.02);
    });
  });

  it('refuses other words for its gradients', () => {
    expect(() => new EncodeDecodeIntra({ gradient: 'ste' as 'projected' })).toThrow(
      'EncodeDecodeIntra: gradient must be straight-through or projected, got ste',
    );
    expect(() => new EncodeDecodeIntra({ rateOf: 'levels' as 'rounded' })).toThrow(
      'EncodeDecodeIntra: rateOf must be rounded or unrounded, got levels',
    );
  });

  describe('refuses', () => {
    const proxy = () => new EncodeDecodeIntra({ trainQstep: false });
    const images = () => pattern(8, 8, 1);

    it('images of another rank, and empty ones', () => {
      for (const shape of [
        [8, 8, 3],
        [1, 8, 8, 0],
        [0, 8, 8, 3],
        [1, 0, 8, 1],
      ]) {
        const wrong = tf.zeros<tf.Rank.R4>(shape as tf.Tensor4D['shape']);
        expect(() => proxy().apply(wrong)).toThrow(
          `EncodeDecodeIntra.apply: images must be [B, H, W, C] and not empty, got [${shape}]`,
        );
      }
    });

    it('a step that is no positive number, from the start, fed, or learned', () => {
      for (const qstep of [0, -3, Number.NaN, Infinity]) {
        const message = `EncodeDecodeIntra.apply: the quantiser step must be positive and finite, got ${qstep}`;
        expect(() => proxy().apply(images(), { qstep })).toThrow(message);
        expect(() => new EncodeDecodeIntra({ useJpegRateModel: false }).apply(images(), { qstep })).toThrow(message);
        expect(() => proxy().apply(images(), { qstep: tf.scalar(qstep) })).toThrow(message);
      }
      expect(() => new EncodeDecodeIntra({ qstepInit: 0 })).toThrow(
        /step must be positive and finite, got 0 from qstepInit 0 and minQstep 0/,
      );
      expect(() => new EncodeDecodeIntra({ qstepInit: Number.NaN })).toThrow(/got NaN from qstepInit NaN/);
      const learned = new EncodeDecodeIntra();
      learned.trainableWeights[0].assign(tf.scalar(-1));
      expect(() => learned.apply(images())).toThrow(/got -0\.006.*a positive minQstep keeps/);
    });

    it('an imageMax that is no positive number', () => {
      for (const imageMax of [0, -255, Number.NaN, Infinity]) {
        expect(() => proxy().apply(images(), { imageMax })).toThrow(
          `EncodeDecodeIntra.apply: imageMax must be positive and finite, got ${imageMax}`,
        );
      }
    });
  });
});
