import { describe, expect, it } from 'vitest';
import { randomNumbers } from '../../../testing/random-numbers.js';
import { forwardDct } from './forward-dct.js';
import { inverseDct } from './inverse-dct.js';

const samplesOf = (block: ArrayLike<number>): number[] => {
  const samples = new Uint8ClampedArray(64);
  inverseDct(Int16Array.from(block), samples, 0, 8);
  return Array.from(samples);
};

/** The orthonormal two-dimensional inverse DCT, by its definition, plus 128. */
function definition(block: number[]): number[] {
  const norm = (frequency: number) => Math.sqrt((frequency === 0 ? 1 : 2) / 8);
  const wave = (frequency: number, x: number) => norm(frequency) * Math.cos(((2 * x + 1) * frequency * Math.PI) / 16);
  return block.map((_, at) =>
    block.reduce((sum, F, place) => sum + F * wave(place >> 3, at >> 3) * wave(place & 7, at & 7), 128),
  );
}

describe('inverseDct', () => {
  it('is the orthonormal inverse DCT plus 128, clipped, with errors of at most 1 and rarely above a half', () => {
    const random = randomNumbers(8);
    let worst = 0;
    let overHalf = 0;
    for (let trial = 0; trial < 200; trial++) {
      const range = [20, 200, 1000][trial % 3];
      const block = Array.from({ length: 64 }, () => (random(4) === 0 ? random(2 * range + 1) - range : 0));
      const samples = samplesOf(block);
      definition(block).forEach((exact, i) => {
        const error = Math.abs(samples[i] - Math.min(Math.max(exact, 0), 255));
        worst = Math.max(worst, error);
        if (error > 0.5) overHalf++;
      });
    }
    expect(worst).toBeLessThan(1);
    expect(overHalf).toBeLessThan(0.05 * 200 * 64);
  });

  it('brings back the samples of a transformed block', () => {
    const random = randomNumbers(9);
    const samples = Uint8Array.from({ length: 64 }, () => random(256));
    const block = new Int32Array(64);
    forwardDct({ data: samples, width: 8, height: 8, channels: 1 }, 0, block);
    const back = samplesOf(block.map((coefficient) => Math.round(coefficient / 8)));
    back.forEach((sample, i) => {
      expect(Math.abs(sample - samples[i])).toBeLessThanOrEqual(1);
    });
  });

  it('writes 8x8 samples into a plane and nothing else', () => {
    const samples = new Uint8ClampedArray(12 * 10).fill(7);
    inverseDct(new Int16Array(64).fill(80, 0, 1), samples, 14, 12);
    samples.forEach((sample, i) => {
      const [x, y] = [i % 12, Math.floor(i / 12)];
      expect(sample).toBe(x >= 2 && x < 10 && y >= 1 && y < 9 ? 138 : 7);
    });
  });
});
