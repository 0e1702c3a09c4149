import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  DiffJpegCodec,
  decodeBottleneck,
  EncodeDecodeIntra,
  encodeBottleneck,
  roundings,
  toPictures,
  toTensor,
} from '@sandwich/codec-proxy';
import {
  addFileMetadata,
  codecs,
  decodeJpeg,
  encodeJpeg,
  findFileMetadata,
  flatTables,
  lumaBt601,
  MissingToolError,
  scaledTables,
  tableStep,
} from '@sandwich/codecs';
import { startEngine, tf } from '@sandwich/engine';
import { codecFiles, type EncodeOptions, Sandwich, SandwichCodec, type SandwichOptions } from '@sandwich/models';
import type { Picture } from '@sandwich/pictures';
import type { UNetOptions } from '@sandwich/unets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeFileHeader, encodeFileHeader } from '../../models/src/sandwich/picture-codec/file-header.js';
import { patternImage } from '../../trainer/testing/pattern-image.js';
import { useTemporaryFolder } from '../../trainer/testing/temporary-folder.js';
import { writeRun } from '../../trainer/testing/write-run.js';
import { loadSandwich } from './load-sandwich.js';

beforeAll(() => startEngine());
const folder = useTemporaryFolder();

const tiny: UNetOptions = { encoderFilters: [4], decoderFilters: [4, 4], variant: 'textbook' };
const proxy = (options = {}) =>
  new EncodeDecodeIntra({ roundingFn: roundings.ste, qstepInit: 11.3, minQstep: 1, ...options });
const networks: SandwichOptions = { pre: tiny, post: tiny, startFromTransform: true, initialScaler: 0.2 };
const gray = (): SandwichOptions => ({ ...networks, bottleneckChannels: 1, phasePlanes: true, proxy: proxy() });

const table = (start: number) => Array.from({ length: 64 }, (_, i) => start + i);
const ownTables = () =>
  new DiffJpegCodec({ tableY: table(7), tableC: table(12), learn: ['tableY', 'tableC'], subsampling: '4:2:2' });

const systems: [name: string, options: () => SandwichOptions, files: number][] = [
  ['one channel', gray, 1],
  ['colour, half the size', () => ({ ...networks, downsampleFactor: 2, proxy: proxy({ convertToYuv: true }) }), 1],
  ['colour, 4:2:0', () => ({ ...networks, proxy: proxy({ convertToYuv: true, downsampleChroma: true }) }), 1],
  ['colour, 4:2:2, tables of its own', () => ({ ...networks, proxy: ownTables() }), 1],
  ['RGB of 12 bits, channels below one another', () => ({ ...networks, truncateBits: 4, proxy: proxy() }), 3],
];

const picture = (bitDepth: number, width = 45, height = 35): Picture => {
  const image = patternImage(width, height);
  if (bitDepth === 8) return image;
  return { ...image, data: Uint16Array.from(image.data, (sample, i) => sample * 2 ** (bitDepth - 8) + (i % 13)) };
};

const withoutMetadata = (bytes: Uint8Array): Buffer => {
  const metadata = findFileMetadata('jpeg', bytes)!;
  // The segment: marker, length, identifier, and behind JFIF's, which has 18 bytes with its marker.
  return Buffer.concat([bytes.subarray(0, 20), bytes.subarray(20 + 4 + 9 + metadata.length)]);
};

/** A model and the same as a codec. */
function open(options: () => SandwichOptions): { model: Sandwich; sandwich: SandwichCodec } {
  return { model: new Sandwich(options()), sandwich: new SandwichCodec(new Sandwich(options())) };
}

describe.each(systems)('a sandwich of %s', (_, options, files) => {
  it('writes and reads what the model does around files of encodeBottleneck', async () => {
    const { model, sandwich } = open(options);
    const image = picture(sandwich.bitDepth);
    const tensor = tf.tidy(() => tf.clipByValue(model.preprocess(toTensor(image)), 0, 255) as tf.Tensor4D);
    const [, height, width, channels] = tensor.shape;
    const { layout } = codecFiles(model);
    const apart = encodeBottleneck(
      { data: tensor.dataSync<'float32'>(), width, height, channels },
      { tables: codecFiles(model).tables!(), ...layout },
    );
    expect(apart.length).toBe(files);
    const decoded = await decodeBottleneck(apart, { width, height, channels, ...layout });

    const file = await sandwich.encode(image);
    const shown = await decodeJpeg(file);
    const planes = Array.from({ length: files }, (_, k) =>
      files === 1 ? decoded.data : decoded.data.filter((_, i) => i % channels === k),
    );
    expect(Array.from(shown.data)).toEqual(planes.flatMap((plane) => Array.from(plane)));
    const bottleneck = await sandwich.bottleneck(image);
    expect(shown).toMatchObject({ width: bottleneck.width, height: bottleneck.height, channels: bottleneck.channels });
    expect([bottleneck.width, bottleneck.height]).toEqual([width, files * height]);

    const prediction = tf.tidy(() =>
      model.postprocess(tf.tensor4d(Float32Array.from(decoded.data), [1, height, width, channels]), image),
    );
    expect(await sandwich.decode(file)).toEqual(toPictures(prediction, sandwich.bitDepth)[0]);
    tf.dispose([tensor, prediction]);
    model.dispose();
    sandwich.dispose();
  });
});

describe('SandwichCodec', () => {
  let model: Sandwich;
  let sandwich: SandwichCodec;
  let file: Uint8Array;
  beforeAll(async () => {
    ({ model, sandwich } = open(gray));
    file = await sandwich.encode(picture(8));
  });
  afterAll(() => {
    model.dispose();
    sandwich.dispose();
  });

  it('writes flat tables of the trained step, of another, or those of a quality', async () => {
    const bottleneck = await sandwich.bottleneck(picture(8));
    const plain = (luma: ArrayLike<number>) => encodeJpeg(bottleneck, { tables: { luma }, optimizeHuffman: true });
    expect(withoutMetadata(file)).toEqual(Buffer.from(plain(flatTables(12).luma)));
    expect(withoutMetadata(await sandwich.encode(picture(8), { qstep: 30.4 }))).toEqual(
      Buffer.from(plain(flatTables(30).luma)),
    );
    expect(withoutMetadata(await sandwich.encode(picture(8), { quality: 20 }))).toEqual(
      Buffer.from(plain(scaledTables(20).luma)),
    );
  });

  it('chooses levels by rate and distortion where that is asked for', async () => {
    const layout = { convertToYuv: true, downsampleChroma: true };
    const plain = new SandwichCodec(new Sandwich({ pre: null, post: null, proxy: proxy(layout) }));
    const image = patternImage(64, 48);
    const bytes = await plain.encode(image, { qstep: 32, trellis: true });
    const written = withoutMetadata(bytes);
    // An encoder in NumPy and Pillow, see trellis.json among the fixtures of the sandwich's contenders.
    expect(Math.abs((8 * written.length) / 3304 - 1)).toBeLessThan(0.005);
    const { data } = await plain.decode(bytes);
    const squares = image.data.reduce((sum, value, i) => sum + (value - data[i]) ** 2, 0);
    expect(Math.abs(10 * Math.log10((255 ** 2 * image.data.length) / squares) - 32.2898)).toBeLessThan(0.03);
    // Pillow 9.4 opens this file, and finds these pixels.
    const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');
    expect(sha256(written)).toBe('fa48ab885962ea93c1b288cce5aae62c0d86f3a45042c2487d4dc5d9dbc1ae43');
    expect(sha256((await decodeJpeg(bytes)).data)).toBe(
      '7d55f7a4b3a82d919c989b027827547073edb7fd768f90a8e377997713d79423',
    );
    const rounded = await plain.encode(image, { qstep: 32 });
    expect(bytes.length).toBeLessThan(rounded.length);
    expect(await plain.encode(image, { qstep: 32, trellis: false })).toEqual(rounded);
    plain.dispose();
  });

  it.each(['webp', 'avif'] as const)('carries bottlenecks in %s files', async (codec) => {
    const bytes = await sandwich.encode(picture(8), { codec, quality: 80 });
    const image = lumaBt601(await (await codecs[codec]()).decode(bytes));
    const received = tf.tensor4d(Float32Array.from(image.data), [1, image.height, image.width, 1]);
    const prediction = model.postprocess(received, { width: 45, height: 35 });
    expect(await sandwich.decode(bytes)).toEqual(toPictures(prediction, 8)[0]);
    tf.dispose([received, prediction]);
  });

  it.each([
    [1, 1],
    [3, 50],
    [64, 16],
  ])('takes pictures of %i x %i', async (width, height) => {
    const restored = await sandwich.decode(await sandwich.encode(picture(8, width, height), { qstep: 1 }));
    expect(restored).toMatchObject({ width, height, channels: 3 });
  });

  it('takes grayscale as gray RGB', async () => {
    const samples = Uint8Array.from({ length: 20 * 9 }, (_, i) => (7 * i) % 256);
    const one = await sandwich.bottleneck({ data: samples, width: 20, height: 9, channels: 1 });
    const three = await sandwich.bottleneck({
      data: Uint8Array.from({ length: 3 * samples.length }, (_, i) => samples[Math.floor(i / 3)]),
      width: 20,
      height: 9,
      channels: 3,
    });
    expect(one).toEqual(three);
  });

  it('names the network by its weights and what it computes, not by how it began', () => {
    const other = new SandwichCodec(new Sandwich({ ...gray(), seed: 2 }));
    expect(other.network).not.toBe(sandwich.network);
    const same = new Sandwich({ ...gray(), startFromTransform: false, seed: 3 });
    for (const [path, weight] of Object.entries(same.parameters)) weight.assign(model.parameters[path]);
    const copy = new SandwichCodec(same);
    expect(copy.network).toBe(sandwich.network);
    expect(copy.network).toMatch(/^[0-9a-f]{16}$/);
    for (const each of [other, copy]) each.dispose();
  });

  it('refuses files that it cannot restore, with the reason', async () => {
    const image = await decodeJpeg(file);
    const jpeg = encodeJpeg(image, { quality: 90 });
    await expect(sandwich.decode(jpeg)).rejects.toThrow('a plain jpeg file without sandwich metadata');
    await expect(sandwich.decode(Uint8Array.of(1, 2, 3))).rejects.toThrow(
      'it is no JPEG, WebP, AVIF, HEIC or JPEG XL file (3 bytes)',
    );
    const header = decodeFileHeader(findFileMetadata('jpeg', file)!);
    const relabelled = (changes: object) =>
      sandwich.decode(addFileMetadata('jpeg', jpeg, encodeFileHeader({ ...header, ...changes })));
    await expect(relabelled({ network: '0123456789abcdef' })).rejects.toThrow(
      `written by the network 0123456789abcdef, this one is ${sandwich.network}`,
    );
    await expect(relabelled({ width: 49 })).rejects.toThrow(
      'metadata contradict its image: that has 48 x 40 pixels of 1 channels, they tell of 56 x 40 of 1',
    );
    await expect(relabelled({ width: 4e9, height: 4e9 })).rejects.toThrow('metadata contradict its image');
    await expect(relabelled({ height: 0 })).rejects.toThrow('metadata contradict its network: 45 x 0 pixels of 8 bits');
    await expect(relabelled({ bitDepth: 16 })).rejects.toThrow(
      'of 16 bits, 1 channels, channels, where the network has 8',
    );
    await expect(relabelled({ channels: 3 })).rejects.toThrow('metadata contradict its network');
    await expect(relabelled({ layout: 'stacked' })).rejects.toThrow('metadata contradict its network');
    await expect(relabelled({})).rejects.toThrow('its pixels are not those that were written');

    const requantized = addFileMetadata('jpeg', jpeg, findFileMetadata('jpeg', file)!);
    const restored = await sandwich.decode(requantized, { ignoreChecksum: true });
    expect(restored).toMatchObject({ width: 45, height: 35, channels: 3 });
  });

  it('answers any damage with an error or the picture', async () => {
    let state = 7;
    const random = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const whole = await sandwich.decode(file);
    const { bitDepth } = sandwich;
    expect(await sandwich.check(file)).toEqual({ width: whole.width, height: whole.height, bitDepth });
    const tensors = tf.memory().numTensors;
    const outcomes = { error: 0, same: 0 };
    for (let i = 0; i < 300; i++) {
      let bytes = Uint8Array.from(file);
      if (i % 3 === 0) bytes = bytes.subarray(0, random(file.length));
      else for (let flips = i % 3 === 1 ? 1 : 20; flips > 0; flips--) bytes[random(file.length)] ^= 1 << random(8);
      const result = await sandwich.decode(bytes).catch((error) => error);
      const checked = await sandwich.check(bytes).catch((error) => error);
      if (result instanceof Error) expect(checked).toEqual(result);
      else expect(checked).toMatchObject({ width: result.width, height: result.height });
      if (result instanceof Error) outcomes.error++;
      else {
        expect(result).toEqual(whole);
        outcomes.same++;
      }
      if (i % 3 === 0) expect(result).toBeInstanceOf(Error);
    }
    expect(tf.memory().numTensors).toBe(tensors);
    // Not every bit of a file tells on the picture: padding, JFIF's density.
    expect(outcomes.error).toBeGreaterThan(250);
    expect(outcomes.same).toBeGreaterThan(0);
  });

  it('refuses pictures and settings that it cannot take', async () => {
    const image = picture(8);
    const refused = (changes: object, options: object, message: string) =>
      expect(sandwich.encode({ ...image, ...changes } as Picture, options)).rejects.toThrow(message);
    await refused({ width: 44 }, {}, 'image.data must hold 44 x 35 x 3 = 4620 samples, got 4725');
    await refused({ height: 0.5 }, {}, 'image.height must be a whole number of 1 to 9007199254740991, got 0.5');
    await refused({ channels: 4 }, {}, 'image.channels must be 1 (luma) or 3 (RGB), got 4');
    await refused(
      { data: new Uint16Array(4725) },
      {},
      'image.data must be a Uint8Array (8 bits), got [object Uint16Array]',
    );
    await refused({}, { codec: 'gif' }, "codec must be one of jpeg, webp, avif, heic, jxl, got 'gif'");
    await refused({}, { qstep: 5, quality: 50 }, 'give either qstep or quality, got both (5 and 50)');
    await refused({}, { qstep: 0 }, 'qstep must be 1 to 255, got 0');
    await refused({}, { codec: 'webp', qstep: 5 }, 'qstep is for jpeg only; webp takes quality');
    await refused({}, { stepScale: 2, quality: 50 }, 'give either stepScale or quality, got both');
    await refused({}, { stepScale: 0 }, 'stepScale must be positive and finite, got 0');
    await refused({}, { codec: 'webp', stepScale: 2 }, 'stepScale is for jpeg only; webp takes quality');
    await refused({}, { codec: 'webp', trellis: true }, 'trellis is for jpeg only; webp takes quality');
    await refused({}, { trellis: 70 }, 'trellis must be true or false, got 70');
    await refused({}, { quality: 101 }, 'quality must be a whole number of 1 to 100, got 101');

    const deep = new SandwichCodec(new Sandwich({ ...networks, truncateBits: 4, proxy: proxy() }));
    const large = picture(12);
    large.data[9] = 4096;
    await expect(deep.encode(large)).rejects.toThrow('image.data[9] must be at most 4095 (12 bits), got 4096');
    deep.dispose();
    await expect(deep.encode(large)).rejects.toThrow('it has been disposed');
  });

  it('writes the tables that networks were trained with, at any scale, or flat ones that are asked for', async () => {
    const own = new SandwichCodec(new Sandwich({ ...networks, proxy: ownTables() }));
    const image = picture(8);
    for (const stepScale of [undefined, 1, 2.5]) {
      const file = await own.encode(image, { stepScale });
      const scaled = (start: number) => table(start).map((entry) => Math.floor((stepScale ?? 1) * entry + 0.5));
      const tables = { luma: scaled(7), chroma: scaled(12) };
      const settings = { tables, subsampling: '4:2:2', optimizeHuffman: true } as const;
      expect(await decodeJpeg(file)).toEqual(await decodeJpeg(encodeJpeg(await own.bottleneck(image), settings)));
      const restored = await own.decode(file);
      expect([restored.width, restored.height]).toEqual([image.width, image.height]);
    }
    const flat = { tables: flatTables(9), subsampling: '4:2:2', optimizeHuffman: true } as const;
    expect(await decodeJpeg(await own.encode(image, { qstep: 9 }))).toEqual(
      await decodeJpeg(encodeJpeg(await own.bottleneck(image), flat)),
    );
    own.dispose();
  });

  it('is not made of what no image file holds', () => {
    const refuse = (options: SandwichOptions, message: string) => {
      const odd = new Sandwich(options);
      expect(() => new SandwichCodec(odd)).toThrow(message);
      odd.dispose();
    };
    refuse({ ...networks, transform: 'identity', outputChannels: 4, startFromTransform: false }, 'take 3 and make 4');
    refuse(
      { ...networks, proxy: proxy({ downsampleChroma: true }) },
      'a bottleneck of 3 channels (convertToYuv false, downsampleChroma true) does not fit into one image file',
    );
  });
});

describe('loadSandwich', () => {
  it('reads files in another process', async () => {
    const run = join(folder(), 'run');
    await writeRun(run, gray());
    const sandwich = await loadSandwich(run);
    const file = await sandwich.encode(picture(8));
    const { data } = await sandwich.decode(file);
    sandwich.dispose();
    const script = `
      import { readFile } from 'node:fs/promises';
      import { loadSandwich } from ${JSON.stringify(new URL('./load-sandwich.ts', import.meta.url).href)};
      const sandwich = await loadSandwich(${JSON.stringify(run)});
      const { data } = await sandwich.decode(Buffer.from(${JSON.stringify(Buffer.from(file).toString('base64'))}, 'base64'));
      process.stdout.write(Buffer.from(data).toString('base64'));`;
    const written = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(Buffer.from(written, 'base64')).toEqual(Buffer.from(data));
  });

  it('says why a run cannot be used', async () => {
    const run = join(folder(), 'run');
    await writeRun(run, { ...networks, proxy: proxy({ downsampleChroma: true }) });
    await expect(loadSandwich(run)).rejects.toThrow(`${run} cannot be used as a codec: a bottleneck of 3 channels`);
    await expect(loadSandwich(folder())).rejects.toThrow('is not a run directory');
  });
});

describe('a sandwich that is conditioned on the quantiser step', () => {
  const options = (): SandwichOptions => ({ ...gray(), pre: he, post: he, conditionOn: 'step' });
  const he: UNetOptions = { ...tiny, initializer: 'he' };
  let model: Sandwich;
  let sandwich: SandwichCodec;
  beforeAll(() => {
    const copy = new Sandwich(options());
    model = new Sandwich(options());
    for (const { parameters } of [model, copy])
      for (const path of ['pre/unet/output/shift', 'post/unet/output/scale'])
        tf.tidy(() => parameters[path].assign(tf.fill(parameters[path].shape, 0.2)));
    sandwich = new SandwichCodec(copy);
  });
  afterAll(() => {
    model.dispose();
    sandwich.dispose();
  });

  it.each<[string, EncodeOptions, number | undefined]>([
    ['flat tables of the trained step', {}, 12],
    ['other flat tables', { qstep: 30.4 }, 30],
    ['scaled tables', { stepScale: 3 }, 37],
    ["Annex K's tables", { quality: 20 }, tableStep(scaledTables(20).luma)],
    ['WebP', { codec: 'webp', quality: 30 }, undefined],
    ['AVIF', { codec: 'avif', quality: 30 }, undefined],
    ['HEIC', { codec: 'heic', quality: 30 }, undefined],
    ['JPEG XL', { codec: 'jxl', quality: 30 }, undefined],
  ])('is told the step of %s, which the file tells the receiver', async (_, { codec = 'jpeg', ...rest }, tables) => {
    const driver = await codecs[codec]().catch((error) => error);
    if (driver instanceof MissingToolError) return;
    const step = Math.fround(tables ?? driver.step(rest.quality));
    const file = await sandwich.encode(picture(8), { codec, ...rest });
    const header = decodeFileHeader(findFileMetadata(codec, file)!);
    expect(header.step).toBe(step);
    const [bottleneck] = toPictures(tf.tidy(() => model.preprocess(toTensor(picture(8)), { step })));
    expect((await sandwich.bottleneck(picture(8), { codec, ...rest })).data).toEqual(bottleneck.data);
    const received = toTensor(lumaBt601(await driver.decode(file)));
    const prediction = model.postprocess(received, { width: 45, height: 35, step });
    expect((await sandwich.decode(file)).data).toEqual(toPictures(prediction, 8)[0].data);
    tf.dispose([received, prediction]);
    // Four bytes beside what files of other networks hold.
    const { step: told, ...others } = header;
    expect(encodeFileHeader(header).length).toBe(encodeFileHeader(others).length + 4);
  });

  it('refuses metadata that contradict its tables or its network', async () => {
    const file = await sandwich.encode(picture(8), { qstep: 30 });
    const header = decodeFileHeader(findFileMetadata('jpeg', file)!);
    const plain = encodeJpeg(await sandwich.bottleneck(picture(8), { qstep: 30 }), { tables: flatTables(30) });
    const relabelled = (changes: object) =>
      sandwich.decode(addFileMetadata('jpeg', plain, encodeFileHeader({ ...header, ...changes })));
    expect(await relabelled({})).toMatchObject({ width: 45, height: 35 });
    await expect(relabelled({ step: 31 })).rejects.toThrow(
      'its sandwich metadata contradict its tables: they tell of a step of 31, these have 30',
    );
    for (const step of [undefined, 0, -1, Number.NaN, Infinity])
      await expect(relabelled({ step })).rejects.toThrow('metadata contradict its network');

    const other = new SandwichCodec(new Sandwich(gray()));
    const unconditioned = decodeFileHeader(findFileMetadata('jpeg', await other.encode(picture(8)))!);
    const foreign = addFileMetadata('jpeg', plain, encodeFileHeader({ ...unconditioned, step: 30 }));
    await expect(other.decode(foreign)).rejects.toThrow('channels, step 30, where the network has');
    other.dispose();
  });
});
