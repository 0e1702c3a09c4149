import { FrozenConvolution, type StoredTensor, tf } from '@sandwich/engine';
import { foldBatchNorm } from './fold-batch-norm.js';
import type { FrozenNetwork } from './frozen-network.js';
import { imagenetNormalization, overDeviation } from './normalization.js';
import { convolutionsOf, type ResNet, resnetFeatures } from './resnet.js';

/**
 * A residual network with frozen weights, each batch normalisation folded into its convolution.
 *
 * @param tensors those of `resnetShapes`
 */
export function frozenResNet(net: ResNet, tensors: Record<string, StoredTensor>): FrozenNetwork {
  const { mean, deviation } = imagenetNormalization;
  const frozen = Object.fromEntries(
    convolutionsOf(net).map(({ name, norm, stride }) => {
      const { kernel, bias } = foldBatchNorm(tensors[`${name}.weight`], {
        weight: tensors[`${norm}.weight`],
        bias: tensors[`${norm}.bias`],
        mean: tensors[`${norm}.running_mean`],
        variance: tensors[`${norm}.running_var`],
      });
      const first = name === net.stem.name;
      const scaled = first ? overDeviation(kernel, deviation) : kernel;
      return [name, new FrozenConvolution({ kernel: scaled, bias, stride, padding: 1 })];
    }),
  );
  const { shape, values } = tensors['linear.weight'];
  const [weight, bias] = tf.tidy(() => [
    tf.keep(tf.tensor2d(values, shape as [number, number])),
    tf.keep(tf.tensor1d(tensors['linear.bias'].values)),
  ]);
  return {
    classes: shape[0],
    smallestSide: 1,
    logits(images) {
      const features = resnetFeatures(net, tf.sub(images, mean), (x, { name }, activation) =>
        frozen[name].apply(x, activation),
      );
      return tf.add(tf.matMul(features, weight as tf.Tensor2D, false, true), bias);
    },
    dispose() {
      for (const each of Object.values(frozen)) each.dispose();
      tf.dispose([weight, bias]);
    },
  };
}
