import { startEngine, tf } from '@sandwich/engine';
import { checkGradient } from '@sandwich/engine/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { noise } from '../../../testing/waves.js';
import { Dcn } from '../dcn.js';
import { DcnCodec } from '../picture-codec/dcn-codec.js';
import { dcnDriver } from '../picture-codec/dcn-driver.js';
import { dcnLoss } from '../training/dcn-objective.js';
import { GainUnits } from './gain-units.js';

beforeAll(() => startEngine());

const range = () => new Dcn({ features: 16, bits: 7, startFrom: 'dct', startStep: 12, rates: 3, rateOctaves: 3 });

describe('GainUnits', () => {
  it('begins with steps of so many octaves, and interpolates logarithms', () => {
    const units = new GainUnits(3, 2, 4);
    const at = (rate: number) =>
      tf.tidy(() => [...units.at(rate).encoder.dataSync(), ...units.at(rate).decoder.dataSync()]);
    const expected: [number, number][] = [
      [0, 0.25],
      [0.25, 0.5],
      [0.5, 1],
      [0.875, 2 ** 1.5],
      [1, 4],
    ];
    for (const [rate, gain] of expected)
      for (const [i, value] of at(rate).entries()) expect(value / (i < 2 ? gain : 1 / gain)).toBeCloseTo(1, 5);
    units.parameters['gain/encoder'].assign(tf.tensor2d([0, 1, 2, 3, 4, -5], [3, 2]));
    expect(at(0.625)[0]).toBeCloseTo(Math.exp(2.5), 4);
    expect(at(0.625)[1]).toBeCloseTo(Math.exp(1), 4);
    for (const rate of [-0.01, 1.01, Number.NaN])
      expect(() => at(rate)).toThrow(`rates lie between 0 and 1, got ${rate}`);
    tf.dispose(units.parameters);
  });

  it('has gradients, at and between the trained rates', () => {
    tf.tidy(() => {
      const units = new GainUnits(3, 2, 1);
      const logs = tf.tensor2d([0.1, -0.2, 0.3, 0.4, -0.5, 0.6], [3, 2]);
      for (const rate of [0.3, 1]) {
        const gain = (x: tf.Tensor2D) => {
          const { 'gain/encoder': own } = units.parameters;
          units.parameters['gain/encoder'] = x as unknown as tf.Variable;
          const { encoder } = units.at(rate);
          units.parameters['gain/encoder'] = own;
          return encoder;
        };
        checkGradient(gain, logs, { step: 0.01, tolerance: 1e-3 });
      }
      tf.dispose(units.parameters);
    });
  });
});

describe('a DCN of a range of rates', () => {
  it('codes at all of them, and its files say at which', async () => {
    const codec = new DcnCodec(range());
    const picture = noise(96, 64, 3);
    const sizes: number[] = [];
    for (const quality of [1, 33, 66.5, 100]) {
      const file = await codec.encode(picture, { quality });
      sizes.push(file.length);
      const planes = await codec.symbolsOfFile(file);
      const rate = Math.fround((quality - 1) / 99);
      expect(planes.rate).toBe(rate);
      const decoded = await codec.decode(file);
      tf.tidy(() => {
        const images = tf.tensor4d(new Float32Array(picture.data), [1, 64, 96, 3]);
        const latent = codec.dcn.quantize(codec.dcn.latent(images, rate));
        const values = codec.dcn.decode(latent, rate).dataSync();
        for (const [i, sample] of decoded.data.entries()) expect(Math.abs(sample - values[i])).toBeLessThan(0.51);
      });
    }
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
    expect(sizes[3]).toBeGreaterThan(1.5 * sizes[0]);
    await expect(codec.encode(picture, { quality: 0 })).rejects.toThrow('quality must be 1 to 100, got 0');
    await expect(codec.encode(picture, { format: 'l3i' })).rejects.toThrow('.l3i files do not hold the rate');
    const { rate: _, ...planes } = await codec.symbols(picture);
    await expect(codec.pictureOf(planes)).rejects.toThrow('it does not say which of the rates of its network it has');
    codec.dispose();
  });

  it('is one codec of all qualities, alone', () => {
    const [dcn, other] = [range(), new Dcn({ features: 4 })];
    expect(dcnDriver([dcn]).qualities).toEqual([1, 20, 40, 60, 80, 100]);
    expect(() => dcnDriver([dcn, other])).toThrow('a network of a range of rates stands alone, got 2 networks');
    expect(() => other.gainsAt(0.5)).toThrow('this network has one rate, and was asked for 0.5 of a range');
    dcn.dispose();
    other.dispose();
  });

  it('begins as a transform codec where its codebook has room for the highest rate', () => {
    const widest = new Dcn({ features: 4, bits: 4, startFrom: 'dct', rates: 2, rateOctaves: 6 });
    for (const [path, variable] of Object.entries(widest.parameters))
      expect(variable.dataSync().every(Number.isFinite), path).toBe(true);
    widest.dispose();
    const wider = { features: 4, bits: 4, startFrom: 'dct', rates: 2, rateOctaves: 8 } as const;
    expect(() => new Dcn(wider)).toThrow('a codebook of 4 bits rateOctaves must be at most 6, got 8');
  });

  it.each(['soft-codebook', 'ste'] as const)(
    'has gradients to the gains beside a rate, and to no others, %s',
    (rounding) => {
      tf.tidy(() => {
        const dcn = new Dcn({ features: 16, bits: 7, startFrom: 'dct', startStep: 12, rates: 3, rounding });
        const images = tf.tensor4d(new Float32Array(noise(16, 16, 3).data), [1, 16, 16, 3]);
        const settings = { entropyWeight: 100, ssimWeight: 0, entropyOf: 'channels' } as const;
        const { grads } = tf.variableGrads(() => dcnLoss(dcn, images, settings, false, 0.3).loss);
        for (const side of ['encoder', 'decoder']) {
          const gradient = grads[dcn.parameters[`gain/${side}`].name];
          const [low, middle, high] = tf.unstack(gradient.abs().max(1)).map((row) => row.dataSync()[0]);
          expect(middle / low).toBeCloseTo(1.5, 4);
          expect(low).toBeGreaterThan(0);
          expect(high).toBe(0);
        }
        dcn.dispose();
      });
    },
  );

  it('refuses a quality that it does not have, whatever it is asked for', async () => {
    const picture = noise(8, 8, 3);
    const codec = new DcnCodec(range());
    const one = new DcnCodec(new Dcn({ features: 4 }));
    for (const method of ['encode', 'symbols', 'latent'] as const) {
      await expect(codec[method](picture, { quality: 101 })).rejects.toThrow('quality must be 1 to 100, got 101');
      await expect(one[method](picture, { quality: 50 })).rejects.toThrow('has one rate, and was asked for quality 50');
    }
    codec.dispose();
    one.dispose();
  });

  it('weighs entropy by the square of the quantiser step', () => {
    tf.tidy(() => {
      const dcn = range();
      const images = tf.tensor4d(new Float32Array(noise(16, 16, 3).data), [1, 16, 16, 3]);
      const settings = { entropyWeight: 100, ssimWeight: 0, entropyOf: 'channels' } as const;
      for (const [rate, factor] of [
        [0, 8],
        [0.5, 1],
        [1, 1 / 8],
      ]) {
        const { loss, mse, entropy } = dcnLoss(dcn, images, settings, false, rate);
        const [total, error, bits] = [loss, mse, entropy].map((x) => x.dataSync()[0]);
        expect(total / ((error * 50 * 128 * 128 * 3) / 2 / 255 ** 2 + 100 * factor * bits)).toBeCloseTo(1, 4);
      }
      dcn.dispose();
    });
  });
});
