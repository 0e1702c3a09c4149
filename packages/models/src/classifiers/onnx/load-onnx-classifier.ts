import { readFile } from 'node:fs/promises';
import { tf, valuesOf } from '@sandwich/engine';
import type { FrozenNetwork } from '../frozen-network.js';
import { networkRecogniser } from '../network-recogniser.js';
import { imagenetNormalization, type Normalization } from '../normalization.js';
import type { Recogniser } from '../recogniser.js';
import { OnnxNetwork } from './onnx-network.js';

/** Where a classifier comes from. */
export interface OnnxClassifierOptions {
  /** An .onnx file, with its weights within. */
  model: string;
  /** What it is called, default the file. */
  name?: string;
  /** What is done to images in [0, 255] before the network sees them; default that of torchvision, of ImageNet's mean and deviation. */
  normalization?: Normalization;
}

/** What the input of a network is, as far as its file says: a number that is undefined may be any. */
interface ImageLayout {
  batch?: number;
  height?: number;
  width?: number;
  /** Whether images are [B,3,H,W]; else [B,H,W,3]. */
  channelsFirst: boolean;
}

function layoutOf({ input: { name, shape } }: OnnxNetwork): ImageLayout {
  const channelsFirst = shape?.[1] === 3 || shape?.[3] !== 3;
  const [batch, ...sizes] = shape ?? [];
  const [height, width] = channelsFirst ? sizes.slice(1) : sizes;
  const channels = channelsFirst ? sizes[0] : 3;
  if (shape && (shape.length !== 4 || (typeof channels === 'number' && channels !== 3))) {
    throw new Error(`its input '${name}' must hold RGB images, [B,3,H,W] or [B,H,W,3], got [${shape}]`);
  }
  const fixed = (size: number | string | undefined) => (typeof size === 'number' ? size : undefined);
  return { batch: fixed(batch), height: fixed(height), width: fixed(width), channelsFirst };
}

/** Scores [B,classes] of normalised images [B,H,W,3]. */
function scoresOf(network: OnnxNetwork, { batch, channelsFirst }: ImageLayout, images: tf.Tensor4D): tf.Tensor2D {
  const given = channelsFirst ? tf.transpose(images, [0, 3, 1, 2]) : images;
  const [count] = images.shape;
  const each = batch ?? count;
  if (count % each !== 0) throw new RangeError(`the model takes ${each} images at a time, got ${count}`);
  const parts = count === each ? [given] : tf.split(given, count / each);
  const outputs = parts.map((part) => {
    const output = network.run(part);
    const [rows, classes, ...rest] = output.shape;
    if (rows !== each || !(classes > 1) || rest.some((length) => length !== 1)) {
      throw new RangeError(`it gives [${output.shape}] for ${each} images, expected [${each},classes]`);
    }
    return tf.reshape<tf.Rank.R2>(output, [rows, classes]);
  });
  return outputs.length === 1 ? outputs[0] : tf.concat(outputs);
}

/** Sides that are tried where the file does not fix them, least first: powers of two, and the usual one of ImageNet's classifiers. */
const SIDES = [1, 2, 4, 8, 16, 32, 64, 128, 224, 256, 384, 512];

/** The number of classes for images of a side, or why there is none. */
function tryOut(
  network: OnnxNetwork,
  layout: ImageLayout,
  { batch = 1, height = SIDES[0], width = SIDES[0] }: Pick<ImageLayout, 'batch' | 'height' | 'width'>,
): number | Error {
  try {
    const scores = valuesOf(() => scoresOf(network, layout, tf.zeros([batch, height, width, 3])));
    // Where windows find nothing there are means of nothing.
    if (scores.every(Number.isFinite)) return scores.length / batch;
    return new Error(`it gives scores that are not finite for black images of ${height} x ${width}`);
  } catch (error) {
    return error as Error;
  }
}

/** Runs the network on black images, of the smallest side for which it has an answer. */
function measure(network: OnnxNetwork, layout: ImageLayout): { classes: number; smallestSide: number } {
  const { batch, height, width } = layout;
  const at = (side: number) => tryOut(network, layout, { batch, height: height ?? side, width: width ?? side });
  let reason: Error | undefined;
  let [tooSmall, smallest, classes] = [0, 0, 0];
  for (const side of SIDES) {
    const answer = at(side);
    if (typeof answer === 'number') {
      [smallest, classes] = [side, answer];
      break;
    }
    [tooSmall, reason] = [side, answer];
    if (height !== undefined && width !== undefined) break;
  }
  if (classes === 0) throw reason;
  while (smallest - tooSmall > 1) {
    const middle = Math.floor((smallest + tooSmall) / 2);
    if (typeof at(middle) === 'number') smallest = middle;
    else tooSmall = middle;
  }
  return { classes, smallestSide: Math.min(height ?? smallest, width ?? smallest) };
}

/**
 * Loads a classifier from an ONNX model, as `torch.onnx.export` writes it of torchvision's classifiers: one input of RGB images, [B,3,H,W] or
 * [B,H,W,3], and scores of classes as its first output. Versions 11 to 18 of ONNX's operators are understood. The graph becomes ops of
 * TensorFlow.js, so that it is differentiable to the images. A model for batches of a fixed size is run several times for larger ones.
 *
 * @throws Error naming the file and what is wrong: no ONNX model, an operator that is not supported (with the node), other inputs or outputs, or
 * a node that cannot be computed
 * @example
 * const classifier = await loadOnnxClassifier({ model: 'mobilenet_v2.onnx' });
 * const scores = classifier.apply(images);
 */
export async function loadOnnxClassifier(options: OnnxClassifierOptions): Promise<Recogniser> {
  const { model, name = model, normalization = imagenetNormalization } = options;
  const { mean, deviation } = normalization;
  if ([mean, deviation].some(({ length }) => length !== 3) || deviation.includes(0)) {
    throw new RangeError(
      `loadOnnxClassifier: normalization needs three numbers each, and none by 0, got [${mean}] and [${deviation}]`,
    );
  }
  let network: OnnxNetwork | undefined;
  try {
    network = new OnnxNetwork(await readFile(model));
    const loaded = network;
    const layout = layoutOf(loaded);
    const { height, width } = layout;
    const frozen: FrozenNetwork = {
      ...measure(loaded, layout),
      logits(images) {
        const [, h, w] = images.shape;
        if ((height ?? h) !== h || (width ?? w) !== w) {
          throw new RangeError(`${name}: images must be ${height ?? h} x ${width ?? w}, got ${h} x ${w}`);
        }
        return scoresOf(loaded, layout, tf.div(tf.sub(images, mean), deviation));
      },
      dispose: () => loaded.dispose(),
    };
    return networkRecogniser(name, frozen);
  } catch (error) {
    network?.dispose();
    throw new Error(`loadOnnxClassifier: ${model} cannot be used: ${(error as Error).message}`, { cause: error });
  }
}
