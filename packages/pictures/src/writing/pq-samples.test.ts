import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Picture } from '../picture.js';
import { linearSamples } from '../reading/linear-samples.js';
import { readPicture } from '../reading/read-picture.js';
import { pqSamples } from './pq-samples.js';
import { writePicture } from './write-picture.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pq-'));
});
afterAll(() => rm(folder, { recursive: true }));

const light: Picture<Uint16Array> = {
  data: Uint16Array.of(0, 1, 737, 4096, 20000, 65535),
  width: 2,
  height: 1,
  channels: 3,
  transfer: 'linear',
  primaries: 'bt2020',
};

it('are SMPTE ST 2084 of the light, as NumPy has it', () => {
  const { data, ...rest } = pqSamples(light);
  // NumPy: np.rint(65535 * pq), pq of 16 x / 65535 * 203 cd/m2
  expect([...data]).toEqual([0, 3010, 26926, 38056, 49208, 57676]);
  expect(rest).toMatchObject({ transfer: 'pq', primaries: 'bt2020', bitDepth: 16, width: 2 });
  expect(() => pqSamples({ ...light, transfer: 'srgb' })).toThrow('pqSamples: transfer must be linear, got "srgb"');
});

it('come through a PNG file that says what they are', async () => {
  const path = join(folder, 'light.png');
  await writePicture(path, pqSamples(light));
  const read = await readPicture(path);
  expect(read).toMatchObject({ transfer: 'pq', primaries: 'bt2020', bitDepth: 16 });
  expect([...read.data]).toEqual([...pqSamples(light).data]);
  const back = linearSamples(read);
  // A sample of PQ is 1.5e-4 of what is bright.
  for (const [i, sample] of light.data.entries())
    expect(Math.abs(back.data[i] - sample)).toBeLessThanOrEqual(1 + 1e-4 * sample);
  const primaries = { red: [0.6, 0.3], green: [0.3, 0.6], blue: [0.1, 0.1], white: [0.3, 0.3] } as const;
  await expect(writePicture(path, pqSamples({ ...light, primaries }))).rejects.toThrow('no number in ITU-T H.273');
});
