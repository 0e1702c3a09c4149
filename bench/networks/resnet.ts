import { tf } from '@sandwich/engine';
import { classifier, type Network } from './network.js';

const { layers } = tf;

/** ResNet-20 for CIFAR-10 (He et al., 2016) with 1x1 convolutions where the shape changes. */
export function resnet(batch: number): Network {
  const convolve = (x: tf.SymbolicTensor, name: string, filters: number, kernelSize: number, strides: number) => {
    const convolution = layers.conv2d({ name, filters, kernelSize, strides, padding: 'same', useBias: false });
    const y = convolution.apply(x);
    return layers
      .batchNormalization({ name: `${name}_norm`, momentum: 0.9, epsilon: 1e-5 })
      .apply(y) as tf.SymbolicTensor;
  };
  const relu = (x: tf.SymbolicTensor) => layers.activation({ activation: 'relu' }).apply(x) as tf.SymbolicTensor;
  const input = tf.input({ shape: [32, 32, 3] });
  let x = relu(convolve(input, 'stem', 16, 3, 1));
  for (const [stage, filters] of [16, 32, 64].entries()) {
    for (let block = 0; block < 3; block++) {
      const name = `stage${stage}_block${block}`;
      const strides = stage > 0 && block === 0 ? 2 : 1;
      const hidden = relu(convolve(x, `${name}_a`, filters, 3, strides));
      const residual = convolve(hidden, `${name}_b`, filters, 3, 1);
      const shortcut = strides === 2 ? convolve(x, `${name}_skip`, filters, 1, 2) : x;
      x = relu(layers.add().apply([residual, shortcut]) as tf.SymbolicTensor);
    }
  }
  return classifier(batch, input, x);
}
