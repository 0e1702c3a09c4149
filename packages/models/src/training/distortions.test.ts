import { join } from 'node:path';
import { toTensor } from '@sandwich/codec-proxy';
import { startEngine, tf } from '@sandwich/engine';
import { LPIPS_SCALE, mse, msSsim, ssim } from '@sandwich/losses';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { patternImage } from '../../../trainer/testing/pattern-image.js';
import { loadDistortions, lpipsWeightsFile } from './distortions.js';

beforeAll(() => startEngine());
afterEach(() => {
  vi.unstubAllEnvs();
});

const data = process.env.SANDWICH_DATA;

describe('loadDistortions', () => {
  it('knows distortions by name, and takes others', async () => {
    const l1 = {
      weight: 2,
      measure: (a: tf.Tensor4D, b: tf.Tensor4D) => tf.mean<tf.Tensor1D>(a.sub(b).abs(), [1, 2, 3]),
    };
    const { terms, dispose } = await loadDistortions({ mse: 0.5, ssim: 3, 'ms-ssim': 4, l1 });
    expect(Object.entries(terms).map(([name, { weight }]) => [name, weight])).toEqual([
      ['mse', 0.5],
      ['ssim', 3],
      ['ms-ssim', 4],
      ['l1', 2],
    ]);
    tf.tidy(() => {
      const a = toTensor(patternImage(161, 161));
      const b = a.mul<tf.Tensor4D>(0.5);
      const distanceOf = (name: string) => terms[name].measure(b, a).dataSync()[0];
      expect(distanceOf('mse')).toBe(mse(a, b).dataSync()[0]);
      expect(distanceOf('ssim')).toBeCloseTo(1 - ssim(a, b).dataSync()[0], 6);
      expect(distanceOf('ms-ssim')).toBeCloseTo(1 - msSsim(a, b).dataSync()[0], 6);
      expect(distanceOf('ms-ssim')).toBeGreaterThan(0.01);
      expect(distanceOf('l1')).toBeCloseTo(a.mean().dataSync()[0] / 2, 3);
    });
    dispose();
  });

  it('always reports the squared error, and leaves out what has no weight', async () => {
    const { terms } = await loadDistortions({ ssim: 1, 'lpips-alex': 0, mse: 0 });
    expect(Object.entries(terms).map(([name, { weight }]) => [name, weight])).toEqual([
      ['mse', 0],
      ['ssim', 1],
    ]);
  });

  it.skipIf(!data)('scales LPIPS, and frees it (needs SANDWICH_DATA)', async () => {
    const before = tf.memory().numTensors;
    const { terms, dispose } = await loadDistortions({ 'lpips-alex': 1, 'lpips-squeeze': 1 });
    tf.tidy(() => {
      const a = toTensor(patternImage(64, 64));
      const b = a.add<tf.Tensor4D>(tf.randomNormal(a.shape, 0, 3, 'float32', 1));
      // Both are scaled to about the squared error, 9.
      for (const net of ['alex', 'squeeze'] as const) {
        const value = terms[`lpips-${net}`].measure(b, a).dataSync()[0];
        expect(value).toBeGreaterThan(LPIPS_SCALE[net]! * 0.001);
        expect(Math.abs(Math.log(value / 9))).toBeLessThan(Math.log(10));
      }
    });
    dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('finds weights in SANDWICH_DATA, else where data sets are fetched to', () => {
    vi.stubEnv('SANDWICH_DATA', '/nowhere');
    expect(lpipsWeightsFile('vgg')).toBe(join('/nowhere', 'weights', 'lpips-vgg.safetensors'));
    vi.stubEnv('SANDWICH_DATA', '');
    expect(lpipsWeightsFile('alex')).toBe(join('data/downloads', 'weights', 'lpips-alex.safetensors'));
  });

  it('says what is wrong', async () => {
    vi.stubEnv('SANDWICH_DATA', '/nowhere');
    const cases = [
      [
        { psnr: 1 },
        "unknown distortion 'psnr'; known are mse, log-mse, ssim, ms-ssim, lpips-alex, lpips-squeeze, lpips-vgg",
      ],
      [{ mse: -1 }, 'distortion mse: its weight must be a number of at least 0, got -1'],
      [{ mse: Number.NaN }, 'got NaN'],
      [{ mse: 0 }, 'all distortions have weight 0: mse'],
      [{}, 'all distortions have weight 0: there are none'],
      [
        { 'lpips-vgg': 1 },
        'distortion lpips-vgg: its scale is not known; measure it with `sandwich lpips-scale --net vgg`',
      ],
      [
        { 'lpips-alex': 1 },
        'LPIPS weights /nowhere/weights/lpips-alex.safetensors cannot be used for alex: there is no such file',
      ],
    ] as const;
    for (const [mix, message] of cases) await expect(loadDistortions(mix)).rejects.toThrow(message);
  });
});
