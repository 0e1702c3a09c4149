import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeSyntheticImages } from '@sandwich/data';
import { startEngine } from '@sandwich/engine';
import type { Picture } from '@sandwich/pictures';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { useCapturedOutput } from '../../../trainer/testing/captured-output.js';
import { useTemporaryFolder } from '../../../trainer/testing/temporary-folder.js';
import { main } from '../main.js';
import { anchorFiles, measureAnchor, openAnchors } from '../rate-distortion-anchors.js';
import { matchedRows } from '../rate-distortion-tables.js';

const folder = useTemporaryFolder();
const output = useCapturedOutput();
beforeAll(() => startEngine());

it('rate-distortion measures runs and JPEG on the same pictures, and writes CSV files', async () => {
  const at = (name: string) => join(folder(), name);
  await makeSyntheticImages({ directory: at('images'), count: 2, width: 48, height: 40, seed: 1 });
  const small = ['--set', 'batchSize=1', '--set', 'cropSize=32', '--set', 'features=4', '--log', 'none'];
  const train = ['train', 'dcn', '--images', at('images'), '--steps', '1', '--run', at('run'), ...small];
  expect(await main(train)).toBe(0);
  const compare = [
    'rate-distortion',
    at('run'),
    '--images',
    at('images'),
    '--crop',
    '32',
    '--out',
    at('curves'),
    '--codecs',
    'jpeg',
  ];
  expect(await main(compare), output.stderr()).toBe(0);

  const [jpeg, dcn] = await Promise.all(
    ['jpeg', 'dcn'].map(async (name) => (await readFile(join(at('curves'), `${name}.csv`), 'utf8')).trim().split('\n')),
  );
  expect(jpeg[0]).toBe('image_id,filename,codec,quality,ssim,psnr,bytes,bpp,effective_bytes');
  expect(jpeg).toHaveLength(1 + 2 * 19);
  expect(dcn[0]).toBe('image_id,filename,codec,model_dir,ssim,psnr,entropy,bytes,bpp');
  expect(dcn).toHaveLength(1 + 2);
  const [, , codec, run, ...numbers] = dcn[1].split(',');
  expect([codec, run]).toEqual(['dcn', at('run')]);
  const [, , , bytes, bpp] = numbers.map(Number);
  expect(bpp).toBeCloseTo((8 * bytes) / 32 ** 2, 9);
  expect(output.stdout()).toMatch(/JPEG 4:4:4, effective bits/);
  expect(output.stdout()).toMatch(/run +bpp/);
  expect(output.stdout()).toMatch(/PSNR at 0.5 bpp/);
  expect(output.stdout()).not.toMatch(/MS-SSIM at/);
  expect(output.stdout()).toMatch(/run +SSIM .* JPEG 4:4:4 +\d/);

  const half = compare.map((word) => (word === '32' ? '16' : word === at('curves') ? at('half') : word));
  expect(await main([...half, '--reduce', '2', '--limit', '1']), output.stderr()).toBe(0);
  const [, row] = (await readFile(join(at('half'), 'dcn.csv'), 'utf8')).split('\n');
  expect(Number(row.split(',').at(-1))).toBeCloseTo((8 * Number(row.split(',').at(-2))) / 16 ** 2, 9);

  const chosen = compare.map((word) => (word === at('curves') ? at('chosen') : word));
  expect(await main([...chosen, '--limit', '1', '--trellis']), output.stderr()).toBe(0);
  const [, searched] = (await readFile(join(at('chosen'), 'dcn.csv'), 'utf8')).split('\n');
  const entropyOf = (line: string) => Number(line.split(',').at(-3));
  expect(entropyOf(searched)).toBeLessThan(entropyOf(dcn[1]));

  expect(await main(compare)).toBe(1);
  expect(output.stderr()).toContain('jpeg.csv');
});

it('rate-distortion names curves after their systems, and keeps all else when the program of a codec fails', async () => {
  const at = (name: string) => join(folder(), name);
  await makeSyntheticImages({ directory: at('images'), count: 2, width: 32, height: 32, seed: 1 });
  const small = ['batchSize=1', 'cropSize=32', 'features=4'].flatMap((setting) => ['--set', setting]);
  for (const experiment of ['dcn', 'factorized-prior']) {
    const train = ['train', experiment, '--images', at('images'), '--steps', '1', '--run', at(experiment), ...small];
    expect(await main(train), output.stderr()).toBe(0);
  }
  const alone = ['rate-distortion', at('factorized-prior'), '--images', at('images'), '--out', at('alone')];
  expect(await main([...alone, '--trellis'])).toBe(1);
  expect(output.stderr()).toContain('--trellis is not for systems such as that of');

  const tool = (name: string, script: string) => writeFile(at(name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  await mkdir(at('bin'));
  await tool('bin/opj_decompress', 'echo "decompressor of the openjp2 library v2.5.0"; exit 1');
  await tool('bin/opj_compress', 'echo "compressor of the openjp2 library v2.5.0"; exit 1');
  vi.stubEnv('PATH', `${at('bin')}:${process.env.PATH}`);
  const compare = [
    'rate-distortion',
    at('dcn'),
    at('factorized-prior'),
    '--images',
    at('images'),
    '--out',
    at('curves'),
  ];
  const code = await main([...compare, '--codecs', 'jpeg2000,jpeg']);
  vi.unstubAllEnvs();
  expect(code).toBe(1);
  expect(output.stderr()).toMatch(/all else was measured, but JPEG 2000 failed: jpeg2000.encode: .*opj_compress/);
  expect((await readdir(at('curves'))).sort()).toEqual(['dcn.csv', 'factorized-prior.csv', 'jpeg.csv']);
  const linesOf = async (name: string) => (await readFile(join(at('curves'), name), 'utf8')).trim().split('\n');
  expect(await linesOf('jpeg.csv')).toHaveLength(1 + 2 * 19);
  const [heads, ...rows] = await linesOf('factorized-prior.csv');
  expect(heads).toBe('image_id,filename,codec,model_dir,ssim,psnr,bytes,bpp');
  expect(rows.map((row) => row.split(',')[2])).toEqual(['factorized-prior', 'factorized-prior']);
  expect(output.stdout()).toMatch(/^dcn +interpolated/m);
  expect(output.stdout()).toMatch(/^factorized-prior +interpolated/m);
  expect(output.stdout()).toMatch(/^JPEG 4:4:4 +interpolated/m);
  expect(output.stdout()).not.toMatch(/^(DCN|JPEG 2000)/m);
});

describe('openAnchors', () => {
  const notes: string[] = [];
  afterEach(() => {
    vi.unstubAllEnvs();
    notes.length = 0;
  });

  it('leaves out what is not installed, by name, unless it was asked for', async () => {
    vi.stubEnv('PATH', folder());
    const anchors = await openAnchors(undefined, (text) => notes.push(text));
    expect(anchors.map(({ key }) => key)).toEqual(['jpeg', 'jpeg-annex-k-huffman']);
    expect(notes).toHaveLength(2);
    expect(notes[0]).toMatch(
      /^JPEG 2000 is left out: opj_compress was not found: install the package libopenjp2-tools/,
    );
    expect(notes[1]).toMatch(/^BPG 4:4:4 is left out: bpgenc was not found/);
    await expect(openAnchors(['jpeg2000'], () => {})).rejects.toThrow('libopenjp2-tools');
  });

  it('makes the JPEG files of Pillow, with Huffman tables of their own and with those of Annex K', async () => {
    const data = Uint8Array.from({ length: 32 * 32 * 3 }, (_, i) => (i * i) % 251);
    const items = [{ name: 'a.png', picture: { data, width: 32, height: 32, channels: 3 as const } }];
    const anchors = await openAnchors(['jpeg', 'jpeg-annex-k-huffman'], () => {});
    const [own, annexK] = await Promise.all(anchors.map((anchor) => anchorFiles(anchor, items)(0, 40)));
    // Pillow 9.4: save(..., 'JPEG', quality=40, subsampling=0, optimize=True or False)
    expect([own.bytes, annexK.bytes]).toEqual([971, 1344]);
    expect([own.effective_bytes, annexK.effective_bytes]).toEqual([792, 1165]);
    expect(annexK.ssim).toBe(own.ssim);
  });

  it('keeps the rows that an anchor has when its program fails', async () => {
    const [jpeg] = await openAnchors(['jpeg'], () => {});
    const encode = async (picture: Picture<Uint8Array>, quality: number) => {
      if (quality < 85) throw new Error('no more');
      return jpeg.codec.encode(picture, quality);
    };
    const picture = { data: new Uint8Array(32 * 32 * 3), width: 32, height: 32, channels: 3 as const };
    const anchor = { ...jpeg, codec: { ...jpeg.codec, encode } };
    const { rows, failure } = await measureAnchor(anchor, [{ name: 'a.png', picture }]);
    expect(rows.map(({ quality }) => quality)).toEqual([95, 90, 85]);
    expect(failure).toBe('JPEG 4:4:4 failed: no more');
  });

  it('measures files once, and matches them', async () => {
    const [anchor] = await openAnchors(['jpeg'], () => {});
    const picture = { data: Uint8Array.from({ length: 32 * 32 * 3 }, (_, i) => (i * i) % 251), width: 32, height: 32 };
    const encode = vi.spyOn(anchor.codec, 'encode');
    const files = anchorFiles(anchor, [{ name: 'a.png', picture: { ...picture, channels: 3 } }]);
    const row = await files(0, 40);
    expect(await files(0, 40)).toBe(row);
    expect(encode).toHaveBeenCalledTimes(1);
    expect(row).toMatchObject({ codec: 'jpeg', quality: 40, filename: 'a.png', bpp: row.bytes / 128 });
    expect(row.effective_bytes).toBeLessThan(row.bytes);
    const [bySsim, byRate] = await matchedRows('run', [{ ...row, bpp: row.bpp + 0.001 }], anchor, files);
    expect(bySsim.slice(4, 6)).toEqual(['JPEG 4:4:4', '40.0']);
    expect(byRate.slice(4, 6)).toEqual(['JPEG 4:4:4', '40.0']);
    const { ssim, ...tiny } = row;
    expect((await matchedRows('run', [tiny], anchor, files)).map(([, by, , ssim]) => [by, ssim])).toEqual([
      ['bpp', ''],
    ]);
  });
});
