import { toTensor } from '@sandwich/codec-proxy';
import { startEngine, tf } from '@sandwich/engine';
import { loadLpips, mse, msSsim } from '@sandwich/losses';
import { beforeAll, describe, expect, it } from 'vitest';
import { patternImage } from '../../../trainer/testing/pattern-image.js';
import { lpipsWeightsFile } from './distortions.js';
import { openPerceivedError } from './perceived-error.js';

beforeAll(() => startEngine());

const data = process.env.SANDWICH_DATA;
const pair = () => {
  const original = toTensor(patternImage(161, 161));
  return [original.mul<tf.Tensor4D>(0.9).add<tf.Tensor4D>(4), original] as const;
};

describe('openPerceivedError', () => {
  it('weighs what is asked for, and computes nothing else', async () => {
    const plain = await openPerceivedError({ lpipsWeight: 0 });
    const similar = await openPerceivedError({ lpipsWeight: 0, msSsimWeight: 500 });
    tf.tidy(() => {
      const [decoded, original] = pair();
      const [squared, index] = [mse(decoded, original).dataSync()[0], msSsim(decoded, original).dataSync()[0]];
      const alone = plain.measure(decoded, original);
      expect(alone.distortion.dataSync()[0]).toBe(squared);
      expect(Object.keys(alone.terms)).toEqual(['mse']);
      const { distortion, terms } = similar.measure(decoded, original);
      expect(distortion.dataSync()[0]).toBeCloseTo(squared + 500 * (1 - index), 3);
      expect(500 * (1 - index)).toBeGreaterThan(1);
      expect(Object.entries(terms).map(([name, term]) => [name, term.dataSync()[0]])).toEqual([
        ['mse', squared],
        ['msSsim', index],
      ]);
    });
    plain.dispose();
    similar.dispose();
  });

  it.skipIf(!data)('takes LPIPS as it is (needs SANDWICH_DATA)', async () => {
    const error = await openPerceivedError({ lpipsWeight: 5000 });
    const lpips = await loadLpips({ net: 'alex', weights: lpipsWeightsFile('alex') });
    tf.tidy(() => {
      const [decoded, original] = pair();
      const distance = lpips(decoded, original).dataSync()[0];
      const { distortion, terms } = error.measure(decoded, original);
      expect(terms.lpips.dataSync()[0]).toBeCloseTo(distance, 6);
      expect(distortion.dataSync()[0]).toBeCloseTo(mse(decoded, original).dataSync()[0] + 5000 * distance, 2);
    });
    lpips.dispose();
    error.dispose();
  });
});
