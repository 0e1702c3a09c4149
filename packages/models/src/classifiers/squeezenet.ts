import { FrozenConvolution, type StoredTensor, tf } from '@sandwich/engine';
import type { FrozenNetwork } from './frozen-network.js';
import { imagenetNormalization, overDeviation } from './normalization.js';

interface Convolution {
  name: string;
  inputs: number;
  outputs: number;
  size: 1 | 3;
  stride: 1 | 2;
  padding: 0 | 1;
}

/** A 1x1 convolution, then a 1x1 and a 3x3 beside each other. */
interface Fire {
  squeeze: Convolution;
  expand: [Convolution, Convolution];
}

const CLASSES = 1000;

const convolution = (name: string, inputs: number, outputs: number, size: 1 | 3): Convolution => ({
  name,
  inputs,
  outputs,
  size,
  stride: 1,
  padding: size === 3 ? 1 : 0,
});

function fire(number: number, inputs: number, squeezed: number, expanded: number): Fire {
  const name = `features.${number}`;
  return {
    squeeze: convolution(`${name}.squeeze`, inputs, squeezed, 1),
    expand: [
      convolution(`${name}.expand1x1`, squeezed, expanded, 1),
      convolution(`${name}.expand3x3`, squeezed, expanded, 3),
    ],
  };
}

const stem: Convolution = { ...convolution('features.0', 3, 64, 3), stride: 2, padding: 0 };
/** Fire modules, a maximum over 3x3 before each group of them. */
const groups: readonly (readonly Fire[])[] = [
  [fire(3, 64, 16, 64), fire(4, 128, 16, 64)],
  [fire(6, 128, 32, 128), fire(7, 256, 32, 128)],
  [fire(9, 256, 48, 192), fire(10, 384, 48, 192), fire(11, 384, 64, 256), fire(12, 512, 64, 256)],
];
const last = convolution('classifier.1', 512, CLASSES, 1);

const convolutions: readonly Convolution[] = [
  stem,
  ...groups.flat().flatMap(({ squeeze, expand }) => [squeeze, ...expand]),
  last,
];

/** Names and shapes of the tensors in torchvision. */
export const squeezeNetShapes: Record<string, number[]> = Object.fromEntries(
  convolutions.flatMap(({ name, inputs, outputs, size }) => [
    [`${name}.weight`, [outputs, inputs, size, size]],
    [`${name}.bias`, [outputs]],
  ]),
);

/** The shortest side of which each pool has a pixel to look at. */
export const SQUEEZENET_SMALLEST_SIDE = 17;

/** The maximum over 3x3 at every second pixel; one that hangs over the edge counts, and sees zeros there, as after a ReLU nothing is less. */
function maxPool(x: tf.Tensor4D): tf.Tensor4D {
  const [, height, width] = x.shape;
  const missing = [height, width].map((length) => (length - 1) & 1);
  const padded = missing.includes(1) ? tf.pad(x, [[0, 0], [0, missing[0]], [0, missing[1]], [0, 0]]) : x; // biome-ignore format: one line
  return tf.maxPool(padded, 3, 2, 'valid');
}

/**
 * SqueezeNet 1.1 of torchvision, with frozen weights.
 *
 * Source: F. Iandola, S. Han, M. Moskewicz, K. Ashraf, W. Dally, K. Keutzer, "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters",
 * 2016; version 1.1 of its code.
 *
 * @param tensors those of `squeezeNetShapes`
 */
export function frozenSqueezeNet(tensors: Record<string, StoredTensor>): FrozenNetwork {
  const { mean, deviation } = imagenetNormalization;
  const frozen = Object.fromEntries(
    convolutions.map(({ name, stride, padding }) => {
      const weight = tensors[`${name}.weight`];
      const kernel = name === stem.name ? overDeviation(weight, deviation) : weight;
      return [name, new FrozenConvolution({ kernel, bias: tensors[`${name}.bias`], stride, padding })];
    }),
  );
  const convolve = (x: tf.Tensor4D, { name }: Convolution) => frozen[name].apply(x, 'relu');
  return {
    classes: CLASSES,
    smallestSide: SQUEEZENET_SMALLEST_SIDE,
    logits(images: tf.Tensor4D): tf.Tensor2D {
      let x = convolve(tf.sub(images, mean), stem);
      for (const group of groups) {
        x = maxPool(x);
        for (const { squeeze, expand } of group) {
          const squeezed = convolve(x, squeeze);
          x = tf.concat(expand.map((each) => convolve(squeezed, each)), 3); // biome-ignore format: one line
        }
      }
      return tf.mean(convolve(x, last), [1, 2]);
    },
    dispose() {
      for (const each of Object.values(frozen)) each.dispose();
    },
  };
}
