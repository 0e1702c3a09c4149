import { readFileSync } from 'node:fs';
import { EncodeDecodeIntra } from '@sandwich/codec-proxy';
import { startEngine, tf } from '@sandwich/engine';
import type { Coder } from '@sandwich/evaluation';
import type { Picture } from '@sandwich/pictures';
import type { UNetOptions } from '@sandwich/unets';
import { beforeAll, describe, expect, it } from 'vitest';
import { deepPattern } from '../../../testing/deep-pattern.js';
import { psnrOf } from '../../../testing/psnr-of.js';
import { sandwichContenders } from '../contenders/contenders.js';
import { Sandwich } from '../sandwich.js';
import type { SandwichOptions } from '../sandwich-options.js';
import { computeGradients } from '../training/compute-gradients.js';
import { exponentOfByte } from './exponents.js';

beforeAll(() => startEngine());

/** Written by `../contenders/fixtures/make_companding.py`. */
interface CompandingCase {
  width: number;
  height: number;
  power: number;
  slope: number;
  bits: number;
  psnr: number;
  exponent: number;
}
const casesOf = (file: string): CompandingCase[] =>
  JSON.parse(readFileSync(new URL(`../contenders/fixtures/${file}.json`, import.meta.url), 'utf8'));

const silent: UNetOptions = {
  encoderFilters: [4],
  decoderFilters: [4, 4],
  variant: 'textbook',
  outputInitializer: 'zeros',
};
const behindCurve = (options: SandwichOptions = {}): SandwichOptions => ({
  pre: silent,
  post: silent,
  initialScaler: 1,
  truncateBits: 8,
  light: 'linear',
  companding: true,
  mlpLayers: 1,
  startFromTransform: true,
  proxy: new EncodeDecodeIntra({ qstepInit: 4 }),
  ...options,
});

async function contestOf(model: Sandwich, qsteps: number[], note = (_: string) => {}) {
  const ask = { key: 'k', label: 'l', items: [], range: [1, 8] as [number, number], settings: { qsteps }, note };
  const [contest] = await sandwichContenders(model, { ...ask, purpose: 'curves', codecs: ['jpeg'] });
  return contest;
}

async function codingOf(coder: Coder, picture: Picture, setting: number) {
  for await (const coding of coder.code(picture, [setting])) return coding;
  throw new Error('nothing was coded');
}

describe.each([
  ['RGB', 'companding', {}],
  ['YUV of wide chroma', 'companding-yuv', { transform: 'wide-yuv' as const }],
])('an untrained sandwich behind a companding curve, %s', (_, file, options) => {
  it('is the companding code as Pillow and NumPy have it', async () => {
    const model = new Sandwich(behindCurve(options));
    const { candidate, anchors, dispose } = await contestOf(model, [0.25, 4]);
    expect(candidate.settings).toEqual(['slope of flat 4', 'slope of flat 0.25']);
    for (const expected of casesOf(file)) {
      const picture: Picture = { ...deepPattern(expected), transfer: 'linear' };
      const coded = await codingOf(candidate, picture, expected.slope === 4 ? 0 : 1);
      expect(coded.bits).toBe(expected.bits);
      expect(Math.abs(psnrOf(picture, coded.output, 65535) - expected.psnr)).toBeLessThan(1e-3);
      const anchor = anchors.find(
        ({ group }) => group === `companding curve${file === 'companding' ? '' : ' in YUV'}`,
      )!;
      const same = await codingOf(anchor, picture, anchor.settings.indexOf(`slope of flat ${expected.slope}`));
      expect(same.bits).toBe(expected.bits);
    }
    dispose?.();
    model.dispose();
  });
});

describe('a companding curve', () => {
  it('is the power that NumPy computes, there and back', () => {
    const model = new Sandwich(behindCurve({ pre: null, post: null }));
    const light = tf.tensor4d([0, 1, 255, 4096, 30000, 65535], [1, 1, 2, 3]);
    // NumPy: 255 * (np.array([0, 1, 255, 4096, 30000, 65535]) / 65535) ** 0.4
    const levels = [0, 3.01961003, 27.70555989, 84.11914274, 186.55176435, 255];
    const made = model.preprocess(light, { exponent: 0.4 }).dataSync();
    for (const [i, level] of levels.entries()) expect(Math.abs(made[i] - level)).toBeLessThan(2e-4);
    const back = model.postprocess(tf.tensor4d(levels, [1, 1, 2, 3]), { height: 1, width: 2, exponent: 0.4 });
    for (const [i, value] of back.dataSync().entries())
      expect(Math.abs(value - light.dataSync()[i])).toBeLessThan(0.05);
    // What networks make beyond the range is clipped.
    const beyond = model.postprocess(tf.tensor4d([-3, 260, 128], [1, 1, 1, 3]), { height: 1, width: 1, exponent: 0.4 });
    expect([...beyond.dataSync()].slice(0, 2)).toEqual([0, 65535]);
    model.dispose();
  });

  it('has an exponent of a byte', () => {
    const exponents = [0, 32, 64, 160, 255].map((byte) => exponentOfByte(byte).toFixed(5));
    // Python: 2 ** (-byte / 64)
    expect(exponents).toEqual(['1.00000', '0.70711', '0.50000', '0.17678', '0.06318']);
  });

  it('is trained for errors of its levels, whatever its exponent', () => {
    const model = new Sandwich(behindCurve({ proxy: new EncodeDecodeIntra({ qstepInit: 30 }) }));
    const { data } = deepPattern({ width: 48, height: 40, power: 4 });
    const images = tf.tensor4d(Float32Array.from(data), [1, 40, 48, 3]);
    for (const exponent of [1, 0.5, 0.3]) {
      const options = { gamma: 0, rangePenalty: false, codec: true, exponent };
      const { metrics, gradients } = computeGradients(model, images, options);
      const predicted = tf.tidy(() => model.apply(images, {}, { exponent }).prediction.dataSync());
      const level = (light: number) => 65535 * (light / 65535) ** exponent;
      let error = 0;
      for (const [i, x] of data.entries()) error += (level(predicted[i]) - level(x)) ** 2 / data.length;
      expect(metrics.loss / error).toBeCloseTo(1, 3);
      for (const gradient of Object.values(gradients)) expect(gradient.dataSync().every(Number.isFinite)).toBe(true);
      tf.dispose(gradients);
    }
    images.dispose();
    model.dispose();
  });

  it.each<[string, SandwichOptions]>([
    ['truncateBits 0 and', { truncateBits: 0, light: 'display' }],
    ['downsampleFactor 2', { downsampleFactor: 2 }],
  ])('is refused with %s', (got, options) => {
    expect(() => new Sandwich(behindCurve(options))).toThrow(got);
  });

  it('asks for its exponent, and nothing else does', async () => {
    const model = new Sandwich(behindCurve());
    const images = tf.zeros<tf.Rank.R4>([1, 8, 8, 3]);
    expect(() => model.preprocess(images)).toThrow(
      'behind a companding curve: give its exponent, as { exponent: 0.5 }',
    );
    for (const exponent of [0, 1.5, NaN]) {
      expect(() => model.apply(images, {}, { exponent })).toThrow(
        `exponent must be one number in (0, 1], got ${exponent}`,
      );
    }
    const straight = new Sandwich(behindCurve({ companding: false }));
    expect(() => straight.preprocess(images, { exponent: 0.5 })).toThrow('there is no companding curve');
    const ask = { key: 'k', label: 'l', items: [], range: [1, 8] as [number, number], note: () => {} };
    await expect(sandwichContenders(model, { ...ask, codecs: ['webp'] })).rejects.toThrow(
      "networks behind a companding curve are measured around jpeg, not around 'webp'",
    );
    for (const each of [model, straight]) each.dispose();
  });
});
