import { softQuantize } from '@sandwich/codec-proxy';
import { jpegCoefficients } from '@sandwich/codecs';
import { synthesizeImage } from '@sandwich/data';
import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { sampledCoefficients } from './sampled-levels.js';

beforeAll(() => startEngine());

const picture = synthesizeImage({ width: 64, height: 64, seed: 3 });
const flat = (step: number) => ({ luma: new Array(64).fill(step), chroma: new Array(64).fill(step) });
const whole = jpegCoefficients(picture, { tables: flat(1), subsampling: '4:4:4' }).coefficients.map((plane) =>
  Array.from(plane),
);

describe('sampledCoefficients', () => {
  it.each([3, 51])('draws the nearest level at alpha 100, where no coefficient lies between two: step %i', (step) => {
    const drawn = sampledCoefficients(picture, flat(step), { alpha: 100 }, 1);
    const nearest = whole.map((plane) => plane.map((c) => Math.floor(c / step + 0.5)));
    expect(drawn.coefficients.map((plane) => Array.from(plane))).toEqual(nearest);
  });

  it.each([
    ['hardness', { hardness: 1 }, 1 / 24 ** 2],
    ['alpha', { alpha: 0.004 }, 0.004],
  ] as const)('draws levels whose mean is that of the soft quantiser: %s', (_, soft, alpha) => {
    const step = 24;
    const values = whole.flat();
    const drawn = sampledCoefficients(picture, flat(step), soft, 1).coefficients.flatMap((plane) => Array.from(plane));
    const means = tf.tidy(() => softQuantize(tf.tensor1d(values), step, { alpha }).dataSync());
    const errors = drawn.map((level, i) => step * level - means[i]);
    const mean = errors.reduce((sum, error) => sum + error) / errors.length;
    const deviation = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
    expect(deviation).toBeGreaterThan(step / 20);
    expect(Math.abs(mean)).toBeLessThan((4 * deviation) / Math.sqrt(errors.length));
  });
});
