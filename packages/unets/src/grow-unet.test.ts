import { type StoredTensor, startEngine, storedTensors, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { growUNet } from './grow-unet.js';
import { randomUniform } from './random.js';
import { UNet, type UNetOptions } from './unet.js';

beforeAll(async () => {
  await startEngine();
});

const weightsOf = ({ parameters }: UNet) => storedTensors(parameters);

const assign = ({ parameters }: UNet, weights: Record<string, StoredTensor>) => {
  for (const [path, { shape, values }] of Object.entries(weights)) parameters[path].assign(tf.tensor(values, shape));
};

/** A network whose biases and modulations are not zero, either. */
function trained(options: UNetOptions): UNet {
  const unet = new UNet({ ...options, seed: 1 });
  Object.values(unet.parameters).forEach((weight, i) => {
    if (weight.rank === 1) weight.assign(tf.tensor(randomUniform(weight.size, -0.2, 0.2, i), weight.shape));
  });
  return unet;
}

const shallow: UNetOptions = { encoderFilters: [4], decoderFilters: [5, 3], variant: 'textbook' };
const deeper: UNetOptions = { encoderFilters: [4, 6], decoderFilters: [7, 8, 3], variant: 'textbook' };
const image = () => tf.tensor4d(randomUniform(16 * 16 * 3, 0, 1, 9), [1, 16, 16, 3]);

const expectClose = (values: ArrayLike<number>, expected: ArrayLike<number>) => {
  for (let i = 0; i < expected.length; i++) expect(values[i]).toBeCloseTo(expected[i], 5);
};

describe('growUNet', () => {
  it.each<[string, UNetOptions, UNetOptions, number | undefined]>([
    ['one pooling level deeper', shallow, deeper, undefined],
    [
      'three levels deeper',
      shallow,
      { ...deeper, encoderFilters: [4, 5, 6, 7], decoderFilters: [9, 8, 7, 6, 3] },
      undefined,
    ],
    [
      'from two levels to three, with one convolution in each block',
      { ...deeper, convolutionsPerBlock: 1 },
      { ...deeper, encoderFilters: [4, 6, 7], decoderFilters: [9, 10, 8, 3], convolutionsPerBlock: 1 },
      undefined,
    ],
    ['conditioned', { ...shallow, conditioned: true }, { ...deeper, conditioned: true }, 0.7],
  ])('makes what the shallower network makes: %s', (_, from, to, condition) => {
    const [small, large] = [trained(from), new UNet({ ...to, seed: 2 })];
    const told = condition === undefined ? undefined : tf.scalar(condition);
    const expected = small.apply(image(), told).dataSync();
    expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(0.1);
    assign(large, growUNet(weightsOf(small), weightsOf(large))!);
    expectClose(large.apply(image(), told).dataSync(), expected);
    for (const unet of [small, large]) unet.dispose();
  });

  it('grows a network without a condition to one that has it, which changes nothing yet', () => {
    const [small, large] = [trained(shallow), new UNet({ ...deeper, conditioned: true })];
    assign(large, growUNet(weightsOf(small), weightsOf(large))!);
    const expected = small.apply(image()).dataSync();
    expectClose(large.apply(image(), tf.scalar(2)).dataSync(), expected);
    for (const unet of [small, large]) unet.dispose();
  });

  it('leaves the way from below a gradient', () => {
    const [small, large] = [trained(shallow), new UNet({ ...deeper, seed: 2 })];
    assign(large, growUNet(weightsOf(small), weightsOf(large))!);
    const path = large.parameters['decoder1/conv0/kernel'];
    const { grads } = tf.variableGrads(() => large.apply(image()).square().sum().asScalar(), [path as tf.Variable]);
    const fromBelow = tf.slice(grads[path.name], [0, 0, 0, 0], [3, 3, 7, 5]);
    expect(tf.max(tf.abs(fromBelow)).dataSync()[0]).toBeGreaterThan(0.01);
    for (const unet of [small, large]) unet.dispose();
  });

  it.each<[string, UNetOptions, UNetOptions]>([
    ['as deep', shallow, shallow],
    ['shallower', deeper, shallow],
    ['of the published variant', { ...shallow, variant: 'published' }, deeper],
    ['with other blocks where both have some', shallow, { ...deeper, encoderFilters: [3, 6] }],
    ['with another last block', shallow, { ...deeper, decoderFilters: [7, 8, 4] }],
    ['too narrow where the shallower network is coarsest', shallow, { ...deeper, encoderFilters: [4, 4] }],
    ['too narrow behind it', shallow, { ...deeper, decoderFilters: [7, 4, 3] }],
    ['with more convolutions in a block', shallow, { ...deeper, convolutionsPerBlock: 3 }],
    ['for images of other channels', shallow, { ...deeper, inputChannels: 1 }],
    ['that makes other channels', shallow, { ...deeper, outputChannels: 1 }],
  ])('does not grow to a network %s', (_, from, to) => {
    const [small, large] = [new UNet(from), new UNet(to)];
    expect(growUNet(weightsOf(small), weightsOf(large))).toBeUndefined();
    for (const unet of [small, large]) unet.dispose();
  });
});
