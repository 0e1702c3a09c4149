import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, expect, it, vi } from 'vitest';
import { syntheticTensors, useWeightFiles } from '../testing/synthetic-weights.js';
import { loadLpips } from './lpips/lpips.js';
import { loadLpipsMetric } from './lpips/lpips-metric.js';
import { msSsim } from './ms-ssim.js';
import { psnr } from './psnr.js';
import { ssim } from './ssim.js';

beforeAll(() => startEngine());
const writeWeights = useWeightFiles();

const images = (seed: number) => tf.randomUniform<tf.Rank.R4>([1, 176, 176, 3], 0, 1, 'float32', seed);

/** What was warned of images in 0 to 1, given twice; each function looks once in a process. */
async function warnings(measure: (a: tf.Tensor4D, b: tf.Tensor4D) => unknown): Promise<string[]> {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const [a, b] = [images(1), images(2)];
  for (let i = 0; i < 2; i++) await measure(a, b);
  tf.dispose([a, b]);
  const texts = warn.mock.calls.map(([text]) => text);
  warn.mockRestore();
  return texts;
}

it.each([
  ['psnr', psnr, '; multiply them by 255, or pass peak: 1'],
  ['ssim', ssim, '; multiply them by 255, or pass maxValue: 1'],
  ['msSsim', msSsim, '; multiply them by 255, or pass maxValue: 1'],
] as const)('%s warns once of images in 0 to 1', async (name, measure, remedy) => {
  expect(await warnings((a, b) => measure(a, b, { peak: 1, maxValue: 1 } as object))).toEqual([]);
  const said = await warnings(measure);
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(new RegExp(`^${name}: all samples of the images are between 0 and 1, .*${remedy}$`));
});

it('LPIPS warns once of images in 0 to 1', async () => {
  const options = {
    net: 'squeeze',
    weights: await writeWeights('squeeze', syntheticTensors('squeeze')),
    sha256: null,
  } as const;
  const lpips = await loadLpips(options);
  expect(await warnings(lpips)).toEqual([expect.stringMatching(/^lpips: all samples .*; multiply them by 255$/)]);
  lpips.dispose();
  const metric = await loadLpipsMetric(options);
  const pictureOf = (image: tf.Tensor4D) => ({
    data: image.dataSync<'float32'>(),
    width: 176,
    height: 176,
    channels: 3 as const,
  });
  const said = await warnings((a, b) => metric.measure(pictureOf(a), [pictureOf(b)]));
  expect(said).toEqual([expect.stringMatching(/^LpipsMetric\.measure: all samples .*; multiply them by 255$/)]);
  await metric.release();
});
