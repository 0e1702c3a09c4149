import { toTensor } from '@sandwich/codec-proxy';
import { codecs, decodeJpeg, encodeJpeg, jpegCoefficients, simulateJpeg } from '@sandwich/codecs';
import { startEngine, tf } from '@sandwich/engine';
import { loadOnnxRuntime } from '@sandwich/onnx';
import type { Picture } from '@sandwich/pictures';
import { beforeAll, describe, expect, it } from 'vitest';
import { codeLearned, decodeLearned } from './code-learned.js';
import { LearnedJpeg } from './learned-jpeg.js';
import { learnedJpegCodec, learnedJpegFile } from './learned-jpeg-codec.js';
import { learnedJpegCoder } from './learned-jpeg-contest.js';
import { learnedJpegKind } from './learned-jpeg-kind.js';
import { learnedRates } from './learned-rates.js';
import { transposedTables } from './published-tables.js';
import { attentionPicture, smoothLevels, smoothPicture } from './smooth-picture.js';
import { smoothingOnnx } from './smoothing-onnx.js';
import { smoothingScale } from './smoothing-scale.js';

beforeAll(() => startEngine());

/** Waves that are finer to the right, with colours. */
function waves(width: number, height: number): Picture<Uint8Array, 3> {
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => {
    const [c, x, y] = [i % 3, Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    return 128 + 60 * Math.sin(0.02 * x * x + 0.3 * c) + 40 * Math.cos(0.21 * y + 0.05 * x * (c + 1));
  });
  return { data, width, height, channels: 3 };
}
const picture = waves(64, 48);
const files = { subsampling: '4:4:4', optimizeHuffman: true } as const;

/** A system whose attention does something. */
function attentive(smoothing: 'pixels' | 'coefficients'): LearnedJpeg {
  const system = new LearnedJpeg({ attention: 'small', initial: { flat: 24 }, smoothing, seed: 4 });
  tf.tidy(() => system.parameters['attention/ofOwn/bias'].assign(tf.fill([192], 0.3)));
  return system;
}

describe('LearnedJpeg', () => {
  it('keeps steps of 1 to 2 as 1e-5 of them, as published', () => {
    const system = new LearnedJpeg();
    const kept = [...system.parameters['tables/luma'].dataSync(), ...system.parameters['tables/chroma'].dataSync()];
    expect(Math.min(...kept)).toBeGreaterThan(1e-5 * 0.9999);
    expect(Math.max(...kept)).toBeLessThan(2e-5 * 1.0001);
    expect(new Set(kept).size).toBe(128);
    expect(system.tables.range).toEqual([1e-5, 255 * 1e-5]);
    expect(Object.keys(system.parameters)).toEqual(['tables/luma', 'tables/chroma']);
    system.dispose();
  });

  it('is built again from its architecture as JSON', () => {
    const system = attentive('coefficients');
    const copy = learnedJpegKind.build(JSON.parse(JSON.stringify(system.architecture)));
    expect(copy.architecture).toEqual(system.architecture);
    const path = 'attention/around/kernel';
    expect(copy.parameters[path].dataSync()).toEqual(system.parameters[path].dataSync());
    for (const each of [system, copy]) each.dispose();
  });

  it('says what is out of range', () => {
    expect(() => new LearnedJpeg({ attention: 'large' as 'small' })).toThrow(
      'attention must be vgg19, small or null, got large',
    );
    expect(() => new LearnedJpeg({ smoothing: 'blur' as 'pixels' })).toThrow(
      'smoothing must be pixels or coefficients, got blur',
    );
  });
});

describe('codeLearned', () => {
  it.each([
    [null, 'pixels'],
    ['small', 'pixels'],
    ['small', 'coefficients'],
  ] as const)('decodes what files hold, attention %s through %s', (attention, smoothing) => {
    const system = attention ? attentive(smoothing) : new LearnedJpeg({ initial: { flat: 24 } });
    const { image, size } = (() => {
      const file = learnedJpegFile(system, picture);
      return { image: decodeJpeg(file), size: file.length };
    })();
    return image.then(({ data }) =>
      tf.tidy(() => {
        const { decoded, rate } = codeLearned(system, toTensor(picture));
        const values = decoded.dataSync();
        const mse = data.reduce((sum, sample, i) => sum + (sample - values[i]) ** 2, 0) / data.length;
        // What rounding to 8 bits and libjpeg's arithmetic leave.
        expect(10 * Math.log10(255 ** 2 / mse)).toBeGreaterThan(40);
        const bits = rate.dataSync()[0];
        expect(bits).toBeLessThan(8 * size);
        expect(bits).toBeGreaterThan(8 * (size - 800));
        system.dispose();
      }),
    );
  });

  it.each(learnedRates)('has a rate that falls with the steps: %s', (rate) => {
    const system = new LearnedJpeg({ initial: { flat: 20 } });
    const slopes = tf.tidy(() => {
      const loss = () =>
        codeLearned(system, toTensor(picture), { rounding: 'thresholdSte', rate }).rate.sum() as tf.Scalar;
      const { grads } = tf.variableGrads(loss, Object.values(system.parameters));
      return Object.values(grads).map((grad) => grad.sum().dataSync()[0]);
    });
    expect(slopes.every((slope) => slope < 0)).toBe(true);
    system.dispose();
  });

  it('has the slope of the squared error of real files to a factor on all steps', () => {
    const system = new LearnedJpeg({ initial: { ramp: 14 }, scale: 'log' });
    const squares = (scale: number) => {
      const { image } = simulateJpeg(picture, { tables: system.fileTables(scale), ...files });
      return image.data.reduce((sum, sample, i) => sum + (sample - picture.data[i]) ** 2, 0);
    };
    const real = (squares(1.25) - squares(0.8)) / (2 * Math.log(1.25));
    const slope = tf.tidy(() => {
      const pixels = toTensor(picture);
      const loss = () => {
        const { decoded } = codeLearned(system, pixels, { rounding: 'largeSte' });
        return tf.squaredDifference(decoded, pixels).sum() as tf.Scalar;
      };
      const { grads } = tf.variableGrads(loss, Object.values(system.parameters));
      return Object.values(grads).reduce((sum, grad) => sum + grad.sum().dataSync()[0], 0);
    });
    expect(slope / real).toBeGreaterThan(0.75);
    expect(slope / real).toBeLessThan(1.3);
    system.dispose();
  });

  it('decodes with tables in the place of its own', () => {
    const [system, other] = [24, 12].map((flat) => new LearnedJpeg({ initial: { flat }, scale: 'log' }));
    tf.tidy(() => {
      const pixels = toTensor(picture);
      const { luma, chroma } = other.tables.parameters;
      const options = { rounding: 'hard', stepScale: 1.5 } as const;
      const expected = codeLearned(other, pixels, options).decoded.dataSync();
      expect(decodeLearned(system, pixels, { ...options, tables: { luma, chroma } }).dataSync()).toEqual(expected);
      expect(decodeLearned(system, pixels, options).dataSync()).not.toEqual(expected);
    });
    system.dispose();
    other.dispose();
  });

  it('leaves what the codec undoes out of a projected gradient', () => {
    const system = new LearnedJpeg({ initial: { flat: 24 } });
    const [pixels, target] = [toTensor(picture), toTensor(picture)];
    const squares = (gradient: 'rounding' | 'projected') =>
      tf.tidy(() => {
        const error = (x: tf.Tensor) => {
          const { decoded } = codeLearned(system, x as tf.Tensor4D, { rounding: 'ste', gradient });
          return tf.squaredDifference(decoded, target).sum();
        };
        return tf.grad(error)(pixels).square().sum().dataSync()[0];
      });
    // At the picture itself the gradient of the squared error lies along the error of each block, but for what colours mix.
    expect(squares('rounding')).toBeGreaterThan(1e5);
    expect(squares('projected')).toBeLessThan(0.5 * squares('rounding'));
    tf.dispose([pixels, target]);
    system.dispose();
  });
});

it('refuses images that are no whole blocks, with attention', () => {
  const system = attentive('pixels');
  const images = toTensor(waves(13, 21));
  expect(() => codeLearned(system, images)).toThrow('must be multiples of 8, got 13 x 21');
  images.dispose();
  system.dispose();
});

describe('files of LearnedJpeg', () => {
  it('are ordinary JPEG files of smoothed pictures with its tables', async () => {
    const system = attentive('pixels');
    const smoothed = smoothPicture(system, picture);
    expect(smoothed.data).not.toEqual(picture.data);
    const file = learnedJpegFile(system, picture);
    expect(file).toEqual(encodeJpeg(smoothed, { tables: system.fileTables(), ...files }));
    expect(file.length).toBeLessThan(encodeJpeg(picture, { tables: system.fileTables(), ...files }).length);
    system.dispose();
  });

  it('hold, where levels are smoothed themselves, none that is larger than before', () => {
    const system = attentive('coefficients');
    const options = { tables: system.fileTables(), ...files };
    const before = jpegCoefficients(picture, options).coefficients;
    const after = smoothLevels(system, picture).coefficients;
    const grown = after.flatMap((plane, i) =>
      Array.from(plane).filter((level, at) => Math.abs(level) > Math.abs(before[i][at]) + (at % 64 === 0 ? 1 : 0)),
    );
    expect(grown.length).toBeLessThan(0.002 * 3 * 64 * 48);
    expect(learnedJpegFile(system, picture).length).toBeLessThan(encodeJpeg(picture, options).length);
    system.dispose();
  });

  it.each([
    [13, 21],
    [8, 8],
    [1, 1],
  ])('are of any size, %i x %i', async (width, height) => {
    for (const smoothing of ['pixels', 'coefficients'] as const) {
      const codec = learnedJpegCodec(attentive(smoothing));
      const decoded = await codec.decode(await codec.encode(waves(width, height)));
      expect([decoded.width, decoded.height, decoded.channels]).toEqual([width, height, 3]);
      codec.dispose?.();
    }
  });

  it('may be those of other codecs, of the smoothed picture', async () => {
    const codec = learnedJpegCodec(attentive('pixels'));
    const file = await codec.encode(picture, { codec: 'webp', quality: 60 });
    expect(Buffer.from(file).toString('latin1', 8, 12)).toBe('WEBP');
    expect((await codec.decode(file)).width).toBe(64);
    // Flat JPEG tables of 22.3 err as WebP of quality 60, and pictures are smoothed for 0.65 times that.
    const webp = await codecs.webp();
    const flat = new LearnedJpeg({ initial: { flat: 24 } });
    expect(webp.step!(60)).toBeCloseTo(22.3, 5);
    expect(smoothingScale(flat, webp, 60)).toBeCloseTo((0.65 * 22.3) / 24, 5);
    expect(smoothingScale(flat, { ...webp, step: undefined }, 60)).toBe(1);
    flat.dispose();
    const asked = (stepScale: number) => codec.encode(picture, { codec: 'webp', quality: 60, stepScale });
    expect(await asked((0.65 * webp.step!(60)) / 24)).toEqual(file);
    expect(await asked(4)).not.toEqual(file);
    await expect(codec.encode(picture, { quality: 60 })).rejects.toThrow('quality is for other codecs than JPEG');
    await expect(codec.encode(picture, { stepScale: 0 })).rejects.toThrow('stepScale must be more than 0');
    codec.dispose?.();
  });

  it('are grey pictures in colours with attention', async () => {
    const codec = learnedJpegCodec(attentive('pixels'));
    const grey: Picture<Uint8Array> = {
      data: picture.data.filter((_, i) => i % 3 === 1),
      width: 64,
      height: 48,
      channels: 1,
    };
    expect((await codec.decode(await codec.encode(grey))).channels).toBe(3);
    codec.dispose?.();
  });
});

it('the attention of a picture is one of its size, dark where nothing is kept', () => {
  const system = attentive('pixels');
  const shown = attentionPicture(system, waves(21, 13));
  expect([shown.width, shown.height, shown.channels]).toEqual([21, 13, 1]);
  expect(Math.max(...shown.data)).toBeLessThan(255);
  expect(Math.max(...shown.data)).toBeGreaterThan(0);
  system.dispose();
});

describe('the published evaluation', () => {
  const coded = async (options: ConstructorParameters<typeof LearnedJpeg>[0], of = picture) => {
    const initial = { luma: Array.from({ length: 64 }, (_, i) => 9.4 + 3 * (i & 7)), chroma: new Array(64).fill(20.3) };
    const system = new LearnedJpeg({ initial, ...options });
    const coder = learnedJpegCoder(system, { name: 'a', description: 'a', key: 'a' }, { whole: 1 });
    for await (const coding of coder.code(of, [0])) {
      const tables = system.fileTables();
      system.dispose();
      return { ...coding, tables };
    }
    throw new Error('nothing was coded');
  };

  it('writes luma tables transposed, counts bits of decoded pictures, and judges by steps that are not rounded, each if asked', async () => {
    const right = await coded({});
    expect(right.bits).toBe(8 * encodeJpeg(picture, { tables: right.tables, ...files }).length);
    const transposed = await coded({ transposedLuma: true });
    expect(transposed.tables.luma).toEqual(transposedTables(right.tables).luma);
    expect(transposed.tables.chroma).toEqual(right.tables.chroma);
    const again = await coded({ recompressedBits: true });
    expect(again.output).toEqual(right.output);
    const second = encodeJpeg(right.output as Picture<Uint8Array>, { tables: right.tables, subsampling: '4:4:4' });
    expect(again.bits).toBe(8 * second.length);
    const unrounded = await coded({ unroundedTables: true });
    expect(unrounded.bits).toBe(right.bits);
    expect(unrounded.output.data).not.toEqual(right.output.data);
  });

  it.each(['small', 'vgg19'] as const)('judges pictures of any size with attention: %s', async (attention) => {
    const { output } = await coded({ attention, unroundedTables: true }, waves(21, 13));
    expect([output.width, output.height]).toEqual([21, 13]);
  });
});

it.each(['small', 'vgg19'] as const)('smoothing is the same as an ONNX model, %s', async (attention) => {
  const runtime = await loadOnnxRuntime();
  const system = new LearnedJpeg({ attention, initial: { flat: 24 }, seed: 4 });
  const session = await runtime.InferenceSession.create(smoothingOnnx(system, { made: 'here' }));
  const pixels = toTensor(picture);
  const { smoothed, factors } = await session.run({
    images: new runtime.Tensor('float32', pixels.dataSync(), pixels.shape),
  });
  expect(factors.dims).toEqual([1, 192, 6, 8]);
  const expected = smoothPicture(system, picture).data;
  const different = Array.from(smoothed.data as Float32Array).filter(
    (value, i) => Math.abs(value - expected[i]) > 0.51,
  );
  expect(different.length).toBe(0);
  pixels.dispose();
  system.dispose();
});
