import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { useTemporaryFolder } from '../../../trainer/testing/temporary-folder.js';
import { type RunResults, readRunResults } from './run-results.js';

const folder = useTemporaryFolder();
const FIRST = fileURLToPath(new URL('../../../evaluation/fixtures/first-results/color-over-420.json', import.meta.url));
const read = async (file: string) => (await readRunResults(file)) as RunResults;

/** The results without what the very first versions did not write. */
async function oldResults(): Promise<string> {
  const results = JSON.parse(await readFile(FIRST, 'utf8'));
  const [sandwich, ...plain] = results.systems;
  const old = {
    ...results,
    furtherGains: undefined,
    compared: undefined,
    gain: { ...results.gain, anchor: undefined, measure: undefined },
    bdRate: results.bdRate.map(({ overlap: _, delta: __, ...rest }: { overlap: unknown; delta: unknown }) => rest),
    rateChange: results.rateChange.map(({ anchor: _, ...rest }: { anchor: string }) => rest),
    systems: [sandwich, ...plain.map(({ anchor: _, ...rest }: { anchor: string }) => rest)],
  };
  const file = join(folder(), 'results.json');
  await writeFile(file, JSON.stringify(old));
  return file;
}

describe('readRunResults', () => {
  it('tells the candidate from the anchors in results that say no version', async () => {
    const { step, itemNames, results } = await read(FIRST);
    expect(step).toBe(2000);
    expect(itemNames.length).toBe(24);
    expect(results.items).toBe('24 images of Kodak');
    const [mean, first] = results.sets;
    expect(mean.name).toBe('Mean of 24 images of Kodak');
    expect(mean.curves.map(({ name, role }) => [name, role])).toEqual([
      ['sandwich', 'candidate'],
      ['JPEG, flat tables', 'anchor'],
      ['JPEG, Annex K tables', 'anchor'],
    ]);
    expect(first.name).toBe('kodim01.png');
    expect(first.curves.length).toBe(3);
    // of one image, both PSNRs are one
    for (const { points } of first.curves) {
      for (const { measures } of points) expect(measures['psnr-rgb-of-mean-error']).toBe(measures['psnr-rgb']);
    }
    expect(results.gains[0]).toMatchObject({ measure: 'psnr-rgb', mean: expect.closeTo(0.613, 3) });
    expect(results.bdRates[0]).toMatchObject({
      anchor: 'JPEG, flat tables',
      percent: expect.closeTo(-10.459, 3),
      delta: expect.closeTo(0.581, 3),
      overlap: { quality: expect.closeTo(0.543, 3), rate: expect.closeTo(0.61, 3) },
    });
    expect(results.rateChanges[0]).toMatchObject({ anchor: 'plain codec', bpp: 0.3 });
    expect(results.rateChanges[0].percent['psnr-rgb']).toBeCloseTo(-12.307, 3);
  });

  it('reads what the first versions wrote', async () => {
    const [{ results: old }, { results: whole }] = [await read(await oldResults()), await read(FIRST)];
    expect(old.sets).toEqual(whole.sets);
    expect(old.gains).toEqual(whole.gains.slice(0, 1));
    expect(old.rateChanges).toEqual(whole.rateChanges);
    expect(old.bdRates).toEqual(whole.bdRates.map((each) => ({ ...each, delta: null, overlap: null })));
  });

  it('reads results without Bjontegaard deltas and codec, as the very first were', async () => {
    const {
      bdRate: _,
      codecName: __,
      rateChange: ___,
      ...rest
    } = JSON.parse(await readFile(await oldResults(), 'utf8'));
    const file = join(folder(), 'results.json');
    await writeFile(file, JSON.stringify(rest));
    const { results } = await read(file);
    expect([results.bdRates, results.rateChanges]).toEqual([[], []]);
    expect(results.sets.length).toBe(25);
  });

  it('says why a file cannot be read', async () => {
    const file = join(folder(), 'results.json');
    expect(await readRunResults(file)).toBe(null);
    await writeFile(file, '{"systems":3}');
    expect(await readRunResults(file)).toEqual(expect.any(String));
    await writeFile(file, '{');
    expect(await readRunResults(file)).toContain('JSON');
  });
});
