import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { linearSamples, loadSharp, readPicture, UnusableImage } from '@sandwich/pictures';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testImage, writeBadImages, writeGoodImages } from '../../testing/test-images.js';
import { synthesizeImage } from '../synthetic/synthesize-image.js';
import { loadImage, readImageHeader } from './load-image.js';

const sharp = await loadSharp();

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'load-image-'));
});
afterEach(() => rm(directory, { recursive: true }));

/** A file of 16 bits with the extremes and all kinds of values, and its samples. */
async function writeDeepImage(format: 'png' | 'tiff') {
  const { data } = synthesizeImage({ width: 32, height: 24, seed: 3, bits: 16 });
  data.set([0, 65535, 1, 65534, 127, 128, 129, 255, 256, 257, 385, 386]);
  const path = join(directory, `deep.${format}`);
  const picture = sharp(data, { raw: { width: 32, height: 24, channels: 3 } }).toColourspace('rgb16');
  await picture.toFormat(format, { compression: 'deflate' }).toFile(path);
  return { path, data };
}

describe('loadImage', () => {
  it('gives the samples of a PNG file', async () => {
    const [path] = await writeGoodImages(directory, 1);
    const image = await loadImage(path);
    expect(image).toMatchObject({ width: 48, height: 40, channels: 3 });
    expect(Array.from(image.data)).toEqual(Array.from(testImage(0).data));
  });

  it('drops alpha and leaves the colour below it', async () => {
    const path = join(directory, 'alpha.png');
    await sharp({ create: { width: 2, height: 1, channels: 4, background: { r: 200, g: 100, b: 50, alpha: 0.2 } } })
      .png()
      .toFile(path);
    expect([...(await loadImage(path)).data]).toEqual([200, 100, 50, 200, 100, 50]);
  });

  it('accepts a palette', async () => {
    const path = join(directory, 'palette.png');
    await sharp({ create: { width: 2, height: 1, channels: 3, background: '#0a141e' } })
      .png({ palette: true })
      .toFile(path);
    expect([...(await loadImage(path)).data]).toEqual([10, 20, 30, 10, 20, 30]);
  });

  it('turns the picture as its EXIF orientation says', async () => {
    const path = join(directory, 'turned.png');
    const twoPixels = Buffer.from([255, 0, 0, 0, 0, 255]);
    // orientation 6: to be turned clockwise by a quarter
    await sharp(twoPixels, { raw: { width: 2, height: 1, channels: 3 } })
      .withMetadata({ orientation: 6 })
      .png()
      .toFile(path);
    expect(await readImageHeader(path, 8)).toMatchObject({ width: 1, height: 2 });
    const image = await loadImage(path);
    expect(image).toMatchObject({ width: 1, height: 2 });
    expect([...image.data]).toEqual([255, 0, 0, 0, 0, 255]);
  });

  it('converts from the embedded profile to sRGB', async () => {
    const path = join(directory, 'p3.png');
    const colour = [200, 80, 60];
    await sharp(Buffer.from(colour), { raw: { width: 1, height: 1, channels: 3 } })
      .withIccProfile('p3')
      .png()
      .toFile(path);
    const { data } = await loadImage(path);
    for (const [i, value] of colour.entries()) expect(Math.abs(data[i] - value)).toBeLessThanOrEqual(2);
  });

  it.each(['png', 'tiff'] as const)('gives the samples of a %s file of 16 bits', async (format) => {
    const { path, data } = await writeDeepImage(format);
    const image = await loadImage(path, 16);
    expect(image).toMatchObject({ width: 32, height: 24, channels: 3 });
    expect(image.data).toEqual(data);
  });

  it('rounds 16 bits to fewer', async () => {
    const { path, data } = await writeDeepImage('png');
    // By whole numbers: (2 x (2^bits - 1) + 65535) / (2 x 65535), rounded down, is x (2^bits - 1) / 65535, rounded.
    const rounded = (bits: number) =>
      Array.from(data, (x) => Number((2n * BigInt(x) * (2n ** BigInt(bits) - 1n) + 65535n) / (2n * 65535n)));
    const eight = (await loadImage(path)).data;
    expect(eight).toBeInstanceOf(Uint8Array);
    expect([...eight]).toEqual(rounded(8));
    const ten = (await loadImage(path, 10)).data;
    expect(ten).toBeInstanceOf(Uint16Array);
    expect([...ten]).toEqual(rounded(10));
  });

  it('converts from the embedded profile in 16 bits', async () => {
    const path = join(directory, 'p3-deep.png');
    const gray = new Uint16Array([12465, 12465, 12465]);
    await sharp(gray, { raw: { width: 1, height: 1, channels: 3 } })
      .toColourspace('rgb16')
      .withIccProfile('p3')
      .png()
      .toFile(path);
    const { data } = await loadImage(path, 16);
    // Neutral stays neutral, halfway between two levels of 8 bits, 12336 and 12593.
    for (const value of data) expect(Math.abs(value - 12465)).toBeLessThan(60);
  });

  it('follows profiles of 16 bits and colour tags, and names HDR', async () => {
    const fixtures = new URL('../../../packages/pictures/fixtures/pictures.json', import.meta.url);
    const entries = JSON.parse(await readFile(fixtures, 'utf8'));
    for (const name of ['icc-srgb-16.png', 'icc-adobe-16.png', 'cicp-p3.png', 'gamma-1.png', 'one-frame.png']) {
      await writeFile(join(directory, name), Buffer.from(entries[name].file, 'base64'));
      const { data } = await loadImage(join(directory, name));
      for (const [i, value] of entries[name].srgb.entries()) expect(Math.abs(data[i] - value / 257)).toBeLessThan(1);
    }
    const path = join(directory, 'hdr.png');
    await writeFile(path, Buffer.from(entries['pq-bt2020.png'].file, 'base64'));
    const reason = `${path}: has high dynamic range (PQ, SMPTE ST 2084), which sRGB does not hold`;
    await expect(loadImage(path)).rejects.toThrow(reason);
    await expect(readImageHeader(path, 8)).rejects.toThrow(reason);
  });

  it('gives the linear light of pictures of any depth and dynamic range', async () => {
    const fixtures = new URL('../../../packages/pictures/fixtures/', import.meta.url);
    const entries = JSON.parse(await readFile(new URL('pictures.json', fixtures), 'utf8'));
    const path = join(directory, 'hdr.png');
    await writeFile(path, Buffer.from(entries['pq-bt2020.png'].file, 'base64'));
    const hdr = await loadImage(path, 16, 'linear');
    expect(hdr).toMatchObject({ bitDepth: 16, transfer: 'linear', primaries: 'bt2020', channels: 3 });
    expect(hdr.data).toEqual(linearSamples(await readPicture(path)).data);
    const [photograph] = await writeGoodImages(directory, 1);
    const { data } = await loadImage(photograph, 16, 'linear');
    // White of standard range is a sixteenth.
    expect(Math.max(...data)).toBeLessThanOrEqual(4096);
    expect(Math.max(...data)).toBeGreaterThan(500);
    await expect(loadImage(photograph, 8, 'linear')).rejects.toThrow('linear light has 16 bits a sample, got 8');
    await expect(loadImage(photograph, 16, 'scene' as 'linear')).rejects.toThrow("display or linear, got 'scene'");
  });

  it('does not make up bits', async () => {
    const [path] = await writeGoodImages(directory, 1);
    await expect(loadImage(path, 16)).rejects.toThrow(`${path}: has 8 bits a sample, fewer than 16`);
  });

  it('names the file and the reason where a picture is unusable', async () => {
    const bad = await writeBadImages(directory);
    delete bad['one-pixel.png'];
    for (const [name, reason] of Object.entries(bad)) {
      const path = join(directory, name);
      const error = await loadImage(path).catch((thrown) => thrown);
      expect(error, name).toBeInstanceOf(UnusableImage);
      expect(error.path).toBe(path);
      expect(error.reason).toContain(reason);
      expect(error.message).toBe(`${path}: ${error.reason}`);
    }
  });

  it('names a file that is missing', async () => {
    const path = join(directory, 'missing.png');
    await expect(loadImage(path)).rejects.toThrow(`${path}: cannot be read (ENOENT)`);
  });
});
