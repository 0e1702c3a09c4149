import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { useTemporaryFolder } from '../../../files/testing/temporary-folder.js';
import { curveOf } from '../curves/curve.js';
import { bdRatesOf } from './bd-rates.js';
import { gainsOf, meanGain } from './gains.js';
import { rateChangesOf } from './rate-changes.js';
import { readResults } from './read-results.js';

const folder = useTemporaryFolder();

const first = new URL('../../fixtures/first-results/', import.meta.url);
const older = readdirSync(first);

describe('results of older versions', () => {
  it.each(older)('are read: %s', async (file) => {
    const path = fileURLToPath(new URL(file, first));
    const before = JSON.parse(readFileSync(path, 'utf8'));
    const now = (await readResults(path))!;
    expect(before.version).toBeUndefined();
    expect(now).toMatchObject({
      version: 2,
      run: before.run,
      step: before.step,
      items: before.images,
      range: before.gain.range,
      codec: { name: before.codecName, description: before.codec, settings: before.codecSettings },
      compared: before.compared,
    });
    const [candidate, ...anchors] = before.systems;
    expect([now.candidate, ...now.anchors].map(({ name, settings, results }) => ({ name, settings, results }))).toEqual(
      [candidate, ...anchors].map(({ name, settings, results }) => ({ name, settings, results })),
    );
    expect(now.candidate.items.map(({ item }) => item)).toEqual(
      candidate.images.map((each: { image: string }) => each.image),
    );
    expect(now.candidate.items[3].results['psnr-rgb']).toEqual(candidate.images[3]['psnr-rgb']);
    const mean = meanGain(now.gains, now.reference, 'psnr-rgb');
    expect(mean).toBe(before.gain.mean);
    // The figures are those that are computed of the curves now.
    const again = gainsOf(now.candidate, now.anchors, now.measures, now.range);
    expect(again.find(({ group, measure }) => group === now.reference && measure === 'psnr-rgb')?.at.length).toBe(
      before.gain.at.length,
    );
    if (mean !== null) expect(meanGain(again, now.reference, 'psnr-rgb')).toBeCloseTo(mean, 9);
    for (const each of bdRatesOf(now.candidate, now.anchors, now.measures)) {
      const old = now.bdRates.find(({ anchor, measure }) => anchor === each.anchor && measure === each.measure)!;
      expect(each.percent === null).toBe(old.percent === null);
      if (each.percent !== null) expect(each.percent).toBeCloseTo(old.percent!, 6);
    }
    const changes = rateChangesOf(now.candidate, now.anchors, now.measures, now.range);
    for (const [i, { bits }] of changes.entries()) {
      const value = now.rateChanges[i].bits['psnr-rgb'];
      if (value === null) expect(bits['psnr-rgb']).toBeNull();
      else expect(bits['psnr-rgb']).toBeCloseTo(value, 9);
    }
    for (const measure of now.measures) expect(curveOf(now.candidate, measure).length).toBeGreaterThan(0);
    expect(now.measures.find(({ key }) => key === 'lpips')?.better ?? 'less').toBe('less');
  });

  it('without groups are all of one', async () => {
    const file = join(folder(), 'results.json');
    const { furtherGains, ...before } = JSON.parse(readFileSync(new URL('hires-over-lowres.json', first), 'utf8'));
    delete before.gain.anchor;
    delete before.gain.measure;
    for (const system of before.systems) delete system.anchor;
    await writeFile(file, JSON.stringify(before));
    const { reference, gains, anchors } = (await readResults(file))!;
    expect(reference).toBe('plain codec');
    expect(gains).toMatchObject([{ group: 'plain codec', measure: 'psnr-rgb', mean: before.gain.mean }]);
    expect(new Set(anchors.map(({ group }) => group))).toEqual(new Set(['plain codec']));
  });
});

it('says what is no results, and what is of a later version', async () => {
  const file = join(folder(), 'results.json');
  expect(await readResults(file)).toBeUndefined();
  for (const [text, reason] of [
    ['{', /results\.json cannot be read: .*JSON/],
    ['null', /cannot be read: these are no results of an evaluation/],
    ['{"systems": []}', /cannot be read: these are no results of an evaluation/],
    ['{"version": 2}', /cannot be read: these are no results of an evaluation/],
    ['{"version": 3}', /these are results of version 3, and this program knows those up to 2/],
  ] as const) {
    await writeFile(file, text);
    await expect(readResults(file)).rejects.toThrow(reason);
  }
});
