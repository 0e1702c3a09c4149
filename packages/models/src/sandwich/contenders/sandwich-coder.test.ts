import { readFileSync } from 'node:fs';
import { EncodeDecodeIntra, toPictures, toTensor } from '@sandwich/codec-proxy';
import { codecs, decodeJpeg, encodeJpeg, flatTables, lumaBt601, scaledTables, tableStep } from '@sandwich/codecs';
import { startEngine, tf } from '@sandwich/engine';
import type { Coding } from '@sandwich/evaluation';
import { cropPicture, type Picture } from '@sandwich/pictures';
import type { UNetOptions } from '@sandwich/unets';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { patternImage } from '../../../../pictures/testing/pattern-image.js';
import { Sandwich } from '../sandwich.js';
import { annexKSettings, type CodecSetting, flatSettings, qualitySettings } from './codec-setting.js';
import { sandwichCoder } from './sandwich-coder.js';

beforeAll(() => startEngine());

interface Around {
  model: Sandwich;
  settings: CodecSetting[];
}

const all = ({ length }: { length: number }) => Array.from({ length }, (_, i) => i);

const codings = ({ model, settings }: Around, image: Picture, indices = all(settings)) =>
  sandwichCoder(model, { name: 'coder', codec: 'any', settings }).code(image, indices);

async function codeAll(around: Around, image: Picture, indices?: number[]): Promise<Coding[]> {
  const found: Coding[] = [];
  for await (const coding of codings(around, image, indices)) found.push(coding);
  return found;
}

function psnr(a: Picture, b: Picture, peak = 255): number {
  expect([b.width, b.height, b.channels]).toEqual([a.width, a.height, a.channels]);
  const error = Array.from(a.data).reduce((sum, value, i) => sum + (value - b.data[i]) ** 2, 0);
  return 10 * Math.log10((peak ** 2 * a.data.length) / error);
}

/** Written by `fixtures/make_plain_codec.py`. */
interface PlainCodecCase {
  width: number;
  height: number;
  layout: 'grayscale' | '4:4:4' | '4:2:0';
  steps: number[];
  qualities: number[];
  bits: number[];
  psnr: number[];
}

const plainCodecCases: PlainCodecCase[] = JSON.parse(
  readFileSync(new URL('./fixtures/plain-codec.json', import.meta.url), 'utf8'),
);

const withoutNetworks = { pre: null, post: null };
const settings = [...flatSettings([6, 20, 90]), ...annexKSettings([25, 90])];

describe('the codec without networks', () => {
  // The image is coded as it is: no side is padded, and Cb and Cr of a colour file share a table.
  it.each(plainCodecCases)('is Pillow’s JPEG, $width x $height, $layout', async (expected) => {
    const image = patternImage(expected.width, expected.height);
    const model = new Sandwich(
      expected.layout === 'grayscale'
        ? { bottleneckChannels: 1, ...withoutNetworks }
        : {
            ...withoutNetworks,
            proxy: new EncodeDecodeIntra({ convertToYuv: true, downsampleChroma: expected.layout === '4:2:0' }),
          },
    );
    const settings = [...flatSettings(expected.steps), ...annexKSettings(expected.qualities)];
    const coded = await codeAll({ model, settings }, image);
    expect(coded.map((coding) => coding.bits)).toEqual(expected.bits);
    for (const [i, { output }] of coded.entries()) {
      expect(Math.abs(psnr(image, output) - expected.psnr[i])).toBeLessThan(0.01);
    }
    model.dispose();
  });

  // Pillow 9.4 and numpy: images of 16 bits, 256 times the pattern and (37 i) % 256 below it for sample i; each plane of the
  // upper 8 bits as a JPEG of its own, optimize=True and qtables=[[step] * 64]; 256 times what is decoded, and 128.
  it('carries the upper 8 bits of 16', async () => {
    const { data, ...size } = patternImage(48, 40);
    const image = { data: Uint16Array.from(data, (value, i) => 256 * value + ((37 * i) % 256)), ...size };
    const model = new Sandwich({ truncateBits: 8, ...withoutNetworks });
    const coded = await codeAll({ model, settings: flatSettings([1, 2, 20]) }, image);
    expect(coded.map((coding) => coding.bits)).toEqual([25408, 20488, 6832]);
    for (const [
      i,
      {
        output,
        views: { bottleneck },
      },
    ] of coded.entries()) {
      expect(bottleneck.data).toEqual(data);
      expect(output.data).toBeInstanceOf(Uint16Array);
      expect(Math.abs(psnr(image, output, 65535) - [56.4124, 52.2713, 37.6135][i])).toBeLessThan(0.001);
    }
    model.dispose();
  });

  it('codes each plane as a file of its own where nothing is converted', async () => {
    const image = patternImage(32, 16);
    const model = new Sandwich(withoutNetworks);
    const [coding] = await codeAll({ model, settings: flatSettings([20]) }, image);
    const decoded = new Uint8Array(image.data.length);
    let bytes = 0;
    for (let channel = 0; channel < 3; channel++) {
      const data = image.data.filter((_, i) => i % 3 === channel);
      const file = encodeJpeg({ ...image, data, channels: 1 }, { tables: flatTables(20), optimizeHuffman: true });
      bytes += file.length;
      for (const [i, value] of (await decodeJpeg(file)).data.entries()) decoded[3 * i + channel] = value;
    }
    expect(coding.bits).toBe(8 * bytes);
    expect(coding.output.data).toEqual(decoded);
    expect(coding.views.bottleneck.data).toEqual(image.data);
    expect(coding.views['compressed bottleneck'].data).toEqual(decoded);
    model.dispose();
  });
});

describe('sandwichCoder around other codecs', () => {
  it.each(['webp', 'avif'] as const)('without networks is what %s does by hand', async (name) => {
    const image = patternImage(48, 40);
    const codec = await codecs[name]();
    const byHand = async (source: Picture<Uint8Array>, quality: number) => {
      const file = await codec.encode(source, quality);
      return { bits: 8 * file.length, decoded: await codec.decode(file) };
    };
    const gray = new Sandwich({ bottleneckChannels: 1, ...withoutNetworks });
    const colour = new Sandwich({ ...withoutNetworks, proxy: new EncodeDecodeIntra({ convertToYuv: true }) });
    const qualities = [10, 50, 80, 90];
    const coded = await codeAll({ model: gray, settings: qualitySettings(codec, qualities) }, image);
    for (const [i, { bits, views, output, estimatedBits }] of coded.entries()) {
      const expected = await byHand(lumaBt601(image), qualities[i]);
      expect(bits).toBe(expected.bits);
      expect(estimatedBits).toBeUndefined();
      const luma = lumaBt601(expected.decoded).data;
      expect(views['compressed bottleneck'].data).toEqual(luma);
      expect(output.data).toEqual(image.data.map((_, k) => luma[Math.floor(k / 3)]));
    }
    const [{ bits, output }] = await codeAll({ model: colour, settings: qualitySettings(codec, [50]) }, image);
    const expected = await byHand(image, 50);
    expect({ bits, decoded: output }).toEqual({ ...expected, decoded: { ...expected.decoded, bitDepth: 8 } });
    for (const model of [gray, colour]) model.dispose();
  });

  it('runs the pre-processor once for settings of several codecs, and keeps their order', async () => {
    const model = new Sandwich({ bottleneckChannels: 1, ...withoutNetworks });
    const preprocess = vi.spyOn(model, 'preprocess');
    const mixed = [...flatSettings([20]), ...qualitySettings(await codecs.webp(), [50]), ...annexKSettings([30])];
    const coded = await codeAll({ model, settings: mixed }, patternImage(24, 16), [2, 0, 1]);
    expect(coded.map(({ setting }) => mixed[setting].name)).toEqual(['quality 30', 'flat 20', 'quality 50']);
    expect(preprocess).toHaveBeenCalledTimes(1);
    model.dispose();
  });

  it('carries the upper 8 bits of 16', async () => {
    const { data, ...size } = patternImage(48, 40);
    const image = { data: Uint16Array.from(data, (value, i) => 256 * value + ((37 * i) % 256)), ...size };
    const model = new Sandwich({ truncateBits: 8, ...withoutNetworks });
    const codec = await codecs.webp();
    const [coding] = await codeAll({ model, settings: qualitySettings(codec, [80]) }, image);
    const planes = [0, 1, 2].map((c) => ({ ...size, data: data.filter((_, i) => i % 3 === c), channels: 1 as const }));
    const files = await Promise.all(planes.map((plane) => codec.encode(plane, 80)));
    expect(coding.bits).toBe(8 * files.reduce((sum, file) => sum + file.length, 0));
    const decoded = await Promise.all(files.map(async (file) => lumaBt601(await codec.decode(file)).data));
    const expected = Uint16Array.from(data, (_, i) => 256 * decoded[i % 3][Math.floor(i / 3)] + 128);
    expect(coding.output.data).toEqual(expected);
    model.dispose();
  });

  it('passes on what the codec says, and leaks no tensor', async () => {
    const model = new Sandwich({ bottleneckChannels: 1, ...withoutNetworks });
    const before = tf.memory().numTensors;
    const failing = qualitySettings(await codecs.webp(), [50, 200]);
    await expect(codeAll({ model, settings: failing }, patternImage(24, 16))).rejects.toThrow(/webp\.encode: .*200/);
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });
});

describe('sandwichCoder', () => {
  it('of an untrained sandwich that begins as the transform is almost the plain codec', async () => {
    const image = patternImage(48, 40);
    const sandwich = new Sandwich({ bottleneckChannels: 1, startFromTransform: true, initialScaler: 0 });
    const plain = new Sandwich({ bottleneckChannels: 1, ...withoutNetworks });
    const ours = await codeAll({ model: sandwich, settings }, image);
    const theirs = await codeAll({ model: plain, settings }, image);
    for (const [i, coding] of ours.entries()) {
      expect(Math.abs(coding.bits / theirs[i].bits - 1)).toBeLessThan(0.03);
      expect(Math.abs(psnr(image, coding.output) - psnr(image, theirs[i].output))).toBeLessThan(0.05);
    }
    sandwich.dispose();
    plain.dispose();
  });

  it('shows networks tiles of an image, and makes what they make of the whole', async () => {
    const image = patternImage(500, 410);
    const model = new Sandwich({
      pre: { encoderFilters: [4], decoderFilters: [4, 4] },
      post: null,
      bottleneckChannels: 1,
      startFromTransform: true,
    });
    const untiled = tf.tidy(() => model.preprocess(toTensor(image)));
    const [whole] = toPictures(untiled, 8);
    untiled.dispose();
    const [preprocess, postprocess] = [vi.spyOn(model, 'preprocess'), vi.spyOn(model, 'postprocess')];
    const [
      {
        views: { bottleneck },
        output,
      },
    ] = await codeAll({ model, settings: flatSettings([20]) }, image);
    for (const { mock } of [preprocess, postprocess]) {
      expect(mock.calls).toHaveLength(4);
      for (const [{ shape }] of mock.calls) expect(Math.max(shape[1], shape[2])).toBeLessThan(410);
    }
    expect(whole).toMatchObject({ width: 504, height: 416, channels: 1 });
    const unpadded = cropPicture(whole, { left: 0, top: 0, width: 500, height: 410 });
    expect(bottleneck).toMatchObject({ width: 500, height: 410, channels: 1 });
    expect(bottleneck.data.filter((value, i) => Math.abs(value - unpadded.data[i]) > 1)).toHaveLength(0);
    expect(output).toMatchObject({ width: 500, height: 410, channels: 3 });
    model.dispose();
  });

  it('estimates the bits of flat tables as the proxy does, for a gray file almost the real ones', async () => {
    const model = new Sandwich({ bottleneckChannels: 1, ...withoutNetworks });
    const [fine, coarse, ...annexK] = await codeAll(
      { model, settings: [...flatSettings([6, 60]), ...annexKSettings([50])] },
      patternImage(64, 64),
    );
    for (const { bits, estimatedBits } of [fine, coarse]) {
      expect(Math.abs(estimatedBits! / bits - 1)).toBeLessThan(1e-3);
    }
    expect(annexK.map(({ estimatedBits }) => estimatedBits)).toEqual([undefined]);
    model.dispose();
  });

  it.each([
    [1, 1],
    [3, 5],
    [17, 9],
    [8, 33],
  ])('takes images of any size: %i x %i', async (width, height) => {
    const image = patternImage(width, height);
    const network = { encoderFilters: [4], decoderFilters: [4, 4] };
    const small = new Sandwich({ bottleneckChannels: 1, pre: network, post: network, phasePlanes: true });
    const half = new Sandwich({
      downsampleFactor: 2,
      pre: { encoderFilters: [4], decoderFilters: [4, 4] },
      post: null,
      proxy: new EncodeDecodeIntra({ convertToYuv: true, downsampleChroma: true }),
    });
    for (const model of [small, half]) {
      for (const {
        bits,
        output,
        views: { bottleneck },
      } of await codeAll({ model, settings: flatSettings([8]) }, image)) {
        expect(output).toMatchObject({ width, height, channels: 3 });
        expect(output.data.length).toBe(3 * width * height);
        expect(bottleneck.data.length).toBe(bottleneck.width * bottleneck.height * bottleneck.channels);
        expect(bits).toBeGreaterThan(800);
      }
      model.dispose();
    }
  });

  it('leaks no tensor, whether it is used up, left early or fails', async () => {
    const model = new Sandwich({ bottleneckChannels: 1, ...withoutNetworks });
    const before = tf.memory().numTensors;
    const image = patternImage(24, 16);
    await codeAll({ model, settings }, image);
    expect(tf.memory().numTensors).toBe(before);
    for await (const { bits } of codings({ model, settings }, image)) {
      expect(bits).toBeGreaterThan(0);
      break;
    }
    expect(tf.memory().numTensors).toBe(before);
    const broken = { name: 'bad', code: () => Promise.reject(new Error('no such table')) };
    await expect(codeAll({ model, settings: [...settings, broken] }, image)).rejects.toThrow('no such table');
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });
});

describe('sandwichCoder of networks that are conditioned on the step', () => {
  const tiny: UNetOptions = { encoderFilters: [4], decoderFilters: [4, 4], variant: 'textbook', initializer: 'he' };
  const conditioned = () => {
    const model = new Sandwich({
      bottleneckChannels: 1,
      pre: tiny,
      post: tiny,
      phasePlanes: true,
      initialScaler: 0.3,
      startFromTransform: true,
      conditionOn: 'step',
    });
    for (const path of ['pre/unet/output/shift', 'post/unet/output/scale'])
      tf.tidy(() => model.parameters[path].assign(tf.fill(model.parameters[path].shape, 0.2)));
    return model;
  };

  it('gives each point its own step, counts the bits of that, and is one network', async () => {
    const image = patternImage(45, 35);
    const model = conditioned();
    const webp = await codecs.webp();
    const settings = [...flatSettings([6, 60]), ...annexKSettings([30]), ...qualitySettings(webp, [20])];
    const steps = [6, 60, Math.fround(tableStep(scaledTables(30).luma)), Math.fround(webp.step!(20))];
    expect(sandwichCoder(model, { name: 'coder', codec: 'any', settings }).networks).toBe(1);
    const coded = await codeAll({ model, settings }, image);
    for (const [i, { output, views, bits, estimatedBits }] of coded.entries()) {
      const step = steps[i];
      const [bottleneck] = toPictures(tf.tidy(() => model.preprocess(toTensor(image), { step })));
      const shown = cropPicture(bottleneck as Picture, { left: 0, top: 0, width: 45, height: 35 });
      expect(views.bottleneck.data).toEqual(shown.data);
      const file =
        i === 3
          ? await webp.encode(bottleneck, 20)
          : encodeJpeg(bottleneck, {
              tables: { luma: i === 2 ? scaledTables(30).luma : flatTables(step).luma },
              optimizeHuffman: true,
            });
      expect(bits).toBe(8 * file.length + 32);
      if (i < 2) expect(estimatedBits! / bits).toBeCloseTo(1, 2);
      const decoded = lumaBt601(await codecs[i === 3 ? 'webp' : 'jpeg']().then((codec) => codec.decode(file)));
      const prediction = tf.tidy(() => model.postprocess(toTensor(decoded), { width: 45, height: 35, step }));
      expect(output.data).toEqual(toPictures(prediction)[0].data);
      prediction.dispose();
    }
    model.dispose();
  });

  it('shares passes over a picture by the step', async () => {
    const model = conditioned();
    const preprocess = vi.spyOn(model, 'preprocess');
    await codeAll({ model, settings: [...flatSettings([6, 60]), ...flatSettings([6])] }, patternImage(32, 16));
    expect(preprocess.mock.calls.map(([, told]) => told)).toEqual([{ step: 6 }, { step: 60 }]);
    model.dispose();
  });

  it('says which codec does not say its step', async () => {
    const model = conditioned();
    const { encode, decode } = await codecs.webp();
    const settings = qualitySettings({ encode, decode }, [20]);
    await expect(codeAll({ model, settings }, patternImage(32, 16))).rejects.toThrow(
      "the codec does not say which it has at quality 20: give it the member 'step', or the setting a step",
    );
    model.dispose();
  });
});
