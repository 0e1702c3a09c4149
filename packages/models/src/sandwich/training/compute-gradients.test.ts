import { toTensor } from '@sandwich/codec-proxy';
import { startEngine, tf } from '@sandwich/engine';
import { resolveSettings } from '@sandwich/trainer';
import { beforeAll, describe, expect, it } from 'vitest';
import { patternImage } from '../../../../trainer/testing/pattern-image.js';
import tinySandwich from '../../../../trainer/testing/tiny-sandwich.js';
import { codecFiles } from '../codec-files.js';
import { Sandwich } from '../sandwich.js';
import { computeGradients, type StepOptions } from './compute-gradients.js';

beforeAll(() => startEngine());

const GAMMA = 20;
const withCodec: StepOptions = { gamma: GAMMA, rangePenalty: true, codec: true };

function setUp() {
  const model = new Sandwich(tinySandwich.sandwich(resolveSettings(tinySandwich)));
  return { model, images: toTensor(patternImage(16, 16)) };
}

describe('computeGradients', () => {
  it('reports the loss and what it is made of', () => {
    const { model, images } = setUp();
    const { metrics, gradients } = computeGradients(model, images, withCodec);
    const { prediction, rate } = model.apply(images);
    const mse = tf.losses.meanSquaredError(images, prediction).dataSync()[0];
    expect(metrics.mse / mse).toBeCloseTo(1, 5);
    expect(metrics.bpp).toBeCloseTo(rate.dataSync()[0] / 256, 3);
    expect(metrics.loss / (mse + (GAMMA * metrics.bpp) / 3 + metrics.rangePenalty)).toBeCloseTo(1, 5);
    expect(Object.keys(gradients)).toEqual(Object.keys(model.parameters));
    for (const [path, gradient] of Object.entries(gradients)) {
      expect(gradient.shape).toEqual(model.parameters[path].shape);
    }
    tf.dispose([gradients, prediction, rate, images]);
    model.dispose();
  });

  it('mixes distortions, and reports each', () => {
    const { model, images } = setUp();
    const absolute = (a: tf.Tensor4D, b: tf.Tensor4D) => tf.mean<tf.Tensor1D>(tf.abs(tf.sub(a, b)), [1, 2, 3]);
    const squared = (a: tf.Tensor4D, b: tf.Tensor4D) => tf.mean<tf.Tensor1D>(tf.square(tf.sub(a, b)), [1, 2, 3]);
    const distortions = { mse: { weight: 0, measure: squared }, l1: { weight: 7, measure: absolute } };
    const { metrics, gradients } = computeGradients(model, images, { ...withCodec, distortions });
    const plain = computeGradients(model, images, withCodec);
    expect(Object.keys(metrics).sort()).toEqual(['bpp', 'l1', 'loss', 'mse', 'rangePenalty']);
    expect(metrics.mse).toBeCloseTo(plain.metrics.mse, 3);
    expect(metrics.l1 ** 2).toBeLessThan(metrics.mse);
    expect(metrics.loss / (7 * metrics.l1 + (GAMMA * metrics.bpp) / 3 + metrics.rangePenalty)).toBeCloseTo(1, 5);
    tf.dispose([gradients, plain.gradients, images]);
    model.dispose();
  });

  it('trades bits and distortion at another quantiser step as at the trained one', () => {
    const { model, images } = setUp();
    const { metrics, gradients } = computeGradients(model, images, { ...withCodec, qstepFactor: 2 });
    const qstep = 2 * codecFiles(model).flatStep!();
    const { prediction, rate } = model.apply(images, { qstep });
    expect(metrics.mse / tf.losses.meanSquaredError(images, prediction).dataSync()[0]).toBeCloseTo(1, 5);
    expect(metrics.bpp).toBeCloseTo(rate.dataSync()[0] / 256, 3);
    expect(metrics.loss / (metrics.mse / 4 + (GAMMA * metrics.bpp) / 3 + metrics.rangePenalty)).toBeCloseTo(1, 5);
    expect(Object.keys(gradients)).toEqual(Object.keys(model.parameters));
    tf.dispose([gradients, prediction, rate, images]);
    model.dispose();
  });

  it('tells conditioned networks the step that was drawn', () => {
    const settings = resolveSettings(tinySandwich, { conditionOn: 'step' });
    const model = tinySandwich.system(settings);
    for (const path of ['pre/unet/output/shift', 'post/unet/output/scale'])
      tf.tidy(() => model.parameters[path].assign(tf.fill(model.parameters[path].shape, 0.2)));
    const images = toTensor(patternImage(16, 16));
    for (const qstepFactor of [1, 3]) {
      const { metrics, gradients } = computeGradients(model, images, { ...withCodec, qstepFactor });
      const step = qstepFactor * codecFiles(model).flatStep!();
      tf.tidy(() => {
        const bottleneck = tf.clipByValue(model.preprocess(images, { step }), 0, 255) as tf.Tensor4D;
        const { decoded, rate } = model.proxy.apply(bottleneck, { qstep: step });
        const prediction = model.postprocess(decoded, { height: 16, width: 16, step });
        expect(metrics.mse / tf.losses.meanSquaredError(images, prediction).dataSync()[0]).toBeCloseTo(1, 4);
        expect(metrics.bpp).toBeCloseTo(rate.dataSync()[0] / 256, 3);
      });
      expect(Object.keys(gradients)).toEqual(Object.keys(model.parameters));
      tf.dispose(gradients);
    }
    images.dispose();
    model.dispose();
  });

  it('leaves the codec and its step out when told', () => {
    const { model, images } = setUp();
    const { metrics, gradients } = computeGradients(model, images, { ...withCodec, codec: false });
    expect(metrics.bpp).toBe(0);
    expect(metrics.loss).toBeCloseTo(metrics.mse + metrics.rangePenalty, 3);
    const paths = Object.keys(model.parameters).filter((path) => path !== 'proxy/qstep');
    expect(Object.keys(gradients)).toEqual(paths);
    tf.dispose([gradients, images]);
    model.dispose();
  });

  it('gives the slope of the loss', () => {
    const { model, images } = setUp();
    const options = { ...withCodec, codec: false };
    // The loss is a square in this bias: its central difference is exact but for float32.
    const bias = model.parameters['post/mlp/output/bias'];
    const start = tf.clone(bias);
    const lossAt = (shift: number) => {
      tf.tidy(() => bias.assign(tf.add(start, tf.tensor1d([shift, 0, 0]))));
      const { metrics, gradients } = computeGradients(model, images, options);
      tf.dispose(gradients);
      return metrics.loss;
    };
    const slope = (lossAt(0.05) - lossAt(-0.05)) / 0.1;
    lossAt(0);
    const { gradients } = computeGradients(model, images, options);
    const [gradient] = gradients['post/mlp/output/bias'].dataSync();
    expect(Math.abs(slope)).toBeGreaterThan(1);
    expect(Math.abs(gradient / slope - 1)).toBeLessThan(1e-3);
    tf.dispose([gradients, images, start]);
    model.dispose();
  });

  it('leaves no tensors but the gradients', () => {
    const { model, images } = setUp();
    const before = tf.memory().numTensors;
    const { gradients } = computeGradients(model, images, withCodec);
    expect(tf.memory().numTensors - before).toBe(Object.keys(model.parameters).length);
    tf.dispose(gradients);
    expect(tf.memory().numTensors).toBe(before);
    images.dispose();
    model.dispose();
  });
});
