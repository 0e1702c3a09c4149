import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSharp, type Picture } from '@sandwich/pictures';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contactSheet } from './contact-sheet.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sheet-'));
});
afterEach(() => rm(directory, { recursive: true }));

const filled = (width: number, height: number, colour: number[]): Picture<Uint8Array> => ({
  data: Uint8Array.from({ length: width * height * colour.length }, (_, i) => colour[i % colour.length]),
  width,
  height,
  channels: colour.length as 1 | 3,
});

/** Number of pixels of exactly this colour, and the box around them. */
async function find(path: string, [red, green, blue]: number[]) {
  const sharp = await loadSharp();
  const { data, info } = await sharp(path).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const xs: number[] = [];
  const ys: number[] = [];
  for (let i = 0; i < info.width * info.height; i++) {
    if (data[3 * i] !== red || data[3 * i + 1] !== green || data[3 * i + 2] !== blue) continue;
    xs.push(i % info.width);
    ys.push(Math.floor(i / info.width));
  }
  return {
    count: xs.length,
    left: Math.min(...xs),
    top: Math.min(...ys),
    width: Math.max(...xs) - Math.min(...xs) + 1,
    height: Math.max(...ys) - Math.min(...ys) + 1,
  };
}

describe('contactSheet', () => {
  it('shows images side by side and rows below each other, small ones enlarged', async () => {
    const path = join(directory, 'sheet.png');
    await contactSheet(
      [
        {
          label: '',
          images: [
            { caption: '', image: filled(61, 41, [200, 10, 10]) },
            { caption: '', image: filled(31, 21, [10, 200, 10]) },
            { caption: '', image: filled(61, 41, [77]) },
          ],
        },
        { label: '', images: [{ caption: '', image: filled(30, 20, [10, 10, 200]) }] },
      ],
      path,
    );
    expect(await readdir(directory)).toEqual(['sheet.png']);
    const full = await find(path, [200, 10, 10]);
    const half = await find(path, [10, 200, 10]);
    const gray = await find(path, [77, 77, 77]);
    const other = await find(path, [10, 10, 200]);
    expect(full).toMatchObject({ count: 61 * 41, width: 61, height: 41 });
    expect(half).toMatchObject({ count: 62 * 42, width: 62, height: 42, top: full.top });
    expect(gray).toMatchObject({ width: 61, height: 41, top: full.top });
    expect(other).toMatchObject({ count: 600, left: full.left });
    expect(half.left).toBeGreaterThan(full.left + full.width);
    expect(gray.left).toBeGreaterThan(half.left + half.width);
    expect(other.top).toBeGreaterThan(half.top + half.height);
  });

  it('enlarges a row to a height, and breaks captions to the width of their images', async () => {
    const path = join(directory, 'sheet.webp');
    const image = filled(20, 20, [200, 10, 10]);
    const size = async (caption: string) => {
      const row = {
        label: '',
        images: [
          { caption, image },
          { caption: 'b', image },
        ],
      };
      await contactSheet([row], path, { height: 108 });
      expect(await find(path, [200, 10, 10])).toMatchObject({ count: 2 * 100 * 100, left: 12, top: 12, height: 100 });
      return (await loadSharp())(path).metadata();
    };
    const one = await size('a');
    expect(one).toMatchObject({ format: 'webp', width: 12 + 2 * (100 + 12), height: 12 + 100 + 21 + 12 });
    expect(await size('ten letters, then three lines')).toMatchObject({
      width: one.width,
      height: one.height! + 2 * 21,
    });
  });

  it('writes labels and captions', async () => {
    const image = filled(100, 40, [255, 255, 255]);
    const ink = async (label: string, caption: string) => {
      const path = join(directory, 'sheet.png');
      await contactSheet([{ label, images: [{ caption, image }] }], path);
      return (await find(path, [255, 255, 255])).count;
    };
    const blank = await ink(' ', '');
    expect(await ink('label', '')).toBeLessThan(blank - 20);
    expect(await ink(' ', 'caption')).toBeLessThan(blank - 20);
    expect(await ink('a\u0001&<>', '')).toBeLessThan(blank - 20);
  });

  it('leaves no file when there is nothing to show, or no place for it', async () => {
    const image = filled(8, 8, [1]);
    await expect(contactSheet([], join(directory, 'a.png'))).rejects.toThrow('contactSheet: there is no row');
    await expect(contactSheet([{ label: 'x', images: [] }], join(directory, 'a.png'))).rejects.toThrow(
      "contactSheet: the row 'x' has no image",
    );
    const nowhere = join(directory, 'missing', 'a.png');
    await expect(contactSheet([{ label: 'x', images: [{ caption: '', image }] }], nowhere)).rejects.toThrow('ENOENT');
    expect(await readdir(directory)).toEqual([]);
  });
});
