import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { channelBytes } from '@sandwich/codecs';
import { makeSyntheticImages } from '@sandwich/data';
import { startEngine } from '@sandwich/engine';
import { Dcn, DcnCodec } from '@sandwich/models';
import { cropPicture, readPicture, writePicture } from '@sandwich/pictures';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withWaves } from '../../../models/src/dcn/testing/with-waves.js';
import { frozenGraph } from '../../../models/src/dcn/testing/write-graph.js';
import { initialState, saveCheckpoint } from '../../../trainer/src/run/checkpoint.js';
import { checkpointFile, createRunDirectory, type RunConfiguration } from '../../../trainer/src/run/run-directory.js';
import { useCapturedOutput } from '../../../trainer/testing/captured-output.js';
import { useTemporaryFolder } from '../../../trainer/testing/temporary-folder.js';
import { main } from '../main.js';

const folder = useTemporaryFolder();
const output = useCapturedOutput();
const at = (name: string) => join(folder(), name);
beforeAll(() => startEngine());

/** A run of a codec that nobody has trained and that codes pictures. */
async function writeCodecRun(directory: string): Promise<void> {
  const dcn = new Dcn({ features: 128, bits: 8, startFrom: 'dct', startStep: 32 });
  const configuration = {
    experiment: 'dcn',
    settings: { seed: 1 },
    kind: dcn.kind,
    module: '@sandwich/models',
    architecture: dcn.architecture,
    images: '2 images',
    budget: { steps: 7 },
    checkpoints: { keep: 3 },
    codeVersion: 'abc1234',
    engine: { engine: 'torch', version: '1', device: 'cpu', threads: 1, precision: 'fp32' },
  } as unknown as RunConfiguration;
  await createRunDirectory(directory, configuration);
  await saveCheckpoint(checkpointFile(directory, 7), dcn, { ...initialState(), step: 7 }, configuration);
  dcn.dispose();
}

beforeEach(async () => {
  await writeCodecRun(at('run'));
  await makeSyntheticImages({ directory: at('images'), count: 2, width: 44, height: 36, seed: 1 });
});
const picture = () => at('images/synthetic-0001.png');

/** Text of the cells of the table of a page, row by row. */
const cells = (page: string) =>
  [...page.matchAll(/<tr>(.*?)<\/tr>/g)].map(([, row]) =>
    [...row.matchAll(/<td>(.*?)<\/td>/g)].map(([, text]) => text),
  );

describe('sandwich view', () => {
  it('shows a file, with and without its network, and a picture through it', async () => {
    expect(await main(['compress', at('run'), picture(), at('a.l3ix')]), output.stderr()).toBe(0);
    expect(await main(['view', at('a.l3ix')]), output.stderr()).toBe(0);
    expect(output.stdout()).toContain(at('a.html'));
    const alone = await readFile(at('a.html'), 'utf8');
    const file = await readFile(at('a.l3ix'));
    const [, ...rows] = cells(alone);
    expect(rows).toHaveLength(128);
    expect(rows.map(([, , bytes]) => Number(bytes))).toEqual(channelBytes(file));
    expect(alone).toContain(`.l3ix, ${file.length} bytes`);
    expect(alone.match(/<figure>/g)).toHaveLength(128);
    expect(alone).not.toContain('<script');

    expect(await main(['view', at('a.l3ix'), at('run'), '--out', at('b.html')])).toBe(0);
    const decoded = await readFile(at('b.html'), 'utf8');
    expect(decoded.match(/<figure>/g)).toHaveLength(129);
    expect(decoded).toContain('black is -127, white 128');

    expect(await main(['view', picture(), at('run'), '--out', at('c.html')]), output.stderr()).toBe(0);
    const both = await readFile(at('c.html'), 'utf8');
    expect(both.match(/<figure>/g)).toHaveLength(130);
    expect(both).toMatch(/SSIM 0\.\d{4}, PSNR \d\d\.\d\d dB/);
    expect(cells(both)).toEqual(cells(decoded));
  });

  it('refuses what is none of its files, and to write over a page', async () => {
    expect(await main(['compress', at('run'), picture(), at('a.l3ix')])).toBe(0);
    expect(await main(['view', at('a.l3ix')])).toBe(0);
    expect(await main(['view', at('a.l3ix')])).toBe(1);
    expect(output.stderr()).toContain('a.html');
    expect(await main(['view', at('a.l3ix'), '--force'])).toBe(0);
    await writeFile(at('short.l3ix'), (await readFile(at('a.l3ix'))).subarray(0, 400));
    expect(await main(['view', at('short.l3ix')])).toBe(1);
    expect(output.stderr()).toContain(`${at('short.l3ix')}: readL3ix: its checksum is not that of its bytes`);
    expect(await main(['view', at('a.l3ix'), '--out', at('a.png')])).toBe(1);
    expect(output.stderr()).toContain('.html');
  });
});

describe('sandwich demo', () => {
  it('tells times, bytes and SSIM, and shows both pictures', async () => {
    expect(await main(['demo', at('run'), picture(), '--out', at('both.png')]), output.stderr()).toBe(0);
    const [, bytes, ssim] = /44 x 36, (\d+) bytes .* SSIM (0\.\d+),/.exec(output.stdout())!.map(Number);
    expect(output.stdout()).toMatch(/full compression \d+\.\d{3} s, full decompression \d+\.\d{3} s/);
    const [original, both] = [await readPicture(picture()), await readPicture(at('both.png'))];
    expect([both.width, both.height]).toEqual([88, 36]);
    const row = (y: number, x: number) => both.data.subarray(3 * (88 * y + x), 3 * (88 * y + x + 44));
    expect([...row(7, 0)]).toEqual([...original.data.subarray(3 * 44 * 7, 3 * 44 * 8)]);
    expect([...row(7, 44)]).not.toEqual([...row(7, 0)]);
    expect(await main(['compress', at('run'), picture(), at('a.l3ix')])).toBe(0);
    expect((await readFile(at('a.l3ix'))).length).toBe(bytes);
    expect(ssim).toBeGreaterThan(0.7);
  });

  it('leaves SSIM out of a picture that is too small for it, as view does', async () => {
    const small = at('small.png');
    await writePicture(small, cropPicture(await readPicture(picture()), { left: 0, top: 0, width: 5, height: 9 }));
    expect(await main(['demo', at('run'), small]), output.stderr()).toBe(0);
    expect(output.stdout()).toMatch(/5 x 9, \d+ bytes \(\d+\.\d{3} bpp\), PSNR \d+\.\d\d dB/);
    expect(await main(['view', small, at('run')]), output.stderr()).toBe(0);
    expect(await readFile(at('small.html'), 'utf8')).toMatch(/<dd>PSNR \d+\.\d\d dB<\/dd>/);
  });
});

describe('sandwich benchmark', () => {
  it('times all parts at some sizes, and writes nothing', async () => {
    const before = await readdir(folder());
    const sizes = ['--sizes', '40x24,72x56', '--limit', '1'];
    expect(await main(['benchmark', at('run'), '--images', at('images'), ...sizes]), output.stderr()).toBe(0);
    const text = output.stdout();
    for (const size of ['40x24', '72x56']) {
      expect(text).toMatch(new RegExp(`synthetic-0001.png ${size}: SSIM 0\\.\\d+ at \\d+\\.\\d+ bpp`));
      const [line] = text.split('\n').filter((each) => each.startsWith(`${size} `));
      const [full, back, encoder, decoder, ...rest] = line.trim().split(/ +/).slice(1).map(Number);
      expect(rest).toHaveLength(4);
      for (const seconds of [full, back, encoder, decoder]) expect(seconds).toBeGreaterThan(0);
    }
    expect(text).toContain('128 channels');
    expect(await readdir(folder())).toEqual(before);
  });
});

describe('sandwich import-l3ic', () => {
  it('makes a run of a frozen graph that codes as the network does', async () => {
    const dcn = withWaves(new Dcn({ features: 4 }), 3);
    await writeFile(at('dcn.pb'), frozenGraph(dcn));
    const codec = new DcnCodec(dcn);
    expect(await main(['import-l3ic', at('dcn.pb'), '--run', at('imported')]), output.stderr()).toBe(0);
    expect(output.stdout()).toContain('4 channels of 5 bits');
    expect(await main(['compress', at('imported'), picture(), at('a.l3ix')]), output.stderr()).toBe(0);
    const made = await codec.encode(await readPicture(picture()));
    expect(Buffer.compare(await readFile(at('a.l3ix')), made)).toBe(0);
    expect(await main(['import-l3ic', at('dcn.pb'), '--run', at('imported')])).toBe(1);
    expect(output.stderr()).toContain('imported');
    codec.dispose();
  });
});
