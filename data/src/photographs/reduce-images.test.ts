import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { loadSharp } from '@sandwich/pictures';
import { describe, expect, it } from 'vitest';
import { useTemporaryFolder } from '../../../packages/files/testing/temporary-folder.js';
import { loadImage } from './load-image.js';
import { reduceImages } from './reduce-images.js';

const folder = useTemporaryFolder();
const sharp = await loadSharp();

const [WIDTH, HEIGHT] = [34, 32];
/** round(128 + 60 sin(0.3 x + 0.2 y + c)) for column x, row y and channel c. */
const waves = Uint8Array.from({ length: 3 * WIDTH * HEIGHT }, (_, i) => {
  const [x, y, c] = [Math.floor(i / 3) % WIDTH, Math.floor(i / 3 / WIDTH), i % 3];
  return Math.round(128 + 60 * Math.sin(0.3 * x + 0.2 * y + c));
});

async function writeWaves(name: string): Promise<string> {
  const file = join(folder(), name);
  await sharp(waves, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } }).toFile(file);
  return file;
}

describe('reduceImages', () => {
  it('reduces with a Lanczos filter, to levels between those of 8 bits', async () => {
    await writeWaves('waves.png');
    const paths = await reduceImages({ images: folder(), directory: join(folder(), 'reduced'), factor: 3 });
    expect(paths.map((path) => basename(path))).toEqual(['waves.png']);
    const { data, width, height } = await loadImage(paths[0], 16);
    expect([width, height]).toEqual([11, 10]);
    // Pillow 9.4, Image.LANCZOS on float32 planes of 257 times the samples, the first 33 columns and 30 rows.
    const expected = [
      { row: 4, column: 5, rgb: [46845.9, 46131.5, 33255.8] },
      { row: 5, column: 4, rgb: [44228.4, 47918.0, 37825.3] },
      { row: 4, column: 3, rgb: [23093.1, 37754.9, 47906.3] },
    ];
    for (const { row, column, rgb } of expected) {
      rgb.forEach((value, c) => {
        expect(Math.abs(data[3 * (row * width + column) + c] - value)).toBeLessThan(24);
      });
    }
    expect(new Set(data.map((sample) => sample % 257)).size).toBeGreaterThan(100);
  });

  it('refuses a factor that reduces nothing, images that are too small, and two of one name', async () => {
    const file = await writeWaves('waves.png');
    const directory = join(folder(), 'reduced');
    const reduce = (images: string, factor: number) => reduceImages({ images, directory, factor });
    await expect(reduce(file, 1)).rejects.toThrow('factor must be a whole number of at least 2, got 1');
    await expect(reduce(file, 33)).rejects.toThrow(`${file}: 34 x 32 pixels are too few to be reduced by 33`);
    await mkdir(join(folder(), 'more'));
    await copyFile(file, join(folder(), 'more', 'waves.png'));
    await expect(reduce(folder(), 2)).rejects.toThrow(/waves\.png and .*waves\.png would both be .*waves\.png/);
    expect(await readdir(directory)).toEqual([]);
  });
});
