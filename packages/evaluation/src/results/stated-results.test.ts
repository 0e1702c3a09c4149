import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { useTemporaryFolder } from '../../../files/testing/temporary-folder.js';
import type { Results } from './results.js';
import { comparedWithStated, readStatedResults, statedOn } from './stated-results.js';

const folder = useTemporaryFolder();

const results = (mean: number | null, percent: number | null, settings = ['flat 8', 'flat 16']) =>
  ({
    codec: { description: 'JPEG' },
    range: [0.3, 1],
    measures: [{ key: 'psnr', unit: 'dB' }],
    gains: [
      { group: 'none of before', measure: 'psnr', mean: 1 },
      { group: 'plain', measure: 'psnr', mean },
    ].slice(mean === 5.605 ? 1 : 0),
    bdRates: [{ anchor: 'JPEG, flat tables', measure: 'lpips-alex', percent, delta: null, notes: [] }],
    candidate: { settings, items: [{ item: 'a.png' }, { item: 'b.png' }] },
  }) as unknown as Results;

it('sets numbers that were stated beside those that were measured', () => {
  expect(comparedWithStated(results(5.605, -85.2), results(5.6, -85.25))).toEqual([
    'mean gain, psnr, plain: stated 5.605 dB, measured 5.600 dB, difference -0.005 dB',
    'BD-rate, lpips-alex, JPEG, flat tables: stated -85.200 %, measured -85.250 %, difference -0.050 %',
  ]);
  expect(comparedWithStated(results(null, -3), results(1, null))).toEqual([
    'mean gain, psnr, none of before: stated 1.000 dB, measured 1.000 dB, difference 0.000 dB',
  ]);
});

it('compares nothing that was measured otherwise', () => {
  expect(comparedWithStated(results(1, 2), results(1, 2, ['flat 8']))).toEqual([
    'not comparable with what is stated: settings flat 8, flat 16 then, flat 8 now',
  ]);
});

it('finds what is stated around a codec, on the same items where it can', async () => {
  const state = (file: string, codec: string | undefined, ...items: string[]) => {
    const candidate = { results: {}, items: items.map((item) => ({ item })) };
    const text = JSON.stringify({ version: 2, codec: codec && { name: codec }, candidate, anchors: [] });
    return writeFile(join(folder(), file), text);
  };
  await state('results-clic.json', 'jpeg', 'clic-1.png', 'clic-4.png');
  await state('results.json', undefined, 'a.png', 'b.png');
  await state('results-webp.json', 'webp', 'a.png', 'b.png');
  await state('Results.json', 'avif', 'a.png');
  await state('curve.json', 'avif', 'a.png');
  const stated = await readStatedResults(folder());
  expect(stated.map(({ file }) => file)).toEqual(['results.json', 'results-clic.json', 'results-webp.json']);
  const [kodak, clic, webp] = stated.map(({ results }) => results);
  expect(statedOn(stated, 'jpeg', ['clic-1.png', 'clic-4.png'])).toBe(clic);
  expect(statedOn(stated, 'jpeg', ['a.png', 'b.png'])).toBe(kodak);
  expect(statedOn(stated, 'jpeg', ['clic-1.png'])).toBe(kodak);
  expect(statedOn(stated, 'webp', ['clic-1.png'])).toBe(webp);
  expect(statedOn(stated, 'avif', ['a.png'])).toBeUndefined();
  await writeFile(join(folder(), 'results-jxl.json'), '{}');
  await expect(readStatedResults(folder())).rejects.toThrow(/results-jxl\.json cannot be read/);
});
