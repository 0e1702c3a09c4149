import { codecs } from '@sandwich/codecs';
import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { pattern } from '../testing/tensors.js';
import type { CodecDescription, DifferentiableCodec, Knobs } from './codec.js';
import { DiffJpegCodec } from './diff-jpeg/diff-jpeg-codec.js';
import { EncodeDecodeIntra } from './intra/encode-decode-intra.js';
import { type RealCodec, startRealCodec } from './real/start-real-codec.js';
import { buildCodec, missingFromCodec, registerCodec } from './register-codec.js';
import { roundings } from './rounding/roundings.js';
import { toPictures } from './tensor-pictures.js';

beforeAll(async () => {
  await startEngine();
});

const fake = new URL('../testing/fake-codec.mjs', import.meta.url);
const throughJson = (codec: DifferentiableCodec): CodecDescription => JSON.parse(JSON.stringify(codec.describe()));

/** Decoded images, rates and gradients with respect to the images and the parameters. */
function outcome(codec: DifferentiableCodec, knobs?: Knobs): number[][] {
  return tf.tidy(() => {
    const x = tf.variable(pattern(16, 24, 3));
    const variables = [x, ...Object.values(codec.parameters)];
    const { decoded, rate } = codec.apply(x as tf.Tensor4D, knobs);
    const { grads } = tf.variableGrads(() => {
      const coded = codec.apply(x as tf.Tensor4D, knobs);
      return coded.decoded
        .mul(pattern(16, 24, 3, 9))
        .sum()
        .add(coded.rate.sum())
        .asScalar();
    }, variables as tf.Variable[]);
    x.dispose();
    return [decoded, rate, ...variables.map(({ name }) => grads[name])].map((tensor) => Array.from(tensor.dataSync()));
  });
}

/** Takes half of each sample, at the price of its parameter for an image. */
class HalvingCodec implements DifferentiableCodec {
  readonly parameters;
  readonly knobs = [];
  constructor(readonly price: number) {
    this.parameters = { price: tf.variable(tf.scalar(price)) };
  }
  blockSize = () => 1;
  describe = () => ({ codec: 'halving', price: this.price });
  apply(images: tf.Tensor4D) {
    return {
      decoded: images.div<tf.Tensor4D>(2),
      rate: tf.tile(this.parameters.price.reshape([1]), [images.shape[0]]) as tf.Tensor1D,
    };
  }
  dispose() {
    this.parameters.price.dispose();
  }
}

describe('buildCodec', () => {
  const ste = { roundingFn: roundings.ste, qstepInit: 9, minQstep: 1 };
  const tableY = Array.from({ length: 64 }, (_, i) => 5 + i);
  it.each<[string, () => DifferentiableCodec]>([
    ['an EncodeDecodeIntra', () => new EncodeDecodeIntra({ ...ste, convertToYuv: true, downsampleChroma: true })],
    ['with real files', () => new EncodeDecodeIntra({ ...ste, forward: 'real', gradient: 'projected' })],
    ['with WebP by its name', () => new EncodeDecodeIntra({ ...ste, forward: { codec: 'webp', quality: 30 } })],
    [
      'with a driver by its URL',
      () => new EncodeDecodeIntra({ ...ste, forward: { codec: fake, codecOptions: { fail: false }, quality: 50 } }),
    ],
    ['a DiffJpegCodec', () => new DiffJpegCodec()],
    [
      'with tables of its own, learned',
      () => new DiffJpegCodec({ tableY, quality: 33.5, learn: ['tableY', 'quality'], subsampling: '4:4:4' }),
    ],
  ])('builds of JSON what does the same, bit for bit: %s', (_, make) => {
    const [codec, copy] = [make(), buildCodec(throughJson(make()))];
    expect(copy.describe()).toEqual(codec.describe());
    expect(missingFromCodec(throughJson(codec))).toBeUndefined();
    expect(copy.knobs).toEqual(codec.knobs);
    expect(Object.keys(copy.parameters)).toEqual(Object.keys(codec.parameters));
    expect(copy.files!.tables!()).toEqual(codec.files!.tables!());
    expect(outcome(copy)).toEqual(outcome(codec));
    if (copy.knobs.includes('stepScale')) {
      expect(outcome(copy, { stepScale: 1.7 })).toEqual(outcome(codec, { stepScale: 1.7 }));
      expect(outcome(copy, { stepScale: 1.7 })).not.toEqual(outcome(codec));
    }
    for (const each of [codec, copy]) each.dispose();
  });

  it('runs the codec that is named, and ends it with the proxy', async () => {
    const codec = await codecs.webp({ effort: 1 });
    const proxy = new EncodeDecodeIntra({
      ...ste,
      convertToYuv: true,
      forward: { codec: 'webp', codecOptions: { effort: 1 }, quality: 30 },
    });
    const [picture] = toPictures(pattern(16, 24, 3));
    const file = await codec.encode(picture, 30);
    const { decoded, rate } = proxy.apply(pattern(16, 24, 3));
    expect(Array.from(decoded.dataSync())).toEqual(Array.from((await codec.decode(file)).data));
    expect(rate.dataSync()[0]).toBe(8 * file.length);
    // Its values do not depend on steps, which therefore cannot be scaled.
    expect(proxy.knobs).not.toContain('stepScale');
    proxy.dispose();
    expect(() => proxy.apply(pattern(16, 24, 3), { qstep: 3 })).toThrow('webp: the codec has been closed');
    expect(() => new EncodeDecodeIntra({ forward: { codec: 'webp2', quality: 30 } })).toThrow(
      'EncodeDecodeIntra: the codec must be jpeg, webp, avif, heic, jxl or a URL, got webp2',
    );
  });

  it('tells a named codec that cannot be made at its first call, each time', () => {
    const forward = { codec: fake, codecOptions: { fail: true }, quality: 50 };
    const proxy = new EncodeDecodeIntra({ ...ste, forward });
    for (const _ of [1, 2]) expect(() => proxy.apply(pattern(8, 8, 1))).toThrow('fake: install fake-tools');
    proxy.dispose();
  });

  it('describes a codec of startRealCodec by its name, and says which real codec it cannot describe', async () => {
    const started = await startRealCodec(fake, { codecOptions: { fail: false }, timeLimit: 7 });
    const proxy = new EncodeDecodeIntra({ ...ste, forward: { codec: started, quality: 40 } });
    expect(throughJson(proxy).forward).toEqual({
      codec: fake.href,
      codecOptions: { fail: false },
      timeLimit: 7,
      quality: 40,
    });
    const own: RealCodec = { code: () => [], close: async () => {} };
    const undescribed = new EncodeDecodeIntra({ ...ste, forward: { codec: own, quality: 40 } });
    expect(missingFromCodec(throughJson(undescribed))).toContain('a real codec of its own');
    expect(() => buildCodec(throughJson(undescribed))).toThrow('forward must be proxy, real or a codec, got null');
    // The proxy does not close what it has not started.
    proxy.dispose();
    expect(started.code(toPictures(pattern(8, 8, 1)), 50)[0].size).toBe(100);
    await started.close();
  });

  it('takes functions of the user by their file only', () => {
    const rounding = (x: tf.Tensor) => x.clone();
    for (const codec of [new EncodeDecodeIntra({ roundingFn: rounding }), new DiffJpegCodec({ rounding })]) {
      expect(missingFromCodec(throughJson(codec))).toContain('a function of its own');
      expect(() => buildCodec(throughJson(codec))).toThrow('the rounding must be one of identity, hard, ste');
    }
    expect(missingFromCodec(null)).toContain('cannot be described as JSON');
  });

  it('knows codecs that register, and says how to make others known', () => {
    const description = throughJson(new HalvingCodec(3));
    const message =
      "the codec 'halving' is not known here; import the module that calls registerCodec with that name (known are encode-decode-intra, diff-jpeg)";
    expect(missingFromCodec(description)).toBe(message);
    expect(() => buildCodec(description)).toThrow(message);
    registerCodec('halving', { build: ({ price }: { price: number }) => new HalvingCodec(price) });
    expect(missingFromCodec(description)).toBeUndefined();
    expect(outcome(buildCodec(description))).toEqual(outcome(new HalvingCodec(3)));
    expect(() => registerCodec('diff-jpeg', { build: () => new HalvingCodec(3) })).toThrow(
      'the name diff-jpeg is taken',
    );
  });

  it('takes what versions without names wrote for an EncodeDecodeIntra', () => {
    const { codec, ...older } = throughJson(new EncodeDecodeIntra(ste));
    expect(codec).toBe('encode-decode-intra');
    expect(buildCodec(older).describe()).toEqual({ codec, ...older });
  });
});

describe('EncodeDecodeIntra', () => {
  it('scales its step by stepScale, learned or given, in the loop and in files', () => {
    const codec = new EncodeDecodeIntra({ roundingFn: roundings.ste, qstepInit: 10, minQstep: 1, convertToYuv: true });
    const at = (knobs: Knobs) => {
      const { decoded, rate } = codec.apply(pattern(16, 24, 3), knobs);
      return [decoded, rate].map((tensor) => Array.from(tensor.dataSync()));
    };
    expect(at({ stepScale: 1.5 })).toEqual(at({ qstep: 16.5 }));
    expect(at({ qstep: 8, stepScale: tf.scalar(3) })).toEqual(at({ qstep: 24 }));
    expect(codec.files.tables(1.5).luma[0]).toBe(16);
    expect(codec.files.flatStep!()).toBe(11);
    expect(codec.status()).toEqual({ qstep: 11 });
    const [picture] = toPictures(pattern(16, 24, 3));
    expect(codec.files.estimateBits!(picture, 2)).toBe(codec.estimateBits(picture, 22));
    expect(() => codec.apply(pattern(8, 8, 1), { stepScale: tf.tensor1d([1, 2]) as unknown as tf.Scalar })).toThrow(
      'stepScale must be one positive and finite number, got a tensor of shape [2]',
    );
    codec.dispose();
  });

  it.each([
    [1, false, 8],
    [3, false, 8],
    [1, true, 8],
    [2, true, 16],
    [3, true, 16],
    [4, true, 16],
  ])('codes %i channels, chroma halved: %s, in blocks of %i', (channels, downsampleChroma, side) => {
    const codec = new EncodeDecodeIntra({
      roundingFn: roundings.ste,
      qstepInit: 20,
      downsampleChroma,
      forward: 'real',
    });
    expect(codec.blockSize(channels)).toBe(side);
    // Far from the borders, whose blocks are filtered in another way.
    const wide = pattern(64, 96, channels);
    const decode = (left: number) => {
      const x = tf.slice(wide, [0, 0, left, 0], [1, 64, 80, channels]) as tf.Tensor4D;
      return tf.slice(codec.apply(x).decoded, [0, 0, 40 - left, 0], [1, 64, 8, channels]).dataSync();
    };
    expect(decode(side)).toEqual(decode(0));
    expect(decode(side / 2)).not.toEqual(decode(0));
    codec.dispose();
  });
});
