import { tf } from '@sandwich/engine';
import { layersNetwork, type Network } from './network.js';
import { uniform } from './values.js';

const { layers } = tf;

/** A U-Net (Ronneberger et al., 2015) of three levels for images of 64x64. */
export function unet(batch: number): Network {
  const block = (x: tf.SymbolicTensor, name: string, filters: number) =>
    ['a', 'b'].reduce(
      (y, part) =>
        layers
          .conv2d({ name: `${name}_${part}`, filters, kernelSize: 3, padding: 'same', activation: 'relu' })
          .apply(y) as tf.SymbolicTensor,
      x,
    );
  const widths = [16, 32, 64];
  const skips: tf.SymbolicTensor[] = [];
  const input = tf.input({ shape: [64, 64, 3] });
  let x = input;
  for (const [level, filters] of widths.entries()) {
    skips.push(block(x, `down${level}`, filters));
    x = layers.maxPooling2d({ poolSize: 2, strides: 2 }).apply(skips[level]) as tf.SymbolicTensor;
  }
  x = block(x, 'bottom', 128);
  for (const level of [2, 1, 0]) {
    const filters = widths[level];
    const up = layers.conv2dTranspose({ name: `enlarge${level}`, filters, kernelSize: 2, strides: 2, padding: 'same' });
    const joined = layers.concatenate().apply([up.apply(x) as tf.SymbolicTensor, skips[level]]);
    x = block(joined as tf.SymbolicTensor, `up${level}`, filters);
  }
  const output = layers.conv2d({ name: 'head', filters: 3, kernelSize: 1 }).apply(x) as tf.SymbolicTensor;
  return layersNetwork(
    tf.model({ inputs: input, outputs: output }),
    { x: uniform('images', [batch, 64, 64, 3]), target: uniform('target', [batch, 64, 64, 3]) },
    (output, { target }) => tf.losses.meanSquaredError(target, output),
  );
}
