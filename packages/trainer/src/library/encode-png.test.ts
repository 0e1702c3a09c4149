import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadSharp } from '@sandwich/codecs';
import { expect, it } from 'vitest';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import { encodePng } from './encode-png.js';
import { readPicture } from './read-picture.js';

const folder = useTemporaryFolder();

it.each([
  [8, 'uchar', 'srgb'],
  [12, 'ushort', 'rgb16'],
  [16, 'ushort', 'rgb16'],
])('brings pictures of %i bits through a file', async (bitDepth, depth, space) => {
  const peak = 2 ** bitDepth - 1;
  const samples = { length: 3 * 20 * 10 };
  const value = (_: unknown, i: number) => Math.round((peak * i) / (samples.length - 1));
  const data = bitDepth === 8 ? Uint8Array.from(samples, value) : Uint16Array.from(samples, value);
  const png = await encodePng({ data, width: 20, height: 10, channels: 3 }, bitDepth);

  const sharp = await loadSharp();
  expect(await sharp(png).metadata()).toMatchObject({ format: 'png', depth, space, channels: 3 });
  const { max } = (await sharp(png).stats()).channels[2];
  expect(max).toBe(bitDepth === 8 ? 255 : 65535);
  await writeFile(join(folder(), 'picture.png'), png);
  const read = await readPicture(join(folder(), 'picture.png'), bitDepth);
  expect(Array.from(read.data)).toEqual(Array.from(data));
});

it('writes grayscale as such', async () => {
  const sharp = await loadSharp();
  const png = await encodePng({ data: Uint16Array.of(0, 40000, 65535), width: 3, height: 1, channels: 1 }, 16);
  expect(await sharp(png).metadata()).toMatchObject({ depth: 'ushort', space: 'grey16', channels: 1 });
});
