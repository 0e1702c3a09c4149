import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { toSrgb, whyNotSrgb } from '../color/to-srgb.js';
import { type PictureHeader, readPictureHeader } from '../header/picture-header.js';
import { readLinear, toLinear } from './read-linear.js';
import { readPicture } from './read-picture.js';
import { UnusableImage } from './unusable-image.js';

interface Entry {
  /** Base64. */
  file: string;
  /** sRGB samples times 65535. */
  srgb?: number[];
  /** Linear light, 1.0 at 203 cd/m2. */
  linear?: number[];
  /** A part of the reason why it is not read as opaque sRGB. */
  refused?: string;
}

/** See fixtures/make_pictures.py. */
const entries: Record<string, Entry> = JSON.parse(
  readFileSync(new URL('../../fixtures/pictures.json', import.meta.url), 'utf8'),
);
const named = (wanted: (entry: Entry) => unknown) =>
  Object.entries(entries).filter(([, entry]) => wanted(entry)) as [string, Entry][];

const directory = mkdtempSync(join(tmpdir(), 'read-picture-'));
for (const [name, { file }] of Object.entries(entries))
  writeFileSync(join(directory, name), Buffer.from(file, 'base64'));
afterAll(() => rmSync(directory, { recursive: true }));

const largestDifference = (values: ArrayLike<number>, expected: number[]): number => {
  expect(values.length).toBe(expected.length);
  return expected.reduce((most, value, i) => Math.max(most, Math.abs(values[i] - value)), 0);
};

/** sharp applies tables to 16 bits by way of Display P3, in which LittleCMS interpolates in turn: to two levels of 8 bits. */
const isDeepTable = (name: string) => name === 'icc-tables-16.png';

/** Largest difference, in levels of the file's bit depth: that of rounding, or one level for profiles. */
const tolerance = (name: string) => (isDeepTable(name) ? 2 * 257 : name.includes('icc') ? 1 : 0.51);

describe('readPicture', () => {
  it.each(named(({ srgb, refused }) => srgb && !refused))('reads the colours of %s', async (name, { srgb }) => {
    const picture = toSrgb(await readPicture(join(directory, name), { opaque: true }));
    const { bitDepth, channels, width, height } = picture;
    expect(picture).toMatchObject({ width: 8, height: 8, transfer: 'srgb', primaries: 'bt709' });
    expect(picture.data.length).toBe(channels * width * height);
    const scale = 65535 / (2 ** bitDepth - 1);
    const values = Array.from(picture.data, (sample) => sample * scale);
    expect(largestDifference(values, srgb!)).toBeLessThanOrEqual(tolerance(name) * scale);
  });
});

describe('toSrgb', () => {
  it.each(named(({ srgb, refused }) => srgb && !refused))('makes 8 bits of %s', async (name, { srgb }) => {
    const { data } = toSrgb(await readPicture(join(directory, name)), 8);
    expect(data).toBeInstanceOf(Uint8Array);
    expect(
      largestDifference(
        data,
        srgb!.map((value) => value / 257),
      ),
    ).toBeLessThanOrEqual(isDeepTable(name) ? 2 : 1);
  });
});

describe('pictures that are refused', () => {
  it.each(named(({ refused }) => refused))('%s', async (name, { refused, srgb, linear }) => {
    const path = join(directory, name);
    const opaqueSrgb = readPicture(path, { opaque: true }).then((picture) => toSrgb(picture));
    await expect(opaqueSrgb).rejects.toThrow(refused);
    const header = readPictureHeader(path);
    if (srgb || linear) expect(whyNotSrgb(await header)).toEqual(linear && expect.stringContaining(refused!));
    else await expect(header).rejects.toThrow(`${path}: ${refused}`);
    if (srgb) {
      const { data, bitDepth } = toSrgb(await readPicture(path));
      expect(
        largestDifference(
          data,
          srgb.map((value) => (value * (2 ** bitDepth - 1)) / 65535),
        ),
      ).toBeLessThanOrEqual(0.51);
    }
  });

  it('are no files, or none of pictures', async () => {
    await expect(readPicture(directory)).rejects.toThrow(`${directory}: is a folder, not a file`);
    await expect(readPictureHeader('/dev/null')).rejects.toThrow('/dev/null: is no regular file');
    const path = join(directory, 'picture.txt');
    await expect(readPictureHeader(path)).rejects.toThrow(`${path}: cannot be read (ENOENT)`);
    writeFileSync(path, '');
    await expect(readPicture(path)).rejects.toThrow(`${path}: is empty (0 bytes)`);
    writeFileSync(path, 'no picture');
    await expect(readPicture(path)).rejects.toThrow(`${path}: is no readable image`);
  });

  it('are damaged ones: every file cut anywhere, and with any byte changed, is read or named', async () => {
    const path = join(directory, 'damaged');
    for (const name of ['cicp-p3.png', 'icc-adobe-16.png', 'gamma-chromaticities.png', 'one-frame.png', 'pq-10.avif']) {
      const file = Buffer.from(entries[name].file, 'base64');
      for (let i = 1; i < file.length; i += 1 + Math.floor(file.length / 60)) {
        const changed = Buffer.from(file);
        changed[i] ^= 0xff;
        for (const bytes of [file.subarray(0, i), changed]) {
          writeFileSync(path, bytes);
          const result = await readPicture(path).catch((error) => error);
          if (result instanceof Error) expect(result).toBeInstanceOf(UnusableImage);
          else expect(result.data.length).toBe(result.width * result.height * result.channels);
        }
      }
    }
  });
});

describe('readPicture', () => {
  it('looks at the header before it decodes', async () => {
    const headers: unknown[] = [];
    const check = (header: PictureHeader) => headers.push(header);
    await readPicture(join(directory, 'cicp-p3.png'), { check });
    expect(headers).toEqual([await readPictureHeader(join(directory, 'cicp-p3.png'))]);
    expect(headers).toMatchObject([
      { width: 8, height: 8, channels: 3, bitDepth: 16, hasAlpha: false, transfer: 'srgb', primaries: 'display-p3' },
    ]);
    const refuse = () => {
      throw new Error('not wanted');
    };
    await expect(readPicture(join(directory, 'cicp-p3.png'), { check: refuse })).rejects.toThrow('not wanted');
  });

  const folder = process.env.SANDWICH_DATA;
  it.skipIf(!folder)('leaves the samples of Kodak as they are [SANDWICH_DATA]', async () => {
    const hash = createHash('sha256');
    for (let i = 1; i <= 24; i++) {
      const picture = await readPicture(join(folder!, 'kodak', `kodim${String(i).padStart(2, '0')}.png`), {
        opaque: true,
      });
      expect(toSrgb(picture).data).toBe(picture.data);
      hash.update(picture.data);
    }
    // Pillow 9.4, NumPy: sha256(b''.join(np.asarray(Image.open(f'kodim{i:02}.png')).tobytes() for i in range(1, 25)))
    expect(hash.digest('hex')).toBe('c2c749bf39d7af3358bd899102b179c2ac68dbfab84dd8bbd177f508735db8af');
  });
});

describe('readLinear', () => {
  it('shows reference white where BT.2408 has it: at 58 % of PQ and 75 % of HLG', () => {
    const gray = { data: Uint16Array.of(0, 1023), width: 2, height: 1, channels: 1, primaries: 'bt2020' } as const;
    const at = (transfer: 'pq' | 'hlg', signal: number) =>
      toLinear({ ...gray, data: Uint16Array.of(Math.round(65535 * signal)), width: 1, bitDepth: 16, transfer }).data[0];
    expect(at('pq', 0.58)).toBeCloseTo(1, 1);
    expect(at('hlg', 0.75)).toBeCloseTo(1, 2);
    expect(at('pq', 1) * 203).toBeCloseTo(10_000, 1);
    expect(at('hlg', 1) * 203).toBeCloseTo(1000, 2);
    expect([at('pq', 0), at('hlg', 0)]).toEqual([0, 0]);
  });

  it.each(named(({ linear }) => linear))('%s', async (name, { linear }) => {
    const { data } = await readLinear(join(directory, name));
    for (const [i, value] of linear!.entries()) expect(Math.abs(data[i] - value)).toBeLessThan(1e-6 + 1e-6 * value);
  });
});
