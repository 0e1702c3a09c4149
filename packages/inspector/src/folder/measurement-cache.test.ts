import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { useTemporaryFolder } from '../../../files/testing/temporary-folder.js';
import { MeasurementCache } from './measurement-cache.js';

const folder = useTemporaryFolder();

it('MeasurementCache measures again what a file does not hold as numbers', async () => {
  const whole = { bits: 8, pixels: 4, measures: { psnr: [30], 'ms-ssim': null } };
  const cache = new MeasurementCache(folder());
  const get = () => cache.get(['run', 'picture'], async () => whole);
  expect([await get(), await get()]).toEqual([whole, whole]);
  expect(cache.counts).toEqual({ read: 1, measured: 1 });
  const [name] = (await readdir(folder(), { recursive: true })).filter((file) => file.endsWith('.json'));
  for (const damaged of [{ ...whole, measures: { psnr: [null] } }, { ...whole, measures: { psnr: 30 } }, { bits: 8 }]) {
    await writeFile(join(folder(), name), JSON.stringify(damaged));
    expect(await get()).toEqual(whole);
  }
  expect(cache.counts).toEqual({ read: 1, measured: 4 });
});
