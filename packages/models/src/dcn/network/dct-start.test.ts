import { readFileSync } from 'node:fs';
import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { wave } from '../../../testing/waves.js';
import { Dcn } from '../dcn.js';

interface Start {
  features: number;
  levels: number;
  step: number;
  latent: number[];
  decoded: number[];
}
const golden: Start[] = JSON.parse(readFileSync(new URL('../fixtures/dct-start.json', import.meta.url), 'utf8'));

beforeAll(() => startEngine());

const expectSamples = (tensor: tf.Tensor, expected: number[], tolerance: number) => {
  const values = tensor.dataSync();
  const every = Math.max(1, Math.floor(values.length / 60));
  for (const [i, value] of expected.entries())
    expect(Math.abs(values[i * every] - value), `sample ${i}`).toBeLessThan(tolerance);
};

const wavePicture = () =>
  tf.tensor4d(
    wave(24 * 40 * 3, 77, 127.5).map((x) => x + 127.5),
    [1, 24, 40, 3],
  );

describe('a DCN that begins as a transform codec', () => {
  it.each(golden)('has the DCT as its latent, $features coefficients of $levels levels', (start) => {
    const { features, levels, step, latent, decoded } = start;
    tf.tidy(() => {
      const dcn = new Dcn({ features, bits: Math.log2(levels), startFrom: 'dct', startStep: step });
      const computed = dcn.latent(wavePicture());
      expectSamples(computed, latent, 1e-3);
      expectSamples(dcn.decode(computed), decoded, 1e-2);
      dcn.dispose();
    });
  });

  it('can be trained as a whole: after one step gradients reach every weight', () => {
    tf.tidy(() => {
      const dcn = new Dcn({ features: 16, startFrom: 'dct' });
      const images = wavePicture();
      const slopes = () =>
        tf.variableGrads(() => tf.mean(tf.squaredDifference(dcn.apply(images).decoded, images))).grads;
      const silent = (grads: tf.NamedTensorMap) =>
        Object.entries(dcn.parameters).filter(([, { name }]) => tf.max(tf.abs(grads[name])).dataSync()[0] === 0);
      const grads = slopes();
      for (const variable of Object.values(dcn.parameters))
        variable.assign(tf.sub(variable, tf.mul(grads[variable.name], 1e-6)));
      expect(silent(slopes()).map(([path]) => path)).toEqual([]);
      dcn.dispose();
    });
  });
});
