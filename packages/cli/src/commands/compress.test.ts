import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { EncodeDecodeIntra, roundings, toPictures, toTensor } from '@sandwich/codec-proxy';
import { decodeJpeg } from '@sandwich/codecs';
import { startEngine, tf } from '@sandwich/engine';
import type { SandwichOptions } from '@sandwich/models';
import { asSandwich } from '@sandwich/models';
import { loadSharp } from '@sandwich/pictures';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadRun } from '../../../trainer/src/run/load-run.js';
import { useCapturedOutput } from '../../../trainer/testing/captured-output.js';
import { patternImage } from '../../../trainer/testing/pattern-image.js';
import { useTemporaryFolder } from '../../../trainer/testing/temporary-folder.js';
import { writeRun } from '../../../trainer/testing/write-run.js';
import { main } from '../main.js';

const sharp = await loadSharp();
const folder = useTemporaryFolder();
const output = useCapturedOutput();
beforeAll(() => startEngine());

const at = (name: string) => join(folder(), name);
const image = patternImage(45, 35);
const png = () => sharp(image.data, { raw: image }).png();

const networks = (seed = 1): SandwichOptions => ({
  bottleneckChannels: 1,
  pre: { encoderFilters: [4], decoderFilters: [4, 4], variant: 'textbook' },
  post: { encoderFilters: [4], decoderFilters: [4, 4], variant: 'textbook' },
  startFromTransform: true,
  initialScaler: 0.2,
  seed,
  proxy: new EncodeDecodeIntra({ roundingFn: roundings.ste, qstepInit: 6, minQstep: 1 }),
});

beforeEach(async () => {
  await writeRun(at('run'), networks());
  await png().toFile(at('in.png'));
});

const compress = (input: string, file: string, ...more: string[]) =>
  main(['compress', at('run'), at(input), at(file), ...more]);
const decompress = (file: string, picture: string, ...more: string[]) =>
  main(['decompress', at('run'), at(file), at(picture), ...more]);

async function pixelsOf(name: string) {
  const { data, info } = await sharp(at(name)).raw().toBuffer({ resolveWithObject: true });
  return { data: Array.from(data), width: info.width, height: info.height };
}

describe('sandwich compress and decompress', () => {
  it('write what the model makes', async () => {
    expect(await compress('in.png', 'out.jpg')).toBe(0);
    expect(output.stdout()).toMatch(/out\.jpg: 45 x 35, \d+ bytes, \d\.\d{3} bpp, network [0-9a-f]{16}\n$/);
    expect(await decompress('out.jpg', 'restored.png')).toBe(0);
    expect(output.stdout()).toMatch(/restored\.png: 45 x 35, 8 bits a sample\n$/);

    const model = asSandwich((await loadRun(at('run'))).system);
    const shown = await decodeJpeg(await readFile(at('out.jpg')));
    const [bottleneck] = toPictures(tf.tidy(() => model.preprocess(toTensor(image))));
    expect([shown.width, shown.height, shown.channels]).toEqual([48, 40, 1]);
    const errors = shown.data.map((sample, i) => Math.abs(sample - bottleneck.data[i]));
    // Errors of 64 coefficients of at most half a step of 7 each.
    expect(Math.max(...errors)).toBeLessThan(20);
    expect(Math.max(...errors)).toBeGreaterThan(0);
    const [prediction] = toPictures(model.postprocess(toTensor(shown), image), 8);
    expect((await pixelsOf('restored.png')).data).toEqual(Array.from(prediction.data));
    model.dispose();
  });

  it.each(['.jpeg', '.webp', '.avif'])('write %s files', async (extension) => {
    expect(await compress('in.png', `out${extension}`, '--quality', '60')).toBe(0);
    const format = extension === '.avif' ? { format: 'heif', compression: 'av1' } : { format: extension.slice(1) };
    expect(await sharp(at(`out${extension}`)).metadata()).toMatchObject({ ...format, width: 48, height: 40 });
    expect(await decompress(`out${extension}`, 'restored.png')).toBe(0);
    expect(await pixelsOf('restored.png')).toMatchObject({ width: 45, height: 35 });
  });

  it('choose levels by rate and distortion with --trellis', async () => {
    await compress('in.png', 'rounded.jpg', '--qstep', '30');
    expect(await compress('in.png', 'out.jpg', '--qstep', '30', '--trellis')).toBe(0);
    const [rounded, chosen] = await Promise.all(['rounded.jpg', 'out.jpg'].map(async (name) => readFile(at(name))));
    expect(chosen.length).toBeLessThan(rounded.length);
    expect(await sharp(chosen).metadata()).toMatchObject({ format: 'jpeg', width: 48, height: 40, channels: 1 });
    expect(await decompress('out.jpg', 'restored.png')).toBe(0);
    expect(await pixelsOf('restored.png')).toMatchObject({ width: 45, height: 35 });
  });

  it('use a packed run', async () => {
    expect(await main(['pack', at('run'), at('packed')])).toBe(0);
    expect(await main(['compress', at('packed'), at('in.png'), at('out.jpg'), '--qstep', '3'])).toBe(0);
    expect(await main(['decompress', at('packed'), at('out.jpg'), at('restored.png')])).toBe(0);
    expect(await pixelsOf('restored.png')).toMatchObject({ width: 45, height: 35 });
  });

  it('keep the depth of 16 bits', async () => {
    await writeRun(at('deep'), { ...networks(), bottleneckChannels: 3, truncateBits: 8 });
    const data = Uint16Array.from(image.data, (sample, i) => 256 * sample + (i % 251));
    await sharp(data, { raw: image }).toColourspace('rgb16').png().toFile(at('in16.png'));
    expect(await main(['compress', at('deep'), at('in16.png'), at('out.jpg'), '--qstep', '1'])).toBe(0);
    expect(await main(['decompress', at('deep'), at('out.jpg'), at('restored.png')])).toBe(0);
    expect(await sharp(at('restored.png')).metadata()).toMatchObject({ depth: 'ushort', space: 'rgb16', channels: 3 });
    const raw = await sharp(at('restored.png')).toColourspace('rgb16').raw({ depth: 'ushort' }).toBuffer();
    const restored = new Uint16Array(raw.buffer, raw.byteOffset, raw.length / 2);
    expect(new Set(restored.map((sample) => sample % 256)).size).toBeGreaterThan(100);

    const model = asSandwich((await loadRun(at('deep'))).system);
    const file = await decodeJpeg(await readFile(at('out.jpg')));
    expect([file.width, file.height, file.channels]).toEqual([48, 3 * 40, 1]);
    const planes = Float32Array.from(
      { length: 3 * 48 * 40 },
      (_, i) => file.data[(i % 3) * 48 * 40 + Math.floor(i / 3)],
    );
    const [prediction] = toPictures(model.postprocess(tf.tensor4d(planes, [1, 40, 48, 3]), image), 16);
    expect(Array.from(restored)).toEqual(Array.from(prediction.data));
    model.dispose();
    expect(await main(['compress', at('deep'), at('in.png'), at('other.jpg')])).toBe(1);
    expect(output.stderr()).toContain('in.png: has 8 bits a sample, fewer than 16');
  });

  it('take pictures as a viewer shows them', async () => {
    await png().jpeg({ quality: 100 }).withMetadata({ orientation: 6 }).toFile(at('turned.jpg'));
    await png().greyscale().toColourspace('b-w').png().toFile(at('gray.png'));
    await png().ensureAlpha().png().toFile(at('opaque.png'));
    for (const [name, size] of Object.entries({
      'turned.jpg': [35, 45],
      'gray.png': [45, 35],
      'opaque.png': [45, 35],
    })) {
      expect(await compress(name, 'out.jpg', '--force')).toBe(0);
      expect(await decompress('out.jpg', 'restored.png', '--force')).toBe(0);
      const { width, height } = await pixelsOf('restored.png');
      expect([width, height]).toEqual(size);
    }
  });

  it('overwrite only with --force', async () => {
    await writeFile(at('out.jpg'), 'mine');
    expect(await compress('in.png', 'out.jpg')).toBe(1);
    expect(await readFile(at('out.jpg'), 'utf8')).toBe('mine');
    expect(await compress('in.png', 'out.jpg', '--force')).toBe(0);
    expect((await stat(at('out.jpg'))).size).toBeGreaterThan(300);
  });
});

describe('sandwich compress and decompress refuse', () => {
  const compressed = async () => {
    await compress('in.png', 'good.jpg');
    return readFile(at('good.jpg'));
  };
  const cases: [name: string, run: () => Promise<number>, message: string | RegExp][] = [
    ['another extension', () => compress('in.png', 'out.gif'), 'its extension must be one of .jpg, .jpeg, .webp,'],
    ['no folder', () => compress('in.png', 'no/out.jpg'), /out\.jpg cannot be written: there is no folder .*no$/],
    [
      'to overwrite',
      () => compress('in.png', 'taken.jpg'),
      'taken.jpg is there already; choose another name, or overwrite it',
    ],
    [
      'the input as output',
      () => compress('taken.jpg', 'taken.jpg', '--force'),
      'taken.jpg is also an input: choose another name',
    ],
    ['a missing picture', () => compress('none.png', 'out.jpg'), 'none.png is not there'],
    ['a transparent picture', () => compress('alpha.png', 'out.jpg'), 'alpha.png: is transparent in parts'],
    ['a truncated picture', () => compress('half.png', 'out.jpg'), 'half.png: is truncated or damaged'],
    ['a quality out of range', () => compress('in.png', 'out.jpg', '--quality', '0'), 'quality must be a whole number'],
    [
      'levels of WebP',
      () => compress('in.png', 'out.webp', '--trellis'),
      'trellis is for jpeg only; webp takes quality',
    ],
    ['no run', () => main(['compress', folder(), at('in.png'), at('out.jpg')]), 'is not a run directory'],
    ['a restored JPEG', () => decompress('good.jpg', 'restored.jpg'), 'its extension must be one of .png'],
    ['a missing file', () => decompress('none.jpg', 'restored.png'), 'none.jpg is not there'],
    [
      'a plain file',
      () => decompress('taken.jpg', 'restored.png'),
      'taken.jpg cannot be restored: it is a plain jpeg file',
    ],
    ['a truncated file', () => decompress('cut.jpg', 'restored.png'), /cut\.jpg cannot be restored: .*is it whole\?/],
    ['a damaged file', () => decompress('hit.jpg', 'restored.png'), /hit\.jpg cannot be restored: /],
    [
      'a file of other networks',
      () => main(['decompress', at('other'), at('good.jpg'), at('restored.png')]),
      /good\.jpg cannot be restored: it was written by the network [0-9a-f]{16}, this one is [0-9a-f]{16}/,
    ],
  ];

  it.each(cases)('%s', async (_, command, message) => {
    const bytes = await compressed();
    await writeFile(at('cut.jpg'), bytes.subarray(0, -40));
    const hit = Uint8Array.from(bytes);
    hit[hit.length - 40] ^= 16;
    await writeFile(at('hit.jpg'), hit);
    await writeRun(at('other'), networks(2));
    await png().jpeg().toFile(at('taken.jpg'));
    await png().ensureAlpha(0.5).png().toFile(at('alpha.png'));
    await writeFile(at('half.png'), (await png().toBuffer()).subarray(0, 2000));
    const before = (await readdir(folder(), { recursive: true })).sort();
    const said = output.stderr().length;
    expect(await command()).toBe(1);
    const [, ...errors] = output
      .stderr()
      .slice(said)
      .split(/^error: /m);
    expect(errors.length).toBe(1);
    expect(errors[0]).toMatch(/^[^\n]*\n$/);
    if (typeof message === 'string') expect(errors[0]).toContain(message);
    else expect(errors[0].trimEnd()).toMatch(message);
    expect((await readdir(folder(), { recursive: true })).sort()).toEqual(before);
  });

  it('a picture of high dynamic range before the networks are loaded', async () => {
    const bytes = await png().toBuffer();
    const afterHeader = 8 + 25;
    const cicp = Buffer.from([0, 0, 0, 4, ...Buffer.from('cICP'), 9, 16, 0, 1, 0, 0, 0, 0]);
    cicp.writeUInt32BE(crc32(cicp.subarray(4, 12)), 12);
    await writeFile(at('pq.png'), Buffer.concat([bytes.subarray(0, afterHeader), cicp, bytes.subarray(afterHeader)]));
    expect(await compress('pq.png', 'out.jpg', '--checkpoint', at('in.png'))).toBe(1);
    expect(output.stderr()).toMatch(/^error: .*pq\.png: has high dynamic range \(PQ, SMPTE ST 2084\)/);
  });
});
