import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectClose, pattern } from '../../testing/tensors.js';
import type { CodecDescription, DifferentiableCodec } from '../codec.js';
import { diffJpegEncode } from '../diff-jpeg/diff-jpeg.js';
import { DiffJpegCodec } from '../diff-jpeg/diff-jpeg-codec.js';
import { EncodeDecodeIntra } from '../intra/encode-decode-intra.js';
import { buildCodec, missingFromCodec } from '../register-codec.js';
import { roundings } from '../rounding/roundings.js';
import { softRounding } from '../rounding/soft-quantize.js';
import { entropyRate } from './entropy-rate.js';
import { rateModels } from './named-rate-models.js';

beforeAll(async () => {
  await startEngine();
});

const images = () => pattern(16, 24, 3);
const throughJson = (codec: DifferentiableCodec): CodecDescription => JSON.parse(JSON.stringify(codec.describe()));

/** The rate, and its gradients with respect to the images and to what the codec learns. */
function rates(codec: DifferentiableCodec): { rate: number; gradients: number[][] } {
  return tf.tidy(() => {
    const x = tf.variable(images());
    const variables = [x, ...Object.values(codec.parameters)] as tf.Variable[];
    const { value, grads } = tf.variableGrads(
      () => codec.apply(x as unknown as tf.Tensor4D).rate.sum() as tf.Scalar,
      variables,
    );
    return {
      rate: value.dataSync()[0],
      gradients: variables.map(({ name }) => Array.from(grads[name].dataSync<'float32'>())),
    };
  });
}

const proxies: Record<string, (rateModel?: (typeof rateModels)[string]) => DifferentiableCodec> = {
  DiffJpegCodec: (rateModel) =>
    new DiffJpegCodec({ quality: 60, learn: ['tableY'], rounding: roundings.ste, rateModel }),
  'DiffJpegCodec with a projected gradient': (rateModel) =>
    new DiffJpegCodec({ subsampling: '4:4:4', learn: ['tableC'], gradient: 'projected', rateModel }),
  EncodeDecodeIntra: (rateModel) =>
    new EncodeDecodeIntra({
      roundingFn: roundings.ste,
      qstepInit: 9,
      convertToYuv: true,
      downsampleChroma: true,
      rateModel,
    }),
};

describe.each(Object.keys(proxies))('rateModel of %s', (name) => {
  it.each(Object.keys(rateModels))('estimates the bits, with gradients to images and steps: %s', (model) => {
    const codec = proxies[name](rateModels[model]);
    const { rate, gradients } = rates(codec);
    expect(rate).toBeGreaterThan(0);
    for (const gradient of gradients) {
      expect(gradient.every(Number.isFinite)).toBe(true);
      expect(gradient.some((value) => value !== 0)).toBe(true);
    }
    // A codec of its description has the same rate model.
    const copy = buildCodec(throughJson(codec));
    expect(rates(copy)).toEqual({ rate, gradients });
    copy.dispose();
    codec.dispose();
  });

  it('is not in the description where there is none, and null where it is a function of its own', () => {
    const plain = proxies[name]();
    expect('rateModel' in throughJson(plain)).toBe(false);
    const own = proxies[name](({ levels }) => levels[0].sum([1, 2, 3]));
    expect(throughJson(own)).toHaveProperty('rateModel', null);
    expect(missingFromCodec(throughJson(own))).toContain('rate model is a function of its own');
    const misspelt = { ...throughJson(plain), rateModel: 'entropies' };
    expect(() => buildCodec(misspelt)).toThrow('the rate model must be one of entropy, geometric, gaussian');
    plain.dispose();
    own.dispose();
  });
});

describe('rateModel', () => {
  it('sees the levels of Diff-JPEG and their steps', () => {
    const quality = tf.tensor1d([50]);
    const tableY = tf.fill<tf.Rank.R2>([8, 8], 20);
    const options = { subsampling: '4:4:4', tableY, tableC: tableY, ste: true, check: false } as const;
    const { y, cb, cr } = diffJpegEncode(images(), quality, { ...options, rounding: roundings.identity });
    const unrounded = [tf.concat([y, cb!, cr!], 3)];
    const expected = entropyRate({ alpha: 0.02 })({ unrounded, levels: unrounded, steps: [tf.scalar(20)] });
    const table = new Array<number>(64).fill(20);
    const codec = new DiffJpegCodec({
      subsampling: '4:4:4',
      tableY: table,
      tableC: table,
      rateModel: entropyRate({ alpha: 0.02 }),
    });
    expectClose(codec.apply(images()).rate.dataSync(), Array.from(expected.dataSync()), 1e-2);
    codec.dispose();
  });

  it('has the value of the files where these are the forward pass', () => {
    const model = rateModels.geometric;
    const bits = (forward: 'real', rateModel?: typeof model) =>
      new DiffJpegCodec({ forward, rateModel }).apply(images()).rate.dataSync()[0];
    expect(bits('real', model)).toBe(bits('real'));
  });

  it('goes with soft roundings of any hardness, which get the steps', () => {
    const table = new Array<number>(64).fill(20);
    const soft = { subsampling: '4:4:4', tableY: table, tableC: table, learn: ['tableY'] } as const;
    const codec = new DiffJpegCodec({
      ...soft,
      rounding: softRounding({ alpha: 0.01 }),
      rateModel: rateModels.entropy,
    });
    const decoded = codec.apply(images()).decoded.dataSync();
    // alpha is hardness over q^2.
    const same = new DiffJpegCodec({ ...soft, rounding: softRounding({ hardness: 4 }) });
    expectClose(decoded, Array.from(same.apply(images()).decoded.dataSync()), 1e-3);
    expect(rates(codec).gradients[1].some((value) => value !== 0)).toBe(true);

    const intra = new EncodeDecodeIntra({ roundingFn: roundings.ste, qstepInit: 20 });
    const alpha = new EncodeDecodeIntra({
      roundingFn: (x, steps) => (steps ? softRounding({ alpha: 0.01 })(x, steps) : tf.round(x)),
      qstepInit: 20,
      rateModel: rateModels.entropy,
    });
    expect(Array.from(alpha.apply(images()).decoded.dataSync())).not.toEqual(
      Array.from(intra.apply(images()).decoded.dataSync()),
    );
    codec.dispose();
    same.dispose();
    intra.dispose();
    alpha.dispose();
  });
});
