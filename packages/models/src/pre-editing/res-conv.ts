import type { NetworkDescription } from '../networks/operations.js';

/** What a pre-editing network is. */
export interface ResConvOptions {
  /** Channels of its middle; published are 64. The last layers but one have twice as many. */
  features: number;
}

const COLOURS = 3;

/**
 * The published pre-editing network, `ResConvLayer([64, 64, 64, 64, 128, 128, 3])`: two residual units and a convolution, around which the first
 * features are added, then three convolutions. Its output is the edited picture itself.
 */
export const resConv = ({ features }: ResConvOptions): NetworkDescription =>
  function network(operations, x) {
    const { convolution, batchNorm, activation, add } = operations;
    const wide = 2 * features;
    const same = (name: string) => ({ name, size: 3, inputs: features, outputs: features });
    const norm = (name: string) => ({ name, channels: features });
    type Value = typeof x;
    const unit = (input: Value, name: string): Value => {
      const first = batchNorm(convolution(input, same(`${name}/conv1`)), norm(`${name}/norm1`));
      const second = convolution(activation(first, 'leaky-relu'), same(`${name}/conv2`));
      return add(batchNorm(activation(second, 'relu'), norm(`${name}/norm2`)), input);
    };
    const leaky = (input: Value) => activation(input, 'leaky-relu');
    const first = leaky(convolution(x, { name: 'conv1', size: 7, inputs: COLOURS, outputs: features }));
    const units = unit(unit(first, 'unit1'), 'unit2');
    const middle = add(batchNorm(convolution(units, same('conv2')), norm('norm')), first);
    const third = leaky(convolution(middle, { name: 'conv3', size: 3, inputs: features, outputs: wide }));
    const fourth = leaky(convolution(third, { name: 'conv4', size: 3, inputs: wide, outputs: wide }));
    return convolution(fourth, { name: 'conv5', size: 7, inputs: wide, outputs: COLOURS });
  };
