import { readFileSync } from 'node:fs';
import { roundings } from '@sandwich/codec-proxy';
import { startEngine, tf } from '@sandwich/engine';
import { checkGradient } from '@sandwich/engine/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { largestDifference } from '../../../testing/largest-difference.js';
import { wave } from '../../../testing/waves.js';
import { publishedAnnexK, transposedTables } from './published-tables.js';
import { publishedCoefficients, publishedImages, stepsOfBlock } from './published-transform.js';

const { transform, tables } = JSON.parse(readFileSync(new URL('./fixtures/ljpeg.json', import.meta.url), 'utf8'));

beforeAll(() => startEngine());

const [batch, height, width] = transform.size as [number, number, number];
const images = () =>
  tf.tensor4d(
    wave(batch * height * width * 3, 77, 127.5).map((x) => x + 127.5),
    [batch, height, width, 3],
  );
const table = (phase: number, mean: number) => tf.tensor(wave(64, phase, 20), [8, 8]).add(mean);
const steps = () => stepsOfBlock({ luma: table(1, 30), chroma: table(2, 35) });

describe('the transform of LearnedJPEG', () => {
  it('has the coefficients that numpy computes, with zeros centred around pictures of any size', () =>
    tf.tidy(() => {
      const coefficients = publishedCoefficients(images());
      expect(coefficients.shape).toEqual([2, 2, 3, 192]);
      expect(largestDifference(coefficients.dataSync(), transform.coefficients)).toBeLessThan(1e-3);
    }));

  it('quantises, and decodes to what numpy decodes, with other constants back than there', () =>
    tf.tidy(() => {
      const levels = roundings.cubicSte(publishedCoefficients(images()).div(steps())) as tf.Tensor4D;
      expect(Array.from(levels.dataSync(), (level) => level + 0)).toEqual(transform.levels);
      const decoded = publishedImages(levels.mul(steps()), [height, width]);
      expect(largestDifference(decoded.dataSync(), transform.decoded)).toBeLessThan(1e-3);
    }));

  it('has the gradient of its values, also where nothing is clipped back', () => {
    const inner = tf.tidy(() => images().mul<tf.Tensor4D>(0.3).add<tf.Tensor4D>(90));
    const through = (x: tf.Tensor4D) => publishedImages(publishedCoefficients(x).mul(0.9), [height, width]);
    checkGradient(through, inner, { step: 4, tolerance: 1e-3 });
    checkGradient(publishedCoefficients, inner, { step: 4, tolerance: 1e-3 });
    inner.dispose();
  });
});

describe('publishedAnnexK', () => {
  it.each(Object.entries(tables as Record<string, number[]>))(
    'rounds as numpy does, at quality %s',
    (quality, luma) => {
      expect(publishedAnnexK(Number(quality)).luma).toEqual(luma);
    },
  );

  it('says which qualities there are', () => {
    expect(() => publishedAnnexK(0)).toThrow('quality must be more than 0 and at most 100, got 0');
  });
});

it('transposedTables have rows in the place of columns', () => {
  const luma = Array.from({ length: 64 }, (_, i) => i);
  const { luma: transposed } = transposedTables({ luma, chroma: luma });
  expect([transposed[1], transposed[8], transposed[63]]).toEqual([8, 1, 63]);
});
