import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Picture } from '@sandwich/pictures';
import { describe, expect, it } from 'vitest';
import type { Subsampling } from './color/chroma-subsampling.js';
import { encodeJpeg } from './encode-jpeg.js';
import type { JpegOptions } from './jpeg-options.js';
import { jpegSize } from './jpeg-size.js';

// fixtures/make-pillow-fixtures.py made the files with Pillow 9.4.0 and libjpeg-turbo 2.1.5 from the images below.
interface PillowFile {
  image: keyof typeof contents;
  width: number;
  height: number;
  channels: 1 | 3;
  quality?: number;
  /** First entry and slope of the table for luma, for chroma and, where it has one of its own, for Cr. */
  tables?: [start: number, slope: number][];
  optimize: boolean;
  subsampling?: Subsampling;
  size: number;
  sha256: string;
}

const pillowFiles: PillowFile[] = JSON.parse(
  readFileSync(new URL('../../fixtures/pillow-files.json', import.meta.url), 'utf8'),
);

const contents = {
  texture(x: number, y: number, c: number): number {
    const wave = Math.abs(((3 * x + 5 * y + 60 * c) % 510) - 255);
    return ((wave * 7) >> 3) + ((7 * x * x + 13 * y + 3 * x * y + 29 * c) % 31);
  },
  primaries(x: number, y: number, c: number): number {
    return 255 * ((((x >> 3) + 3 * (y >> 3)) >> c) & 1);
  },
  rarities(x: number, y: number, _c: number, width: number): number {
    const number = (y >> 3) * (width >> 3) + (x >> 3) + 1;
    const rarity = Math.log2(number & -number);
    const pattern = (7 * x * x + 13 * y + 3 * x * y) % 31;
    return rarity === 0 ? 100 : (100 + ((pattern * (((rarity * 3) % 37) - 18)) >> 3)) & 255;
  },
};

function image(content: keyof typeof contents, width: number, height: number, channels: 1 | 3): Picture<Uint8Array> {
  const data = new Uint8Array(width * height * channels);
  for (let i = 0, y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) data[i++] = contents[content](x, y, c, width);
    }
  }
  return { data, width, height, channels };
}

function ramp([start, slope]: [number, number]): number[] {
  return Array.from({ length: 64 }, (_, i) => Math.min(Math.max(start + slope * i, 1), 255));
}

function options({ quality, tables, optimize, subsampling }: PillowFile): JpegOptions {
  const [luma, chroma, cr] = tables?.map(ramp) ?? [];
  const given = tables && { luma, chroma, cr };
  return { quality, tables: given, subsampling, optimizeHuffman: optimize };
}

const name = ({ image, width, height, channels, quality, tables, optimize, subsampling }: PillowFile) =>
  `${image} ${width}x${height}x${channels} ${subsampling ?? 'gray'} ${quality ? `quality ${quality}` : `tables ${JSON.stringify(tables)}`}${optimize ? ' optimised' : ''}`;

describe('encodeJpeg', () => {
  it.each(pillowFiles.map((file) => [name(file), file] as const))("writes Pillow's file: %s", (_, file) => {
    const raw = image(file.image, file.width, file.height, file.channels);
    const bytes = encodeJpeg(raw, options(file));
    expect(bytes.length).toBe(file.size);
    expect(createHash('sha256').update(bytes).digest('hex').slice(0, 24)).toBe(file.sha256);
    expect(jpegSize(raw, options(file))).toBe(file.size);
  });

  it("defaults to libjpeg's settings", () => {
    const raw = image('texture', 17, 33, 3);
    expect(encodeJpeg(raw)).toEqual(encodeJpeg(raw, { quality: 75, subsampling: '4:2:0', optimizeHuffman: false }));
  });

  it('takes the luma table for chroma unless given, in a segment of its own', () => {
    const raw = image('texture', 17, 33, 3);
    const luma = ramp([3, 2]);
    expect(encodeJpeg(raw, { tables: { luma } })).toEqual(encodeJpeg(raw, { tables: { luma, chroma: luma } }));
  });

  it("keeps to libjpeg's largest side", () => {
    const wide = image('texture', 65500, 1, 1);
    expect(Array.from(encodeJpeg(wide).subarray(94, 98))).toEqual([0, 1, 255, 220]);
    expect(() => encodeJpeg({ ...wide, width: 65501 })).toThrow(
      'encodeJpeg: image.width must be a whole number of 1 to 65500, got 65501',
    );
  });
});

describe('bad arguments', () => {
  const good = image('texture', 4, 2, 1);
  const table = (entry: number) => ramp([7, 0]).with(5, entry);
  const cases: [string, Partial<Picture<Uint8Array>>, JpegOptions, string][] = [
    ['width 0', { width: 0 }, {}, 'image.width must be a whole number of 1 to 65500, got 0'],
    ['height NaN', { height: Number.NaN }, {}, 'image.height must be a whole number of 1 to 65500, got NaN'],
    ['channels', { channels: 4 as 3 }, {}, 'image.channels must be 1 (luma) or 3 (RGB), got 4'],
    ['data', { data: [0] as never }, {}, 'image.data must be a Uint8Array (8 bits), got [object Array]'],
    ['length', { data: new Uint8Array(7) }, {}, 'image.data must hold 4 x 2 x 1 = 8 samples, got 7'],
    ...[0, 101, 50.5, Number.NaN].map((quality): [string, Partial<Picture<Uint8Array>>, JpegOptions, string] => [
      `quality ${quality}`,
      {},
      { quality },
      `quality must be a whole number of 1 to 100, got ${quality}`,
    ]),
    ...[0, 256, 1.5, Number.NaN].map((entry): [string, Partial<Picture<Uint8Array>>, JpegOptions, string] => [
      `table entry ${entry}`,
      {},
      { tables: { luma: table(entry) } },
      `tables.luma[5] must be a whole number of 1 to 255, got ${entry}`,
    ]),
    ['chroma table', {}, { tables: { luma: table(7), chroma: [1, 2] } }, 'tables.chroma must have 64 entries, got 2'],
    [
      'Cr table',
      {},
      { tables: { luma: table(7), cr: table(0) } },
      'tables.cr[5] must be a whole number of 1 to 255, got 0',
    ],
    ['no luma table', {}, { tables: {} as never }, 'tables.luma must have 64 entries, got undefined'],
    ['both', {}, { tables: { luma: table(7) }, quality: 5 }, 'give either tables or quality, got both (quality 5)'],
    ['subsampling', {}, { subsampling: '4:1:1' as '4:2:0' }, 'subsampling must be 4:4:4, 4:2:2, or 4:2:0, got 4:1:1'],
  ];

  it.each(cases)('%s', (_, image, options, message) => {
    expect(() => encodeJpeg({ ...good, ...image }, options)).toThrow(new RangeError(`encodeJpeg: ${message}`));
    expect(() => jpegSize({ ...good, ...image }, options)).toThrow(new RangeError(`jpegSize: ${message}`));
  });
});
