import { readFileSync } from 'node:fs';
import { flatTables, simulateJpeg } from '@sandwich/codecs';
import { presentEngines, startEngine, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { direction, expectClose, leakedTensors, pattern } from '../../testing/tensors.js';
import { EncodeDecodeIntra } from '../intra/encode-decode-intra.js';
import { projectedLevels, withoutComponent } from './gradient-projection.js';
import { noiseRounding, roundings } from './roundings.js';

interface Golden {
  step: number;
  coefficients: number[];
  gradient: number[];
  projected: number[];
}
const golden: Golden = JSON.parse(readFileSync(new URL('./fixtures/gradients.json', import.meta.url), 'utf8'));
const blocks = (values: number[]) => tf.tensor4d(values, [1, 1, 3, 64]);
const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, x, i) => sum + x * b[i], 0);

/** The gradient of <p, dequantised> to the coefficients and to the step. */
const gradients = (quantize: (c: tf.Tensor4D, s: tf.Tensor) => tf.Tensor, c: tf.Tensor4D, step: number, p: tf.Tensor) =>
  tf.tidy(() => {
    const f = (c: tf.Tensor, s: tf.Tensor) =>
      quantize(c as tf.Tensor4D, s)
        .mul(s)
        .mul(p)
        .sum()
        .asScalar();
    const [toCoefficients, toStep] = tf.grads(f)([c, tf.scalar(step)]);
    return { toCoefficients: toCoefficients.dataSync(), toStep: toStep.dataSync()[0] };
  });
const projected = (c: tf.Tensor4D, s: tf.Tensor) => projectedLevels(c, s, roundings.hard);
const straight = (c: tf.Tensor4D, s: tf.Tensor) => roundings.ste(c.div(s)) as tf.Tensor4D;

describe.each(presentEngines())('projected gradient on %s', (engine) => {
  beforeAll(async () => {
    await startEngine({ engine });
  });

  it('is the gradient less its least-squares fit by the error, as numpy computes it', () => {
    const c = blocks(golden.coefficients);
    const { toCoefficients } = gradients(projected, c, golden.step, blocks(golden.gradient));
    expectClose(toCoefficients, golden.projected, 1e-4);
    expectClose(toCoefficients.slice(64, 128), golden.gradient.slice(64, 128), 1e-6);
    expect([...projected(c, tf.scalar(golden.step)).dataSync()].map((x) => x + 0)).toEqual(
      golden.coefficients.map((x) => Math.round(x / golden.step) + 0),
    );
  });

  it('is 0 along the error, where finite differences of the quantiser are 0', () => {
    const c = blocks(golden.coefficients);
    // + 0: there are two zeros
    const levels = (x: tf.Tensor4D) => [...projected(x, tf.scalar(golden.step)).dataSync()].map((l) => l + 0);
    const error = tf.tensor4d(levels(c), c.shape).mul<tf.Tensor4D>(golden.step).sub<tf.Tensor4D>(c);
    for (const t of [0.25, 0.5, 1]) expect(levels(c.add(error.mul(t)))).toEqual(levels(c));
    const p = blocks(golden.gradient);
    const e = error.dataSync();
    const slope = dot(gradients(projected, c, golden.step, p).toCoefficients, e);
    expect(Math.abs(slope)).toBeLessThan(1e-2);
    // The straight-through estimator says that the quantiser follows.
    const followed = dot(gradients(straight, c, golden.step, p).toCoefficients, e);
    expect(followed).toBeCloseTo(dot(golden.gradient, e), 1);
    expect(Math.abs(followed)).toBeGreaterThan(10);
  });

  it('is that of the affine map with this projection, numerically', () => {
    const c = blocks(golden.coefficients);
    const error = golden.coefficients.map((x) => Math.round(x / golden.step) * golden.step - x);
    const v = direction(192, 4);
    // J v by its definition, of each block, in float64
    const jv = [0, 64, 128].flatMap((start) => {
      const [e, part] = [error.slice(start, start + 64), v.slice(start, start + 64)];
      const energy = dot(e, e);
      return Array.from(part, (x, i) => (energy === 0 ? x : x - (dot(e, part) / energy) * e[i]));
    });
    const at = (h: number) =>
      dot(
        golden.gradient,
        golden.coefficients.map((x, i) => x + error[i] + h * jv[i]),
      );
    const numeric = (at(0.5) - at(-0.5)) / 1;
    const analytic = dot(gradients(projected, c, golden.step, blocks(golden.gradient)).toCoefficients, v);
    expect(Math.abs(analytic - numeric)).toBeLessThan(1e-3);
  });

  it('leaves the gradient to the step straight-through, for one step and for one a frequency and image', () => {
    const c = blocks(golden.coefficients);
    const p = blocks(golden.gradient);
    const [ours, theirs] = [projected, straight].map((f) => gradients(f, c, golden.step, p).toStep);
    expect(ours / theirs).toBeCloseTo(1, 4);
    const images = tf.tensor4d(
      direction(2 * 2 * 2 * 128, 5).map((x) => 60 * x),
      [2, 2, 2, 128],
    );
    const steps = tf.tensor4d(
      direction(256, 6).map((x) => 10 + 3 * x),
      [2, 1, 1, 128],
    );
    const weights = tf.tensor4d(direction(images.size, 7), images.shape);
    const toSteps = (quantize: typeof projected) =>
      tf
        .grad((s: tf.Tensor) => quantize(images, s).mul(s).mul(weights).sum().asScalar())(steps)
        .dataSync();
    expectClose(toSteps(projected), toSteps(straight), 1e-3);
  });

  it('uses the error of the same draw where rounding is noise', () => {
    // With the error of another draw the gradient would not be orthogonal to this one.
    const c = blocks(golden.coefficients);
    let levels: ArrayLike<number> = [];
    const quantize = (x: tf.Tensor4D, s: tf.Tensor) => {
      const drawn = projectedLevels(x, s, noiseRounding(3));
      levels = drawn.dataSync();
      return drawn;
    };
    const { toCoefficients } = gradients(quantize, c, golden.step, blocks(golden.gradient));
    const error = golden.coefficients.map((x, i) => levels[i] * golden.step - x);
    for (const start of [0, 64, 128]) {
      const part = dot(toCoefficients.slice(start, start + 64), error.slice(start, start + 64));
      expect(Math.abs(part)).toBeLessThan(1e-2);
    }
  });

  it('leaves no tensors behind', () => {
    const [c, p] = [blocks(golden.coefficients), blocks(golden.gradient)];
    expect(leakedTensors(() => withoutComponent(p, c))).toBe(0);
    expect(leakedTensors(() => tf.tidy(() => projected(c, tf.scalar(3))))).toBe(0);
    expect(leakedTensors(() => ({ ...gradients(projected, c, 3, p), toCoefficients: [], toStep: 0 }))).toBe(0);
  });
});

describe('the real JPEG codec', () => {
  beforeAll(() => startEngine());

  it('is idempotent: its finite difference along its own error is 0, and so is the projected gradient there', () => {
    // odd: no level of this picture lies on a tie, which libjpeg's integer DCT may break the other way
    const QSTEP = 23;
    const code = (x: tf.Tensor4D) => {
      const pixels = { data: Uint8Array.from(x.dataSync()), width: 16, height: 16, channels: 1 as const };
      const { image } = simulateJpeg(pixels, { tables: flatTables(QSTEP) });
      return tf.tensor4d(Float32Array.from(image.data), [1, 16, 16, 1]);
    };
    // a picture that the codec need not clip
    const x = pattern(16, 16, 1).mul<tf.Tensor4D>(0.4).add<tf.Tensor4D>(70).round() as tf.Tensor4D;
    const y = code(x);
    expect([...code(y).dataSync()]).toEqual([...y.dataSync()]);
    const error = y.sub(x).dataSync();
    // along the error, as the squared error at the identity asks for
    const weights = y.sub(x);
    const along = (gradient: 'straight-through' | 'projected') => {
      const proxy = new EncodeDecodeIntra({ roundingFn: roundings.ste, forward: 'real', gradient });
      const loss = (image: tf.Tensor) =>
        proxy
          .apply(image as tf.Tensor4D, { qstep: QSTEP })
          .decoded.mul(weights)
          .sum()
          .asScalar();
      return dot(tf.grad(loss)(x).dataSync(), error);
    };
    const followed = along('straight-through');
    expect(followed / dot(error, error)).toBeCloseTo(1, 4);
    // What is left is what the decoder's rounding to whole pixel values adds to the error.
    expect(Math.abs(along('projected') / followed)).toBeLessThan(0.01);
  });
});
