import { annexKTables, encodeJpeg, scaledTables, simulateJpeg } from '@sandwich/codecs';
import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { direction, leakedTensors, pattern } from '../../testing/tensors.js';
import { encodeBottleneck } from '../real/bottleneck-files.js';
import { roundings } from '../rounding/roundings.js';
import { toPictures } from '../tensor-pictures.js';
import { diffJpegEncode, diffJpegWithRate } from './diff-jpeg.js';
import { DiffJpegCodec } from './diff-jpeg-codec.js';
import type { DiffJpegCodecOptions, LearnedByDiffJpeg } from './diff-jpeg-codec-options.js';

beforeAll(async () => {
  await startEngine();
});

const all: LearnedByDiffJpeg[] = ['quality', 'tableY', 'tableC'];
const images = () => tf.concat([pattern(24, 32, 3), pattern(24, 32, 3, 60)], 0) as tf.Tensor4D;
const ramp = (start: number) => Array.from({ length: 64 }, (_, i) => start + i);

describe('DiffJpegCodec', () => {
  it.each<[string, DiffJpegCodecOptions]>([
    ['defaults', {}],
    ['4:4:4, real files', { quality: 31, subsampling: '4:4:4', forward: 'real' }],
    [
      'tables of its own',
      { quality: 70, tableY: ramp(9), tableC: ramp(30), subsampling: '4:2:2', rateOf: 'unrounded' },
    ],
    ['smooth', { ste: false, quality: 42.5, rounding: roundings.tanh, qualityGradient: 'polynomial' }],
  ])('computes what diffJpegWithRate does, fixed or learned: %s', (_, options) => {
    const { quality = 50, tableY, tableC, ...rest } = options;
    const table = (entries?: ArrayLike<number>) => entries && tf.tensor2d(Float32Array.from(entries), [8, 8]);
    const expected = diffJpegWithRate(images(), tf.fill([2], quality), {
      ste: true,
      qualityGradient: 'identity',
      tableY: table(tableY),
      tableC: table(tableC),
      ...rest,
    });
    for (const learn of [[], all]) {
      const codec = new DiffJpegCodec({ ...options, learn });
      const { decoded, rate } = codec.apply(images());
      expect(decoded.dataSync()).toEqual(expected.decoded.dataSync());
      expect(rate.dataSync()).toEqual(expected.rate.dataSync());
      codec.dispose();
    }
  });

  it('with real files decodes what libjpeg does of files with its tables, and counts their bits', () => {
    const codec = new DiffJpegCodec({ quality: 35, forward: 'real', learn: all });
    const tables = codec.files.tables();
    expect(tables).toEqual({
      luma: Array.from(scaledTables(35).luma),
      chroma: Array.from(scaledTables(35).chroma),
    });
    const { decoded, rate } = codec.apply(images());
    for (const [i, picture] of toPictures(images()).entries()) {
      const { image, size } = simulateJpeg(picture, { tables, subsampling: '4:2:0', optimizeHuffman: true });
      const made = tf.slice(decoded, [i, 0, 0, 0], [1, -1, -1, -1]).dataSync();
      expect(Array.from(made)).toEqual(Array.from(image.data));
      expect(rate.dataSync()[i]).toBe(8 * size);
      const files = encodeBottleneck(picture, { ...codec.files.layout, tables });
      expect(files).toEqual([encodeJpeg(picture, { tables, subsampling: '4:2:0', optimizeHuffman: true })]);
      expect(codec.files.estimateBits!(picture)).toBe(8 * size);
    }
    codec.dispose();
  });

  it('scales its tables by stepScale, in the loop and in files', () => {
    const codec = new DiffJpegCodec({ tableY: ramp(10), tableC: ramp(20), learn: ['tableC'], forward: 'real' });
    const doubled = { tableY: ramp(10).map((x) => 2 * x), tableC: ramp(20).map((x) => 2 * x) };
    const other = new DiffJpegCodec({ ...doubled, forward: 'real' });
    const expected = other.apply(images());
    for (const stepScale of [2, tf.scalar(2)]) {
      const { decoded, rate } = codec.apply(images(), { stepScale });
      expect(decoded.dataSync()).toEqual(expected.decoded.dataSync());
      expect(rate.dataSync()).toEqual(expected.rate.dataSync());
    }
    expect(codec.files.tables(2)).toEqual({ luma: doubled.tableY, chroma: doubled.tableC });
    // Beyond the range of files steps stay at its ends.
    expect(codec.files.tables(100).luma).toEqual(new Array(64).fill(255));
    expect(() => codec.apply(images(), { stepScale: 0 })).toThrow(
      'stepScale must be one positive and finite number, got 0',
    );
    expect(() => codec.files.tables(-1)).toThrow('stepScale must be one positive and finite number, got -1');
    for (const each of [codec, other]) each.dispose();
  });

  // Fractions of the scaled entries, 0.2 and -0.2, stay away from the steps of the smooth floor.
  const smooth = (): DiffJpegCodecOptions => {
    // The smooth floor of 200 - 2 * 60.13 per cent.
    const percent = 79 + 0.24 ** 3;
    const table = (start: number) => ramp(start).map((k, i) => ((k + (i % 2 ? 0.2 : -0.2)) * 100) / percent);
    return {
      ste: false,
      qualityGradient: 'polynomial',
      rounding: roundings.sine,
      quality: 60.13,
      tableY: table(8),
      tableC: table(12),
    };
  };

  /** The slope of f, computed in double precision, along a direction of a variable, by a central difference. */
  const difference = (variable: tf.Variable, along: tf.Tensor, f: () => number): number => {
    const start = variable.clone();
    const at = (step: number) => {
      tf.tidy(() => variable.assign(start.add(along.mul(step))));
      return f();
    };
    const step = 3e-4;
    const slope = (at(step) - at(-step)) / (2 * step);
    variable.assign(start);
    return slope;
  };
  const along = (variable: tf.Variable) => tf.tensor(direction(variable.size, 4).map(Math.abs), variable.shape);

  it.each(all)('has the gradient of its values with respect to %s that differences have', (name) => {
    const codec = new DiffJpegCodec({ ...smooth(), learn: all });
    const variable = codec.parameters[name];
    const target = images().dataSync();
    const error = () => codec.apply(images()).decoded.sub(images()).square().sum().asScalar();
    const { grads } = tf.variableGrads(error, [variable]);
    const analytic = grads[variable.name].mul(along(variable)).sum().dataSync()[0];
    const numeric = difference(variable, along(variable), () => {
      const decoded = Array.from(codec.apply(images()).decoded.dataSync());
      return decoded.reduce((sum, value, i) => sum + (value - target[i]) ** 2, 0);
    });
    expect(Math.abs(numeric)).toBeGreaterThan(10);
    expect(Math.abs(analytic / numeric - 1)).toBeLessThan(0.02);
    codec.dispose();
  });

  it.each(all)('has the gradient of its rate with respect to %s that the levels have', (name) => {
    const codec = new DiffJpegCodec({ ...smooth(), learn: all });
    const variable = codec.parameters[name];
    const magnitude = () => {
      const { ste, qualityGradient, rounding, ...initial } = smooth();
      const [quality, tableY, tableC] = all.map((each) => {
        const factor = tf.exp(codec.parameters[each]);
        return factor.mul(tf.tensor(initial[each]!, factor.shape));
      });
      const options = { ste, qualityGradient, rounding, tableY: tableY as tf.Tensor2D, tableC: tableC as tf.Tensor2D };
      const levels = diffJpegEncode(pattern(24, 32, 3), quality.reshape([1]) as tf.Tensor1D, options);
      const each = Object.values(levels).flatMap((plane) => Array.from(plane.dataSync() as Float32Array));
      return each.reduce((sum, level) => sum + Math.log1p(Math.abs(level)), 0);
    };
    const { value, grads } = tf.variableGrads(
      () =>
        codec
          .apply(pattern(24, 32, 3))
          .rate.sum()
          .asScalar(),
      [variable],
    );
    const analytic = grads[variable.name].mul(along(variable)).sum().dataSync()[0];
    const numeric = (value.dataSync()[0] / magnitude()) * difference(variable, along(variable), magnitude);
    expect(Math.abs(numeric)).toBeGreaterThan(10);
    expect(Math.abs(analytic / numeric - 1)).toBeLessThan(0.02);
    codec.dispose();
  });

  it('keeps what it learns within its range, and lets it come back', () => {
    const codec = new DiffJpegCodec({ tableY: new Array(64).fill(100), quality: 50, learn: all });
    const { tableY, quality } = codec.parameters;
    const slopeAt = (outside: number) => {
      tableY.assign(tf.fill([8, 8], Math.log(outside / 100)));
      const sum = () =>
        codec
          .apply(pattern(16, 16, 1))
          .decoded.sub(pattern(16, 16, 1))
          .square()
          .sum()
          .asScalar();
      const up = tf.variableGrads(sum, [tableY]).grads[tableY.name];
      const down = tf.variableGrads(() => sum().neg(), [tableY]).grads[tableY.name];
      return [up, down].map((slope) => Array.from(slope.dataSync()));
    };
    for (const [outside, inward, entry] of [
      [300, 1, 255],
      [0.5, -1, 1],
    ]) {
      const slopes = slopeAt(outside).flat();
      expect(codec.files.tables().luma).toEqual(new Array(64).fill(entry));
      // A descent against them leads inwards only.
      expect(slopes.every((slope) => slope * inward >= 0)).toBe(true);
      expect(slopes.some((slope) => slope * inward > 0)).toBe(true);
    }
    quality.assign(tf.scalar(1));
    expect(codec.status().quality).toBeCloseTo(100, 3);
    codec.dispose();
  });

  it('codes blocks of the size that it says, and no smaller ones', () => {
    for (const [channels, subsampling, side] of [
      [1, '4:2:0', 8],
      [3, '4:4:4', 8],
      [3, '4:2:2', 16],
      [3, '4:2:0', 16],
    ] as const) {
      const codec = new DiffJpegCodec({ subsampling, forward: 'real', quality: 20 });
      expect(codec.blockSize(channels)).toBe(side);
      // Real files of a picture moved by whole blocks hold the moved picture, of one moved by less they do not. Far from what came in.
      const wide = pattern(64, 96, channels);
      const decode = (left: number) => {
        const x = tf.slice(wide, [0, 0, left, 0], [1, 64, 64, channels]) as tf.Tensor4D;
        return tf.slice(codec.apply(x).decoded, [0, 0, 32 - left, 0], [1, 64, 16, channels]).dataSync();
      };
      expect(decode(side)).toEqual(decode(0));
      expect(decode(side / 2)).not.toEqual(decode(0));
      codec.dispose();
    }
    expect(() => new DiffJpegCodec().blockSize(2)).toThrow('DiffJpegCodec codes images of 1 or 3 channels, got 2');
  });

  it('refuses what no JPEG has', () => {
    const cases: [DiffJpegCodecOptions, string][] = [
      [{ quality: 0 }, 'quality must be 1 to 100, got 0'],
      [{ tableY: [16] }, 'tableY must have 64 entries, got 1'],
      [{ tableC: ramp(200) }, 'tableC[56] must be 1 to 255, got 256'],
      [{ learn: ['tables' as 'tableY'] }, 'learn must be quality, tableY or tableC, got tables'],
      [{ subsampling: '4:0:0' as '4:4:4' }, 'subsampling must be 4:4:4, 4:2:2 or 4:2:0, got 4:0:0'],
    ];
    const before = tf.memory().numTensors;
    for (const [options, message] of cases) {
      expect(() => new DiffJpegCodec({ learn: all, ...options })).toThrow(`DiffJpegCodec: ${message}`);
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it('leaves no tensors behind, nor keeps a change of its arguments', () => {
    const tableY = Array.from(annexKTables.luma);
    const codec = new DiffJpegCodec({ tableY, learn: ['quality'] });
    tableY[0] = 200;
    expect(codec.describe().tableY[0]).toBe(16);
    const x = images();
    expect(leakedTensors(() => ({ ...codec.apply(x) }))).toBe(0);
    const before = tf.memory().numTensors;
    codec.files.tables(1.5);
    codec.status();
    expect(tf.memory().numTensors).toBe(before);
    codec.dispose();
    expect(tf.memory().numTensors).toBe(before - 1);
  });
});
