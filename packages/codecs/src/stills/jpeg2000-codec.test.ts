import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeTools } from '../../testing/fake-tool.js';
import { psnr } from '../testing/psnr.js';
import { codecTests } from '../testing/test-codec.js';
import { testPicture } from '../testing/test-picture.js';
import { bpgQuantizer, createBpgCodec } from './bpg-codec.js';
import { MissingToolError } from './external-tool.js';
import { createJpeg2000Codec } from './jpeg2000-codec.js';
import { effectiveBpgSize, effectiveJpeg2000Size } from './picture-data-size.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jpeg2000-test-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const installed = async (create: () => Promise<unknown>) =>
  create().then(
    () => true,
    (error) => {
      if (error instanceof MissingToolError) return false;
      throw error;
    },
  );

describe.skipIf(!(await installed(createJpeg2000Codec)))('JPEG 2000 by OpenJPEG', () => {
  it.each(Object.entries(codecTests))('%s', async (_, test) => test(await createJpeg2000Codec()));

  it('reaches the PSNR that its quality is', async () => {
    const picture = testPicture(96, 80);
    const sizes: number[] = [];
    for (const irreversible of [false, true]) {
      const codec = await createJpeg2000Codec({ irreversible });
      expect(codec.settings.encoder).toMatch(/^opj_compress \d+\.\d+\.\d+$/);
      const file = await codec.encode(picture, 38);
      sizes.push(effectiveJpeg2000Size(file));
      expect(sizes.at(-1)).toBeLessThan(file.length - 80);
      expect(psnr(picture, await codec.decode(file))).toBeGreaterThan(37);
      expect(psnr(picture, await codec.decode(file))).toBeLessThan(41);
    }
    expect(sizes[0]).not.toBe(sizes[1]);
  });
});

describe('effective sizes', () => {
  const box = (type: string, data: number[]) => {
    const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from(type, 'latin1'), Buffer.from(data)]);
    bytes.writeUInt32BE(bytes.length, 0);
    return bytes;
  };
  const tile = (length: number, rest: number) => [
    0xff,
    0x90,
    0,
    10,
    0,
    0,
    0,
    0,
    0,
    length,
    0,
    1,
    ...Array(rest).fill(7),
  ];

  it('of JPEG 2000 are those of the tile-parts', () => {
    const main = [0xff, 0x4f, 0xff, 0x51, 0, 4, 1, 2];
    const file = Buffer.concat([
      box('jP  ', [13, 10, 135, 10]),
      box('jp2c', [...main, ...tile(20, 8), ...tile(17, 5), 0xff, 0xd9]),
    ]);
    expect(effectiveJpeg2000Size(file)).toBe(37);
    const open = Buffer.concat([box('jp2c', [...main, ...tile(20, 8), ...tile(0, 9), 0xff, 0xd9])]);
    expect(effectiveJpeg2000Size(open)).toBe(20 + 21);
    for (let length = 0; length < file.length - 2; length++)
      expect(() => effectiveJpeg2000Size(file.subarray(0, length)), `${length}`).toThrow('effectiveJpeg2000Size: ');
  });

  it('of BPG are those of the picture data', () => {
    // 300 x 5 pixels, 200 bytes of data, then without their length, up to the end.
    const head = [0x42, 0x50, 0x47, 0xfb, 0x60, 0, 0x82, 0x2c, 5];
    expect(effectiveBpgSize(Uint8Array.from([...head, 0x81, 0x48, ...Array(200).fill(1)]))).toBe(200);
    expect(effectiveBpgSize(Uint8Array.from([...head, 0, ...Array(77).fill(1)]))).toBe(77);
    const cutOff = Uint8Array.from([...head, 0x81, 0x48, ...Array(199).fill(1)]);
    expect(() => effectiveBpgSize(cutOff)).toThrow(
      'the file of 210 bytes ends within its extensions or its data of 200',
    );
    const extended = [...head.slice(0, 5), 8, ...head.slice(6)];
    expect(effectiveBpgSize(Uint8Array.from([...extended, 0, 3, ...Array(77).fill(1)]))).toBe(74);
    expect(() => effectiveBpgSize(Uint8Array.from([...extended, 0, 90, 1, 1]))).toThrow('ends within its extensions');
    expect(() => effectiveBpgSize(Uint8Array.from(head))).toThrow('ends within its header');
    expect(() => effectiveBpgSize(Uint8Array.of(1, 2, 3, 4, 5))).toThrow('these 5 bytes are no BPG file');
  });
});

describe.each([
  ['createJpeg2000Codec', createJpeg2000Codec, ['opj_compress', 'opj_decompress'], 'libopenjp2-tools'],
  ['createBpgCodec', createBpgCodec, ['bpgenc', 'bpgdec'], 'libbpg'],
] as const)('%s', (_, create, commands, what) => {
  it('says what is missing', async () => {
    vi.stubEnv('PATH', folder);
    await expect(create()).rejects.toThrow(MissingToolError);
    await expect(create()).rejects.toThrow(what);
  });

  it('tells what its program said', async () => {
    fakeTools(join(folder, 'bin'), [...commands], 'echo "$@"; exit 3');
    const codec = await create();
    await expect(codec.encode(testPicture(9, 7), 30)).rejects.toThrow(
      /exit status 3: .*(-i input.png -o output.jp2 -q 30 -n 3|-q 22 -f 444 -o output.bpg input.png)/,
    );
  });

  it('takes a time limit that is one', async () => {
    await expect(create({ timeLimit: 0 })).rejects.toThrow('timeLimit must be above 0');
  });
});

it('BPG qualities are quantiser parameters', () => {
  expect([13, 42, 52, 100].map(bpgQuantizer)).toEqual([39, 10, 0, 0]);
});
