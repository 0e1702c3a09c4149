import { readFileSync } from 'node:fs';
import { startEngine, tf } from '@sandwich/engine';
import { checkGradient } from '@sandwich/engine/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkVariableGradients } from '../../../testing/check-variable-gradients.js';
import { Sandwich } from '../sandwich.js';
import { ColorDemodulator, ColorModulator } from './color-carrier.js';

beforeAll(() => startEngine());

const fixture = JSON.parse(readFileSync(new URL('fixtures/color-carrier.json', import.meta.url), 'utf8')) as {
  height: number;
  width: number;
  picture: number[];
  bottleneck: number[];
  restored: number[];
};

const alone = () => new Sandwich({ bottleneckChannels: 1, pre: null, post: null, startFrom: 'carrier' });

function expectClose(actual: ArrayLike<number>, expected: number[], within: number) {
  expect(actual.length).toBe(expected.length);
  expect(Math.max(...expected.map((value, i) => Math.abs(actual[i] - value)))).toBeLessThan(within);
}

describe('a colour carrier', () => {
  it('is the code that NumPy computes', () => {
    const { height, width } = fixture;
    const model = alone();
    const [bottleneck, restored] = tf.tidy(() => {
      const sent = model.preprocess(tf.tensor4d(fixture.picture, [1, height, width, 3]));
      const received = model.postprocess(tf.clipByValue(tf.round(sent), 0, 255), { height, width });
      return [sent.dataSync<'float32'>(), received.dataSync<'float32'>()];
    });
    expectClose(bottleneck, fixture.bottleneck, 1e-3);
    expectClose(restored, fixture.restored, 1e-3);
    model.dispose();
  });

  it('carries areas of one colour without loss, up to the edges', () => {
    const model = alone();
    const color = [200, 90, 40];
    const restored = tf.tidy(() => {
      const image = tf.tile(tf.tensor4d([[[color]]]), [1, 16, 16, 1]);
      return model.postprocess(model.preprocess(image), { height: 16, width: 16 }).dataSync<'float32'>();
    });
    for (const [i, value] of restored.entries()) expect(Math.abs(value - color[i % 3])).toBeLessThan(1e-3);
    model.dispose();
  });

  it.each([
    ['modulator', () => new ColorModulator(), 3],
    ['demodulator', () => new ColorDemodulator(), 1],
  ] as const)('has the gradient of its numbers: %s', (_, create, channels) => {
    const carrier = create();
    const x = tf.randomNormal([1, 8, 10, channels], 0, 0.5, 'float32', 3) as tf.Tensor4D;
    checkGradient((images: tf.Tensor4D) => carrier.apply(images), x);
    checkVariableGradients(carrier.parameters, () => carrier.apply(x), 0.01);
    tf.dispose([x, ...Object.values(carrier.parameters)]);
  });

  it.each([
    [{ bottleneckChannels: 3 }, '3 through 3 through 3'],
    [{ bottleneckChannels: 1, downsampleFactor: 2 }, '2 and 0'],
    [{ bottleneckChannels: 1, truncateBits: 4 }, '1 and 4'],
    [{ bottleneckChannels: 1, transform: 'yuv' as const }, 'got yuv and false'],
    [{ bottleneckChannels: 1, startFromTransform: true }, 'got null and true'],
  ])('is refused with %o', (options, got) => {
    expect(() => new Sandwich({ ...options, pre: null, post: null, startFrom: 'carrier' })).toThrow(got);
  });
});
