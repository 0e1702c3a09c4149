import { startEngine, tf } from '@sandwich/engine';
import { networkSize, UNet, type UNetOptions } from '@sandwich/unets';
import { beforeAll, describe, expect, it } from 'vitest';
import { Sandwich } from '../sandwich.js';
import { sandwichReach, unetReach } from './receptive-field.js';

beforeAll(async () => {
  await startEngine({ engine: 'cpu' });
});

const narrow = (levels: number, options: UNetOptions = {}): UNetOptions => ({
  encoderFilters: Array(levels).fill(1),
  decoderFilters: Array(levels + 1).fill(1),
  ...options,
});

/**
 * How far outputs look, found out: with kernels of ones and no activation that cuts anything off, the gradient of a block of outputs with
 * respect to the input is positive wherever they look.
 */
function measuredReach(options: UNetOptions): number {
  return tf.tidy(() => {
    const unet = new UNet({ ...options, inputChannels: 1, outputChannels: 1 });
    for (const [path, weight] of Object.entries(unet.parameters))
      weight.assign(path.endsWith('kernel') ? tf.ones(weight.shape) : tf.zeros(weight.shape));
    const { sizeMultiple } = unet;
    const at = 16 * sizeMultiple;
    const length = at + sizeMultiple + at;
    // One row of outputs would be as good: the network looks equally far along both axes.
    const block = (x: tf.Tensor) =>
      tf.sum(tf.slice(unet.apply(x as tf.Tensor4D), [0, 0, at, 0], [1, -1, sizeMultiple, 1]));
    const gradient = tf
      .grad(block)(tf.ones([1, sizeMultiple, length, 1]))
      .dataSync();
    const columns = Array.from({ length }, (_, x) => gradient[x] > 0);
    unet.dispose();
    return Math.max(at - columns.indexOf(true), columns.lastIndexOf(true) + 1 - at - sizeMultiple);
  });
}

describe('unetReach', () => {
  it.each<[string, UNetOptions]>([
    ['one level', narrow(1, { variant: 'textbook' })],
    ['two levels', narrow(2, { variant: 'textbook' })],
    ['three levels, one convolution a block', narrow(3, { variant: 'textbook', convolutionsPerBlock: 1 })],
    ['the published wiring', narrow(3, { variant: 'published' })],
    ['no levels', narrow(1, { variant: 'published', convolutionsPerBlock: 3 })],
  ])('is as far as gradients flow: %s', (_, options) => {
    const { encoderFilters, decoderFilters, variant, convolutionsPerBlock = 2 } = options as Required<UNetOptions>;
    expect(unetReach({ encoderFilters, decoderFilters, variant, convolutionsPerBlock })).toBe(measuredReach(options));
  });
});

describe('sandwichReach', () => {
  it('is nothing without networks and resampling', () => {
    const model = new Sandwich({ pre: null, post: null });
    expect(sandwichReach(model.architecture)).toEqual({ pre: 0, post: 0 });
    model.dispose();
  });

  it('adds resampling and loop filter', () => {
    const slim = networkSize('slim');
    const model = new Sandwich({ pre: slim, post: slim, downsampleFactor: 2, loopFilter: slim });
    const reach = unetReach(model.architecture.pre!);
    expect(sandwichReach(model.architecture)).toEqual({ pre: reach + 3, post: 2 * (Math.ceil(reach / 2) + 3 + reach) });
    model.dispose();
  });
});
