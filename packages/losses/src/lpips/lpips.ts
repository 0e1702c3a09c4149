import { FrozenConvolution, inFloat32, type StoredTensor, tf, warnOfUnitRange } from '@sandwich/engine';
import { checkImagePair } from '../check-image-pair.js';
import {
  backbones,
  convolutionsOf,
  inputDeviation,
  inputMean,
  type Layer,
  type LpipsNet,
  smallestSide,
} from './backbones.js';
import { featureDistance } from './feature-distance.js';
import { type LpipsWeightsOptions, readLpipsWeights } from './lpips-weights.js';

/** Learned perceptual distance of image pairs; holds the network's weights until `dispose`. */
export interface Lpips {
  /** [B,H,W,3] in [0, 255] each to [B]: 0 for equal images, more for less similar ones. Differentiable to both. */
  (a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor1D;
  /** The terms that the distance is the sum of, [B,layers]. */
  layers(a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor2D;
  /** Frees the weights. */
  dispose(): void;
}

/** Where a window hangs over the edge it sees zeros, which features after a ReLU never fall below. */
function maxPool(x: tf.Tensor4D, { size, roundUp }: Extract<Layer, { op: 'maxPool' }>): tf.Tensor4D {
  const [, height, width] = x.shape;
  const missing = [height, width].map((length) => (roundUp ? (length - size) & 1 : 0));
  const padded = missing.some((count) => count > 0)
    ? tf.pad(x, [
        [0, 0],
        [0, missing[0]],
        [0, missing[1]],
        [0, 0],
      ])
    : x;
  return tf.maxPool(padded, size, 2, 'valid');
}

/** Features at each tap of a backbone, after their ReLU; the deviation of the input is in the first kernel. */
function featuresOf(
  images: tf.Tensor4D,
  layers: readonly Layer[],
  convolutions: Record<string, FrozenConvolution>,
): tf.Tensor4D[] {
  const activate = (x: tf.Tensor4D, { name }: { name: string }) => convolutions[name].apply(x, 'relu');
  const taps: tf.Tensor4D[] = [];
  let x: tf.Tensor4D = tf.sub(images, inputMean);
  for (const layer of layers) {
    if (layer.op === 'convolution') x = activate(x, layer);
    else if (layer.op === 'maxPool') x = maxPool(x, layer);
    else if (layer.op === 'fire') {
      const squeezed = activate(x, layer.squeeze);
      x = tf.concat(
        layer.expand.map((expand) => activate(squeezed, expand)),
        3,
      );
    } else taps.push(x);
  }
  return taps;
}

/**
 * Loads LPIPS, a distance of images that agrees with what people see: features of a network for image classification, each
 * pixel's scaled to length 1, squared differences weighed by channel, averaged over the image and summed over the layers.
 * Source: R. Zhang, P. Isola, A. Efros, E. Shechtman, O. Wang, "The unreasonable effectiveness of deep features as a perceptual
 * metric", 2018, version 0.1 of the published code.
 *
 * @param options.weights See `data/make-lpips-weights.py`, which makes the files.
 * @throws Error naming the file and what is wrong with it. The distance throws RangeError when the shapes differ, there are not
 * three channels, or the images are too small for the network.
 * @example
 * const lpips = await loadLpips({ net: 'alex', weights: 'lpips-alex.safetensors' });
 * const { value, grads } = tf.variableGrads(() => lpips(model.apply(images).prediction, images).mean());
 * lpips.dispose();
 */
export async function loadLpips(options: LpipsWeightsOptions): Promise<Lpips> {
  const { net } = options;
  const stored = await readLpipsWeights(options);
  const convolutions: Record<string, FrozenConvolution> = Object.fromEntries(
    backbones[net].flatMap(convolutionsOf).map((layer) => {
      const { kernel, bias } = stored.convolutions[layer.name];
      const scaled = layer.inputs === 3 ? overDeviation(kernel) : kernel;
      return [layer.name, new FrozenConvolution({ ...layer, kernel: scaled, bias })];
    }),
  );
  const heads = stored.heads.map(({ values }) => tf.keep(tf.tensor1d(values)));
  const smallest = smallestSide(net);

  const layers = (a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor2D => {
    checkInputs(net, a, b, smallest);
    warnOfUnitRange('lpips', [a, b]);
    const distances = () => {
      const [features, others] = [a, b].map((images) => featuresOf(images, backbones[net], convolutions));
      return tf.stack(
        features.map((f, i) => featureDistance(f, others[i], heads[i])),
        1,
      ) as tf.Tensor2D;
    };
    return tf.tidy(() => inFloat32(distances));
  };
  const distance = (a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor1D => tf.tidy(() => tf.sum<tf.Tensor1D>(layers(a, b), 1));
  return Object.assign(distance, {
    layers,
    dispose() {
      for (const convolution of Object.values(convolutions)) convolution.dispose();
      tf.dispose(heads);
    },
  });
}

/** The kernel of the first convolution, OIHW, for images that are not divided by `inputDeviation`. */
function overDeviation({ shape, values }: StoredTensor): StoredTensor {
  const [, channels, height, width] = shape;
  const channelOf = (i: number) => Math.floor(i / (height * width)) % channels;
  return { shape, values: Float32Array.from(values, (value, i) => value / inputDeviation[channelOf(i)]) };
}

function checkInputs(net: LpipsNet, a: tf.Tensor4D, b: tf.Tensor4D, smallest: number): void {
  checkImagePair('lpips', a, b);
  const [, height, width, channels] = a.shape;
  if (channels !== 3) throw new RangeError(`lpips: images must have 3 channels, got ${channels}`);
  if (Math.min(height, width) < smallest)
    throw new RangeError(
      `lpips: images must be at least ${smallest} x ${smallest} for ${net}, got ${height} x ${width}`,
    );
}
