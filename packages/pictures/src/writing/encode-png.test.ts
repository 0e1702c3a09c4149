import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { toSrgb } from '../color/to-srgb.js';
import { loadSharp } from '../load-sharp.js';
import { readPicture } from '../reading/read-picture.js';
import { encodePng } from './encode-png.js';
import { writePicture } from './write-picture.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'png-'));
});
afterEach(() => rm(folder, { recursive: true }));

it.each([
  [8, 'uchar', 'srgb'],
  [12, 'ushort', 'rgb16'],
  [16, 'ushort', 'rgb16'],
])('brings pictures of %i bits through a file', async (bitDepth, depth, space) => {
  const peak = 2 ** bitDepth - 1;
  const samples = { length: 3 * 20 * 10 };
  const value = (_: unknown, i: number) => Math.round((peak * i) / (samples.length - 1));
  const data = bitDepth === 8 ? Uint8Array.from(samples, value) : Uint16Array.from(samples, value);
  const path = join(folder, 'picture.png');
  await writePicture(path, { data, width: 20, height: 10, channels: 3, bitDepth });
  const png = await readFile(path);

  const sharp = await loadSharp();
  expect(await sharp(png).metadata()).toMatchObject({ format: 'png', depth, space, channels: 3 });
  const { max } = (await sharp(png).stats()).channels[2];
  expect(max).toBe(bitDepth === 8 ? 255 : 65535);
  const read = toSrgb(await readPicture(path), bitDepth);
  expect(Array.from(read.data)).toEqual(Array.from(data));
});

it('writes grayscale as such', async () => {
  const sharp = await loadSharp();
  const png = await encodePng({ data: Uint16Array.of(0, 40000, 65535), width: 3, height: 1, channels: 1 });
  expect(await sharp(png).metadata()).toMatchObject({ depth: 'ushort', space: 'grey16', channels: 1 });
});

it('names the formats that it writes', async () => {
  const picture = { data: new Uint8Array(3), width: 1, height: 1, channels: 3 as const };
  const path = join(folder, 'picture.gif');
  await expect(writePicture(path, picture)).rejects.toThrow(`${path}: its extension must be one of .png`);
});
