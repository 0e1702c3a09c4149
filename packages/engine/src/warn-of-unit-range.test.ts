import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { presentEngines, recordStep, startEngine, tf, warnOfUnitRange } from './index.js';

beforeAll(() => startEngine());
const warnings: string[] = [];
beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation((text) => void warnings.push(text));
});
afterEach(() => {
  vi.restoreAllMocks();
  warnings.length = 0;
});

describe('warnOfUnitRange', () => {
  it('warns once of images in 0 to 1, with what to do', () => {
    tf.tidy(() => {
      const images = tf.tensor4d([0, 0.5, 1, 0.25], [1, 2, 2, 1]);
      warnOfUnitRange('once', [images], 255, ', or pass peak: 1');
      warnOfUnitRange('once', [images]);
    });
    expect(warnings).toEqual([
      'once: all samples of the images are between 0 and 1, but they are taken for images in [0, 255]; multiply them by 255, or pass peak: 1',
    ]);
  });

  it.each([
    ['images up to 255', [[0, 0.5, 255]]],
    ['dark images beside bright ones', [[0, 0.5, 1], Uint8Array.of(0, 200)]],
    ['values below 0', [[0, 0.5, -0.5]]],
    ['values that are none', [[Number.NaN]]],
  ])('looks once at %s and says nothing', (name, images) => {
    warnOfUnitRange(name, images);
    warnOfUnitRange(name, [[0.5]]);
    expect(warnings).toEqual([]);
  });

  it('looks again after black images, and never where images up to 1 are expected', () => {
    warnOfUnitRange('black', [Float32Array.of(0, 0)]);
    expect(warnings).toEqual([]);
    warnOfUnitRange('peak', [[0.5]], 1);
    expect(warnings).toEqual([]);
    warnOfUnitRange('black', [Float32Array.of(0, 1)], 65535);
    expect(warnings).toEqual([expect.stringMatching(/^black: .* in \[0, 65535\]; multiply them by 65535$/)]);
  });

  it.skipIf(!presentEngines().includes('torch'))('does not disturb a recorded step', async () => {
    const recorded = recordStep({
      variables: [],
      step: ({ x }: { x: tf.Tensor }) => {
        const half = tf.mul(x, 0.5);
        warnOfUnitRange('recorded', [half]);
        return { sum: tf.sum(half) };
      },
    });
    const x = tf.ones([2]);
    for (let i = 0; i < 3; i++) expect(await recorded.run({ x })).toEqual({ sum: 1 });
    expect(warnings).toEqual([]);
    recorded.dispose();
    x.dispose();
  });
});
