import { type DifferentiableCodec, EncodeDecodeIntra, type Knobs, roundings } from '@sandwich/codec-proxy';
import { startEngine, tf } from '@sandwich/engine';
import type { UNetOptions } from '@sandwich/unets';
import { beforeAll, describe, expect, it } from 'vitest';
import { predictionError } from '../../testing/prediction-error.js';
import { buildSandwich } from './build-sandwich.js';
import { networkIdentity } from './picture-codec/network-identity.js';
import { Sandwich } from './sandwich.js';
import type { SandwichOptions } from './sandwich-options.js';

beforeAll(() => startEngine());

const tiny: UNetOptions = { encoderFilters: [4], decoderFilters: [4, 4], variant: 'textbook', initializer: 'he' };
const smooth = () =>
  new EncodeDecodeIntra({ roundingFn: roundings.sine, useJpegRateModel: false, qstepInit: 9, minQstep: 1 });
const options = ({ proxy = smooth(), ...changes }: SandwichOptions = {}): SandwichOptions => ({
  bottleneckChannels: 1,
  pre: tiny,
  post: tiny,
  loopFilter: tiny,
  phasePlanes: true,
  initialScaler: 0.3,
  startFromTransform: true,
  conditionOn: 'step',
  seed: 5,
  proxy,
  ...changes,
});
/** A codec without rounding, whose errors grow with its step. */
class SmoothCodec implements DifferentiableCodec {
  readonly parameters = { width: tf.variable(tf.scalar(12)) };
  readonly knobs = ['stepScale'];
  blockSize = () => 8;
  describe = () => ({ codec: 'smooth' });
  quantizerStep({ stepScale = 1 }: Knobs = {}) {
    return this.parameters.width.mul<tf.Scalar>(stepScale);
  }
  apply(images: tf.Tensor4D, knobs?: Knobs) {
    const decoded = images.div(20).sin().mul(this.quantizerStep(knobs)).add<tf.Tensor4D>(images);
    return { decoded, rate: images.sum<tf.Tensor1D>([1, 2, 3]) };
  }
  dispose() {
    this.parameters.width.dispose();
  }
}

const pictures = () => tf.randomUniform<tf.Rank.R4>([1, 20, 28, 3], 20, 230, 'float32', 3);

/** Lets the condition have an effect: it begins without. */
function modulate(model: Sandwich): Sandwich {
  let k = 0;
  for (const [path, variable] of Object.entries(model.parameters)) {
    if (!/\/(scale|shift)$/.test(path)) continue;
    tf.tidy(() => variable.assign(tf.sin(tf.range(0, variable.size).add(k++)).mul(0.3)));
  }
  return model;
}

describe('a sandwich that is conditioned on the quantiser step', () => {
  it('begins as the same one without a condition, at every step', () => {
    const [model, plain] = [new Sandwich(options()), new Sandwich(options({ conditionOn: 'none' }))];
    tf.tidy(() => {
      const images = pictures();
      for (const stepScale of [0.3, 4]) {
        const [made, expected] = [model, plain].map((each) => each.apply(images, { stepScale }));
        for (const key of ['bottleneck', 'prediction', 'rate'] as const)
          expect(made[key].dataSync()).toEqual(expected[key].dataSync());
      }
    });
    expect(plain.architecture).not.toHaveProperty('conditionOn');
    for (const each of [model, plain]) each.dispose();
  });

  it('tells its networks the step of the proxy: what preprocess and postprocess are given by hand', () => {
    const model = modulate(new Sandwich(options()));
    tf.tidy(() => {
      const images = pictures();
      const bottlenecks = [1, 2.5].map((stepScale) => {
        // D = 9 + 1, times the factor.
        const step = 10 * stepScale;
        const { bottleneck, compressedBottleneck, prediction } = model.apply(images, { stepScale });
        const byHand = model.preprocess(images, { step });
        expect(tf.max(tf.abs(tf.sub(byHand, bottleneck))).dataSync()[0]).toBeLessThan(1e-3);
        const restored = model.postprocess(compressedBottleneck, { height: 20, width: 28, step: tf.scalar(step) });
        expect(tf.max(tf.abs(tf.sub(restored, prediction))).dataSync()[0]).toBeLessThan(1e-3);
        return bottleneck;
      });
      expect(tf.max(tf.abs(tf.sub(bottlenecks[0], bottlenecks[1]))).dataSync()[0]).toBeGreaterThan(1);
    });
    model.dispose();
  });

  it('has the gradients that differences have, to its scales and shifts and through the step of its codec', () => {
    const model = modulate(new Sandwich(options({ proxy: new SmoothCodec() })));
    const images = pictures();
    const { error, value } = predictionError(model, images);
    const { grads } = tf.variableGrads(error, Object.values(model.parameters));
    const modulated = ['pre/unet/output', 'post/unet/decoder1/conv1', 'post/unet/output', 'loopFilter/unet/output'];
    for (const path of ['proxy/width', ...modulated.flatMap((each) => [`${each}/scale`, `${each}/shift`])]) {
      const variable = model.parameters[path];
      const start = variable.clone();
      const gradient = grads[variable.name];
      // Along the gradient, so that the slope stands out of the rounding of float32.
      const direction = tf.tidy(() => gradient.div<tf.Tensor>(tf.max(tf.abs(gradient))));
      const analytic = tf.tidy(() => gradient.mul(direction).sum().dataSync()[0]);
      const at = (by: number) => {
        tf.tidy(() => variable.assign(start.add(direction.mul(by))));
        return value();
      };
      const numeric = (at(1e-3) - at(-1e-3)) / 2e-3;
      variable.assign(start);
      expect(Math.abs(numeric), path).toBeGreaterThan(0.1);
      expect(Math.abs(analytic / numeric - 1), path).toBeLessThan(0.02);
      tf.dispose([start, direction]);
    }
    tf.dispose([images, ...Object.values(grads)]);
    model.dispose();
  });

  it('is built again of JSON, and named apart from the same one without a condition', () => {
    const [model, plain] = [new Sandwich(options()), new Sandwich(options({ conditionOn: 'none' }))];
    const copy = buildSandwich(JSON.parse(JSON.stringify({ ...model.architecture, proxy: smooth().describe() })));
    expect(copy.conditionOn).toBe('step');
    expect(Object.keys(copy.parameters)).toEqual(Object.keys(model.parameters));
    expect(networkIdentity(copy)).toBe(networkIdentity(model));
    expect(networkIdentity(plain)).not.toBe(networkIdentity(model));
    for (const each of [model, copy, plain]) each.dispose();
  });

  it('says what to do about a step that is missing, out of range or of no use', () => {
    const [model, plain] = [new Sandwich(options()), new Sandwich(options({ conditionOn: 'none' }))];
    tf.tidy(() => {
      const images = pictures();
      const size = { height: 20, width: 28 };
      const bottleneck = tf.zeros<tf.Rank.R4>([1, 24, 32, 1]);
      expect(() => model.preprocess(images)).toThrow(
        'Sandwich.preprocess: the networks are conditioned on the quantiser step: give it, as { step: 20 }',
      );
      expect(() => model.postprocess(bottleneck, size)).toThrow('Sandwich.postprocess: the networks are conditioned');
      for (const step of [0, -1, Number.NaN, Infinity])
        expect(() => model.preprocess(images, { step })).toThrow(`one positive and finite number, got ${step}`);
      expect(() => model.preprocess(images, { step: tf.ones([2]) as unknown as tf.Scalar })).toThrow('of shape [2]');
      expect(() => plain.preprocess(images, { step: 20 })).toThrow(
        'Sandwich.preprocess: the networks are not conditioned on the quantiser step, and there is a step: leave it out',
      );
      expect(() => plain.postprocess(bottleneck, { ...size, step: 20 })).toThrow('Sandwich.postprocess: the networks');
    });
    for (const each of [model, plain]) each.dispose();
  });

  it('refuses what cannot be conditioned, before there are networks', () => {
    const webp = new EncodeDecodeIntra({ forward: { codec: 'webp', quality: 40 } });
    const before = tf.memory().numTensors;
    expect(() => new Sandwich(options({ proxy: webp }))).toThrow(
      "conditionOn 'step' takes a codec that says its quantiser step, and that of encode-decode-intra has no member 'quantizerStep'",
    );
    expect(() => new Sandwich({ pre: null, post: null, conditionOn: 'step' })).toThrow(
      'is for U-Nets, and there are none',
    );
    expect(() => new Sandwich({ conditionOn: 'rate' as 'step' })).toThrow("must be 'none' or 'step', got 'rate'");
    expect(tf.memory().numTensors).toBe(before);
    webp.dispose();
  });
});
