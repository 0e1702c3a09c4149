import { annexKTables, decodeJpeg, encodeJpeg } from '@sandwich/codecs';
import { presentEngines, startEngine, tf } from '@sandwich/engine';
import { checkGradient } from '@sandwich/engine/testing';
import type { Picture } from '@sandwich/pictures';
import { beforeAll, describe, expect, it } from 'vitest';
import { direction, expectClose, leakedTensors, pattern } from '../../testing/tensors.js';
import type { ChromaSubsampling } from '../resampling/chroma-resampling.js';
import { roundings } from '../rounding/roundings.js';
import { diffJpeg, diffJpegDecode, diffJpegEncode, diffJpegWithRate } from './diff-jpeg.js';
import type { DiffJpegOptions } from './diff-jpeg-options.js';

const qualities = (...values: number[]): tf.Tensor1D => tf.tensor1d(values);
const first = (x: tf.Tensor): number => x.dataSync()[0];
const tableOf = (values: ArrayLike<number>): tf.Tensor2D => tf.tensor2d(Float32Array.from(values), [8, 8]);

/**
 * What the code published with the paper makes of the pattern of 16x16, with L = mean((y - x)^2), x in it held constant (torch 1.13):
 * quality, STE, L, the RGB of y at (0, 0) and at (9, 5), dL/dq, dL/dx of the first element, and the sum of all |dL/dx|.
 */
const golden: [number, boolean, number, number[], number[], number, number, number][] = [
  // biome-ignore format: a table
  [1, false, 3977.7002, [-0.0105, 78.4815, -0.0220], [234.2921, 211.3988, 243.8634], -1.420647e-1, -3.780548e-3, 29.69733],
  [1, true, 4558.5854, [0, 91.0287, 0], [244.8298, 209.5708, 255], 0, -1.209469e-2, 33.17636],
  [
    10,
    false,
    3026.3406,
    [-0.0044, -0.0054, 45.7538],
    [184.4403, 201.435, 143.5718],
    -4.545114e-2,
    4.94103e-3,
    19.88952,
  ],
  [10, true, 3264.9797, [0, 0, 31.8445], [183.3283, 197.4357, 145.7814], 0, 1.667691e-3, 22.83021],
  [
    50,
    false,
    2270.8865,
    [-0.0254, 44.691, 77.2685],
    [174.2111, 211.7063, 115.9561],
    -4.981747e-2,
    -2.579869e-2,
    14.16094,
  ],
  [50, true, 2381.7241, [0, 45.1376, 78.5101], [177.2561, 214.8111, 118.3955], 0, -2.908751e-2, 15.55896],
  [95, false, 1708.9139, [-0.0016, 39.2514, 84.2549], [169.3538, 211.9279, 135.1438], 15.79423, -3.827358e-3, 8.138285],
  [95, true, 1711.8452, [0, 39.7063, 85.3284], [170.7789, 213.586, 136.2374], 0.5229552, -9.773073e-3, 8.026706],
];

describe.each(presentEngines())('diffJpeg on %s', (engine) => {
  beforeAll(async () => {
    await startEngine({ engine });
  });

  it.each(golden)('is the published one at quality %d, STE %s', (q, ste, loss, corner, inside, dq, dx, sum) => {
    tf.tidy(() => {
      const x = pattern(16, 16, 3);
      const y = diffJpeg(x, qualities(q), { ste });
      expectClose(tf.slice(y, [0, 0, 0, 0], [1, 1, 1, 3]).dataSync(), corner, 2e-3);
      expectClose(tf.slice(y, [0, 9, 5, 0], [1, 1, 1, 3]).dataSync(), inside, 2e-3);
      const { value, grads } = tf.valueAndGrads((image: tf.Tensor, quality: tf.Tensor) =>
        diffJpeg(image as tf.Tensor4D, quality as tf.Tensor1D, { ste })
          .sub(pattern(16, 16, 3))
          .square()
          .mean<tf.Scalar>(),
      )([x, qualities(q)]);
      expect(Math.abs(first(value) / loss - 1)).toBeLessThan(1e-6);
      // Near a half of a level a float32 unit turns into a thousandth of the gradient.
      expect(Math.abs(first(grads[1]) - dq)).toBeLessThan(1e-6 + 2e-3 * Math.abs(dq));
      expect(Math.abs(first(grads[0]) - dx)).toBeLessThan(1e-5);
      expect(Math.abs(first(grads[0].abs().sum()) / sum - 1)).toBeLessThan(1e-4);
    });
  });

  describe('gradients', () => {
    // With a smooth rounding all is differentiable but for the steps of the published polynomial floors. Tables and quality are chosen so
    // that all entries lie well between two of them: T (135 + 1/20) / 100 is 0.3 above a whole number.
    const smooth: DiffJpegOptions = { rounding: roundings.sine, subsampling: '4:2:0' };
    const image = () => pattern(11, 18, 3);
    const flat = (step: number, seed: number) => tableOf(direction(64, seed).map((d) => step + 0.02 * d));
    const matrix = () =>
      tf.tensor2d([
        [0.3, 0.6, 0.1],
        [-0.2, -0.3, 0.5],
        [0.45, -0.4, -0.1],
      ]);

    it.each(['4:0:0', '4:2:0', '4:2:2', '4:4:4'] as ChromaSubsampling[])('to the image, %s', (subsampling) => {
      for (const chromaFilter of ['antialiased', 'libjpeg'] as const) {
        checkGradient((x) => diffJpeg(x, qualities(40), { ...smooth, subsampling, chromaFilter }), image(), {
          step: 0.05,
          tolerance: 5e-3,
          direction: 'gradient',
        });
      }
    });

    it('to the image of one channel', () => {
      checkGradient((x) => diffJpeg(x, qualities(40), smooth), pattern(11, 18, 1), { step: 0.05, tolerance: 2e-2 });
    });

    it('to the quality', () => {
      const options = { ...smooth, tableY: flat(31.33, 5), tableC: flat(45.4, 6) };
      // Squared errors: a change of the quality moves samples up and down alike.
      const errors = (q: tf.Tensor1D) => diffJpeg(image(), q, options).sub(image()).square();
      checkGradient(errors, qualities(37), { step: 0.02, tolerance: 2e-2 });
    });

    it('to both tables, shared and one an image', () => {
      const images = tf.concat([image(), pattern(11, 18, 3, 90)], 0);
      const options = { ...smooth, tableY: flat(31.33, 5), tableC: flat(45.4, 6) };
      const settings = { step: 0.04, tolerance: 2e-2, direction: 'gradient' } as const;
      const both = qualities(37, 37);
      checkGradient((tableY) => diffJpeg(images, both, { ...options, tableY }), flat(31.33, 7), settings);
      checkGradient((tableC) => diffJpeg(images, both, { ...options, tableC }), flat(45.4, 8), settings);
      const stack = (a: number, b: number) => tf.stack([flat(a, 1), flat(b, 2)]) as tf.Tensor3D;
      checkGradient((tableY) => diffJpeg(images, both, { ...options, tableY }), stack(31.33, 32.07), settings);
      checkGradient((tableC) => diffJpeg(images, both, { ...options, tableC }), stack(45.4, 46.15), settings);
    });

    it('to the colour matrix and the offset', () => {
      const settings = { step: 2e-4, tolerance: 2e-2 };
      checkGradient((colorMatrix) => diffJpeg(image(), qualities(60), { ...smooth, colorMatrix }), matrix(), settings);
      const offset = tf.tensor1d([3, 120, 131]);
      const options = { ...smooth, colorMatrix: matrix() };
      checkGradient((colorOffset) => diffJpeg(image(), qualities(60), { ...options, colorOffset }), offset, {
        step: 0.05,
        tolerance: 2e-2,
      });
    });

    it('are those of the surrogate with forward real, too', () => {
      const gradients = (forward: 'proxy' | 'real') =>
        tf.tidy(() =>
          tf
            .grads((x: tf.Tensor, q: tf.Tensor) =>
              diffJpeg(x as tf.Tensor4D, q as tf.Tensor1D, { forward })
                .mul(tf.tensor(direction(594), [1, 11, 18, 3]))
                .sum(),
            )([image(), qualities(37)])
            .map((gradient) => gradient.arraySync()),
        );
      expect(gradients('real')).toEqual(gradients('proxy'));
    });
  });

  it.each(['4:4:4', '4:2:0'] as const)(
    'has projected gradients in %s: orthogonal to the error of each block of each plane',
    (subsampling) => {
      tf.tidy(() => {
        const x = pattern(19, 22, 3);
        const q = qualities(40);
        const p = tf.tensor4d(direction(x.size), x.shape);
        const size: [number, number] = [19, 22];
        const options = { ste: true, subsampling, gradient: 'projected' } as const;
        const unrounded = { ...options, gradient: 'rounding', rounding: roundings.identity } as const;
        const decode = (...planes: tf.Tensor[]) => {
          const [y, cb, cr] = planes as tf.Tensor4D[];
          return diffJpegDecode({ y, cb, cr }, q, size, options).mul(p).sum().asScalar();
        };
        const planesOf = (image: tf.Tensor, options: DiffJpegOptions) =>
          Object.values(diffJpegEncode(image as tf.Tensor4D, q, options)) as tf.Tensor4D[];
        const levels = planesOf(x, options);
        const before = planesOf(x, unrounded);
        expectClose(levels[1].dataSync(), tf.round(before[1]).dataSync(), 0);
        // At levels, which are coefficients divided by steps s: with g s for g, and e / s for e.
        const steps = [annexKTables.luma, annexKTables.chroma, annexKTables.chroma].map((table) =>
          Array.from(table, (entry) => Math.floor((entry * 125 + 50) / 100)),
        );
        const projected = tf
          .grads(decode)(levels)
          .map((dl, plane) => {
            const [l, u, g] = [levels[plane], before[plane], dl].map((t) => t.dataSync());
            const out = new Float32Array(l.length);
            for (let start = 0; start < l.length; start += 64) {
              let [ge, ee] = [0, 0];
              for (let i = 0; i < 64; i++) {
                const [s, e] = [steps[plane][i], (l[start + i] - u[start + i]) * steps[plane][i]];
                ge += (g[start + i] / s) * e;
                ee += e * e;
              }
              for (let i = 0; i < 64; i++) {
                const s = steps[plane][i];
                out[start + i] = (g[start + i] / s - (ge / ee) * (l[start + i] - u[start + i]) * s) * s;
              }
            }
            return tf.tensor(out, dl.shape);
          });
        const expected = tf.grad((image: tf.Tensor) =>
          tf.addN(planesOf(image, unrounded).map((u, i) => u.mul(projected[i]).sum())).asScalar(),
        )(x);
        const actual = tf.grad((image: tf.Tensor) =>
          diffJpeg(image as tf.Tensor4D, q, options)
            .mul(p)
            .sum()
            .asScalar(),
        )(x);
        expectClose(actual.dataSync(), expected.dataSync(), 2e-3);
      });
    },
  );

  it('leaves no tensors behind', () => {
    const [x, q, t] = [pattern(17, 9, 3), qualities(50), tableOf(annexKTables.luma)];
    for (const options of [{}, { ste: true, arithmetic: 'integer' }, { forward: 'real' }] as DiffJpegOptions[]) {
      expect(leakedTensors(() => diffJpeg(x, q, options))).toBe(0);
      const loss = (...[image, quality, tableY]: tf.Tensor[]) =>
        diffJpeg(image as tf.Tensor4D, quality as tf.Tensor1D, { ...options, tableY: tableY as tf.Tensor2D }).sum();
      expect(leakedTensors(() => tf.grads(loss)([x, q, t]))).toBe(0);
    }
  });
});

describe('diffJpeg', () => {
  beforeAll(async () => {
    await startEngine();
  });

  /** A repeatable uniform number below `limit`. */
  const randomNumbers = (seed: number) => {
    let state = seed;
    return (limit: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * limit);
    };
  };
  /** A picture with smooth parts, edges and some noise. */
  const randomImage = (
    width: number,
    height: number,
    channels: 1 | 3,
    random: (limit: number) => number,
  ): Picture<Uint8Array> => {
    const slopes = Array.from({ length: 2 * channels }, () => random(20) - 10);
    const edge = random(width + 1);
    const data = Uint8Array.from({ length: width * height * channels }, (_, i) => {
      const [c, x, y] = [i % channels, Math.floor(i / channels) % width, Math.floor(i / channels / width)];
      const smooth = 128 + slopes[2 * c] * x + slopes[2 * c + 1] * y + (x < edge ? 40 * c : -40);
      return Math.min(Math.max(smooth + random(9), 0), 255);
    });
    return { data, width, height, channels };
  };
  const tensorOf = ({ data, width, height, channels }: Picture<Uint8Array>): tf.Tensor4D =>
    tf.tensor4d(Float32Array.from(data), [1, height, width, channels]);
  const scaled = (table: ArrayLike<number>, q: number) => {
    const percent = q < 50 ? Math.floor(5000 / q) : 200 - 2 * q;
    return Array.from(table, (t) => Math.min(Math.max(Math.floor((t * percent + 50) / 100), 1), 255));
  };

  it('in integer arithmetic decodes what libjpeg does, and with forward real exactly, at any size, quality, table and subsampling', async () => {
    const random = randomNumbers(20);
    let [samples, different] = [0, 0];
    for (let trial = 0; trial < 60; trial++) {
      const image = randomImage(1 + random(40), 1 + random(40), trial % 5 === 0 ? 1 : 3, random);
      const quality = 1 + random(100);
      const subsampling = (['4:2:0', '4:2:2', '4:4:4'] as const)[trial % 3];
      const custom = trial % 2 === 0;
      const luma = custom ? Array.from({ length: 64 }, () => 1 + random(255)) : annexKTables.luma;
      const chroma = custom ? Array.from({ length: 64 }, () => 1 + random(255)) : annexKTables.chroma;
      const tables = { luma: scaled(luma, quality), chroma: scaled(chroma, quality) };
      const decoded = await decodeJpeg(encodeJpeg(image, { tables, subsampling }));
      const coded = (options: DiffJpegOptions) =>
        tf.tidy(() => {
          const given = { tableY: tableOf(luma), tableC: tableOf(chroma), subsampling, ...options };
          return diffJpeg(tensorOf(image), qualities(quality), given).dataSync();
        });
      expect(Array.from(coded({ forward: 'real' }))).toEqual(Array.from(decoded.data));
      const ours = coded({ ste: true, chromaFilter: 'libjpeg', arithmetic: 'integer' });
      samples += ours.length;
      different += ours.filter((x, i) => x !== decoded.data[i]).length;
    }
    expect(samples).toBeGreaterThan(50_000);
    expect(different / samples).toBeLessThan(1e-4);
  });

  it('codes colour as gray in 4:0:0, as the luma of a grayscale file', async () => {
    const random = randomNumbers(3);
    const image = randomImage(21, 13, 3, random);
    const luma = Uint8Array.from({ length: 21 * 13 }, (_, i) =>
      Math.floor(0.299 * image.data[3 * i] + 0.587 * image.data[3 * i + 1] + 0.114 * image.data[3 * i + 2] + 0.5),
    );
    const { data } = await decodeJpeg(encodeJpeg({ ...image, data: luma, channels: 1 }, { quality: 30 }));
    const gray = Array.from(data).flatMap((y) => [y, y, y]);
    const options = { subsampling: '4:0:0' } as const;
    expect(Array.from(diffJpeg(tensorOf(image), qualities(30), { ...options, forward: 'real' }).dataSync())).toEqual(
      gray,
    );
    const integer = diffJpeg(tensorOf(image), qualities(30), { ...options, ste: true, arithmetic: 'integer' });
    expectClose(integer.dataSync(), gray, 0);
  });

  it('rounds and clips pixels for the real codec', async () => {
    const x = pattern(9, 10, 3).mul<tf.Tensor4D>(1.2).sub<tf.Tensor4D>(20.3);
    const data = Uint8Array.from(new Uint8ClampedArray(x.dataSync()));
    const real = await decodeJpeg(encodeJpeg({ data, width: 10, height: 9, channels: 3 }, { quality: 44 }));
    expect(Array.from(diffJpeg(x, qualities(44), { forward: 'real' }).dataSync())).toEqual(Array.from(real.data));
  });

  it('takes a quality for each image, and not only whole ones', () => {
    const images = tf.concat([pattern(16, 16, 3), pattern(16, 16, 3, 99)], 0);
    const both = diffJpeg(images, qualities(12.5, 80));
    const [a, b] = tf.split<tf.Tensor4D>(images, 2, 0);
    expectClose(
      both.dataSync(),
      tf.concat([diffJpeg(a, qualities(12.5)), diffJpeg(b, qualities(80))], 0).dataSync(),
      2e-3,
    );
  });

  it('takes tables for each image', () => {
    const images = tf.concat([pattern(16, 16, 3), pattern(16, 16, 3, 99)], 0);
    const [one, two] = [annexKTables.luma, annexKTables.chroma].map(tableOf);
    const stacked = diffJpeg(images, qualities(50, 50), { tableY: tf.stack([one, two]) as tf.Tensor3D });
    const [a, b] = tf.split<tf.Tensor4D>(images, 2, 0);
    const apart = [diffJpeg(a, qualities(50), { tableY: one }), diffJpeg(b, qualities(50), { tableY: two })];
    expectClose(stacked.dataSync(), tf.concat(apart, 0).dataSync(), 2e-3);
  });

  it.each([true, false])('is finite with finite gradients from quality 1 to 100, STE %s', (ste) => {
    const size = [5, 3] as const;
    for (const [q, image] of [
      [1, pattern(...size, 3)],
      [100, pattern(...size, 3)],
      [50, tf.zeros([1, 1, 1, 3])],
      [1, tf.fill([1, 16, 16, 1], 255)],
      [99.9, tf.fill([1, 16, 16, 3], 128)],
    ] as [number, tf.Tensor4D][]) {
      const { value, grads } = tf.valueAndGrads((x: tf.Tensor, quality: tf.Tensor) =>
        diffJpeg(x as tf.Tensor4D, quality as tf.Tensor1D, { ste })
          .square()
          .sum<tf.Scalar>(),
      )([image, qualities(q)]);
      for (const tensor of [value, ...grads]) expect(tensor.dataSync().every(Number.isFinite)).toBe(true);
    }
  });

  it('passes the gradient of the quality on request, where the floors of the STE have none', () => {
    const gradient = (options: DiffJpegOptions) =>
      first(
        tf.grad((q: tf.Tensor) =>
          diffJpeg(pattern(16, 16, 3), q as tf.Tensor1D, options)
            .square()
            .mean(),
        )(qualities(50)),
      );
    expect(gradient({ ste: true })).toBeCloseTo(0, 12);
    // Straight through both floors, T' = T s / 100 + 1/2 and s = 5000 / q or 200 - 2 q: the gradient of the same codec
    // with T' tables given, summed over their entries times dT'/dq = -2 T / 100.
    const tables = { tableY: tableOf(annexKTables.luma), tableC: tableOf(annexKTables.chroma) };
    const [dY, dC] = tf.grads((tableY: tf.Tensor, tableC: tf.Tensor) =>
      diffJpeg(pattern(16, 16, 3), qualities(50), {
        ste: true,
        qualityGradient: 'identity',
        tableY: tableY as tf.Tensor2D,
        tableC: tableC as tf.Tensor2D,
      })
        .square()
        .mean(),
    )([tables.tableY, tables.tableC]);
    const expected = -0.02 * (first(dY.mul(tables.tableY).sum()) + first(dC.mul(tables.tableC).sum()));
    expect(gradient({ ste: true, qualityGradient: 'identity' }) / expected).toBeCloseTo(1, 4);
    expect(Math.abs(expected)).toBeGreaterThan(1);
  });

  it('is its halves, one after the other', () => {
    for (const subsampling of ['4:0:0', '4:2:0', '4:2:2', '4:4:4'] as const) {
      const x = pattern(21, 34, 3);
      const options = { subsampling, ste: true };
      const levels = diffJpegEncode(x, qualities(35), options);
      const shapes = Object.values(levels).map((plane: tf.Tensor) => plane.shape.slice(1, 3));
      const chroma = { '4:0:0': [], '4:2:0': [2, 3], '4:2:2': [3, 3], '4:4:4': [3, 5] }[subsampling];
      expect(shapes).toEqual(chroma.length > 0 ? [[3, 5], chroma, chroma] : [[3, 5]]);
      for (const plane of Object.values(levels) as tf.Tensor[]) {
        expect(plane.dataSync().every(Number.isInteger)).toBe(true);
      }
      const decoded = diffJpegDecode(levels, qualities(35), [21, 34], options);
      const whole = diffJpeg(x, qualities(35), options);
      const expected = subsampling === '4:0:0' ? tf.slice(whole, [0, 0, 0, 0], [1, 21, 34, 1]) : whole;
      expectClose(decoded.dataSync(), expected.dataSync(), 1e-3);
    }
  });

  it('has levels that are those of the real file', () => {
    const random = randomNumbers(8);
    for (const [trial, subsampling] of (['4:2:0', '4:2:2', '4:4:4'] as const).entries()) {
      const image = randomImage(33 + trial, 17 + trial, 3, random);
      const options = { ste: true, chromaFilter: 'libjpeg', arithmetic: 'integer', subsampling } as const;
      const levels = diffJpegEncode(tensorOf(image), qualities(61), options);
      const coefficients = [levels.y, levels.cb!, levels.cr!].map((plane) => plane.dataSync());
      const { width, height } = image;
      const file = encodeJpeg({ width, height, coefficients }, { quality: 61, subsampling });
      expect(Buffer.from(file).equals(encodeJpeg(image, { quality: 61, subsampling }))).toBe(true);
    }
  });

  it('costs the bits of the real file', () => {
    const random = randomNumbers(30);
    const images = [randomImage(40, 32, 3, random), randomImage(40, 32, 3, random)];
    const x = tf.concat(images.map(tensorOf), 0);
    const bits = images.map(
      (image, i) => 8 * encodeJpeg(image, { quality: [30, 80][i], optimizeHuffman: true }).length,
    );
    const real = diffJpegWithRate(x, qualities(30, 80), { forward: 'real' });
    expect(Array.from(real.rate.dataSync())).toEqual(bits);
    const proxied = diffJpegWithRate(x, qualities(30, 80), { ste: true });
    // nz^2 / (nz^2 + 1) of them, and nz is above 100
    for (const [i, rate] of proxied.rate.dataSync().entries()) expect(rate / bits[i]).toBeCloseTo(1, 3);
    expect(Array.from(proxied.decoded.dataSync())).toEqual(
      Array.from(diffJpeg(x, qualities(30, 80), { ste: true }).dataSync()),
    );
    const gradient = tf.grad((image: tf.Tensor) =>
      diffJpegWithRate(image as tf.Tensor4D, qualities(30, 80)).rate.sum(),
    )(x);
    expect(first(gradient.abs().sum())).toBeGreaterThan(1);
  });

  it('costs the bits of the real file exactly with the rate of unrounded levels, and pulls those that are 0', () => {
    tf.tidy(() => {
      const x = pattern(24, 32, 3);
      for (const gradient of ['rounding', 'projected'] as const) {
        for (const forward of ['proxy', 'real'] as const) {
          const options = { ste: true, subsampling: '4:4:4', gradient, forward } as const;
          const rate = (rateOf: 'rounded' | 'unrounded') => (image: tf.Tensor) =>
            diffJpegWithRate(image as tf.Tensor4D, qualities(5), { ...options, rateOf })
              .rate.sum()
              .asScalar();
          const [rounded, unrounded] = [rate('rounded'), rate('unrounded')];
          expect(first(unrounded(x)) % 8).toBe(0);
          expect(first(unrounded(x)) / first(rounded(x))).toBeCloseTo(1, 3);
          // Nothing is left of a faint picture: its rate has no slope, unless a louder neighbour sets one.
          const faint = tf.concat([x, x.mul<tf.Tensor4D>(0.02).add<tf.Tensor4D>(128)], 2);
          const slopes = [rounded, unrounded].map((f) => {
            const grad = tf.grad(f)(faint) as tf.Tensor4D;
            return first(tf.slice(grad, [0, 0, 32, 0], [1, 24, 32, 3]).abs().sum());
          });
          expect(slopes[1]).toBeGreaterThan(10 * slopes[0] + 1);
        }
      }
    });
  });

  it('with a colour matrix of one to one codes planes as they are', () => {
    const options = { subsampling: '4:4:4', colorMatrix: tf.eye(3), colorOffset: tf.zeros([3]) } as DiffJpegOptions;
    const tables = { tableC: tableOf(annexKTables.luma) };
    const planes = diffJpeg(pattern(16, 16, 3), qualities(50), { ...options, ...tables });
    const apart = [0, 1, 2].map((c) =>
      diffJpeg(tf.slice(pattern(16, 16, 3), [0, 0, 0, c], [1, 16, 16, 1]), qualities(50)),
    );
    expectClose(planes.dataSync(), tf.concat(apart, 3).dataSync(), 2e-3);
  });

  describe('refuses', () => {
    const x = () => pattern(8, 8, 3);
    const table = (value: number) => {
      const values = new Float32Array(64).fill(16);
      values[10] = value;
      return tf.tensor2d(values, [8, 8]);
    };

    it.each([0, 101, Number.NaN, -3, Infinity])('quality %d', (q) => {
      for (const call of [diffJpeg, diffJpegEncode]) {
        expect(() => call(x(), qualities(q))).toThrow(`${call.name}: quality[0] must be 1 to 100, got ${q}`);
      }
      const levels = diffJpegEncode(x(), qualities(50));
      expect(() => diffJpegDecode(levels, qualities(q), [8, 8])).toThrow(
        `diffJpegDecode: quality[0] must be 1 to 100, got ${q}`,
      );
    });

    it.each([0, 256, Number.NaN])('a table with %d', (value) => {
      for (const name of ['tableY', 'tableC']) {
        expect(() => diffJpeg(x(), qualities(50), { [name]: table(value) })).toThrow(
          `diffJpeg: ${name}[1,2] must be 1 to 255, got ${value}`,
        );
      }
    });

    it('tables, matrices and qualities of another shape', () => {
      const wrong = (options: object) => () => diffJpeg(x(), qualities(50), options as DiffJpegOptions);
      expect(wrong({ tableY: tf.ones([64]) })).toThrow(
        'diffJpeg: tableY must have shape [8, 8] or [1, 8, 8], got [64]',
      );
      expect(wrong({ tableC: tf.ones([2, 8, 8]) })).toThrow(/tableC must have shape .* got \[2, 8, 8\]/);
      expect(wrong({ colorMatrix: tf.ones([3, 4]) })).toThrow('colorMatrix must have shape [3, 3], got [3, 4]');
      expect(wrong({ colorOffset: tf.ones([1]) })).toThrow('colorOffset must have shape [3], got [1]');
      expect(() => diffJpeg(x(), qualities(50, 50))).toThrow('diffJpeg: quality must have shape [1], got [2]');
    });

    it('pixels that are not finite', () => {
      for (const bad of [Number.NaN, Infinity]) {
        const values = new Float32Array(192).fill(7);
        values[100] = bad;
        const image = tf.tensor4d(values, [1, 8, 8, 3]);
        expect(() => diffJpeg(image, qualities(50))).toThrow(`diffJpeg: image[0,4,1,1] must be finite, got ${bad}`);
      }
    });

    it('images of another rank or number of channels, and empty ones', () => {
      for (const shape of [
        [8, 8, 3],
        [1, 8, 8, 2],
        [1, 8, 8, 4],
        [1, 0, 8, 3],
      ]) {
        const image = tf.zeros<tf.Rank.R4>(shape as tf.Tensor4D['shape']);
        expect(() => diffJpeg(image, qualities(50))).toThrow(
          `diffJpeg: image must be [B, H, W, 3] or [B, H, W, 1] and not empty, got [${shape.join(', ')}]`,
        );
      }
    });

    it('a colour matrix without inverse, and any that the real codec does not know', () => {
      const colorMatrix = tf.ones([3, 3]) as tf.Tensor2D;
      expect(() => diffJpeg(x(), qualities(50), { colorMatrix })).toThrow(
        'diffJpeg: colorMatrix must have an inverse, got [1,1,1,1,1,1,1,1,1]',
      );
      expect(() => diffJpeg(x(), qualities(50), { colorMatrix: tf.eye(3), forward: 'real' })).toThrow(
        /diffJpeg: colorMatrix and colorOffset must be left out with forward 'real'/,
      );
    });

    it('levels of another shape', () => {
      const { y, cb, cr } = diffJpegEncode(pattern(20, 20, 3), qualities(50));
      expect(() => diffJpegDecode({ y, cb: y, cr }, qualities(50), [20, 20])).toThrow(
        'diffJpegDecode: levels.cb of 20 x 20 pixels must have shape [1, 2, 2, 64], got [1, 3, 3, 64]',
      );
      expect(() => diffJpegDecode({ y, cb, cr }, qualities(50), [25, 20])).toThrow(
        'diffJpegDecode: levels.y of 25 x 20 pixels must have shape [1, 4, 3, 64], got [1, 3, 3, 64]',
      );
    });

    it('other words for options', () => {
      const wrong = (options: object) => () => diffJpeg(x(), qualities(50), options as DiffJpegOptions);
      expect(wrong({ subsampling: '4:1:1' })).toThrow(
        'diffJpeg: subsampling must be 4:0:0, 4:4:4, 4:2:2 or 4:2:0, got 4:1:1',
      );
      expect(wrong({ forward: 'fake' })).toThrow('diffJpeg: forward must be proxy or real, got fake');
      expect(wrong({ chromaFilter: 'none' })).toThrow(
        'diffJpeg: chromaFilter must be antialiased or libjpeg, got none',
      );
      expect(wrong({ arithmetic: 'int' })).toThrow('diffJpeg: arithmetic must be real or integer, got int');
      expect(wrong({ gradient: 'ste' })).toThrow('diffJpeg: gradient must be rounding or projected, got ste');
      expect(wrong({ rateOf: 'levels' })).toThrow('diffJpeg: rateOf must be rounded or unrounded, got levels');
      expect(wrong({ qualityGradient: 'ste' })).toThrow(
        'diffJpeg: qualityGradient must be polynomial or identity, got ste',
      );
    });
  });
});
