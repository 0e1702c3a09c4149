import {
  type CodecForward,
  EncodeDecodeIntra,
  type EncodeDecodeIntraOptions,
  type ProxyGradient,
  type RealCodec,
  roundings,
} from '@sandwich/codec-proxy';
import { flatTables, lumaBt601, priceOfBit, simulateJpeg } from '@sandwich/codecs';
import { loadImage } from '@sandwich/data';
import { tf } from '@sandwich/engine';
import { adam, cosineDecay, descend } from '@sandwich/trainer';

/** Rates by name: what their gradient looks at. */
export const rates = {
  gaussian: { useJpegRateModel: false, rateOf: 'rounded' },
  rounded: { useJpegRateModel: true, rateOf: 'rounded' },
  unrounded: { useJpegRateModel: true, rateOf: 'unrounded' },
} as const satisfies Record<string, EncodeDecodeIntraOptions>;
export type RateName = keyof typeof rates;

const SIDE = 256;
const OFFSET = 128;

/** Luma of 256x256 pixels of each photograph, from (128, 128) on, as whole numbers, [N, 256, 256, 1]. */
export async function lumaCrops(paths: readonly string[]): Promise<tf.Tensor4D> {
  const crops: tf.Tensor3D[] = [];
  for (const path of paths) {
    const { data, width, height } = lumaBt601(await loadImage(path));
    if (width < OFFSET + SIDE || height < OFFSET + SIDE) {
      throw new Error(`${path} has ${width} x ${height} pixels; crops take ${OFFSET + SIDE} each way`);
    }
    const luma = Float32Array.from({ length: SIDE * SIDE }, (_, i) => {
      const [y, x] = [Math.floor(i / SIDE), i % SIDE];
      return data[(y + OFFSET) * width + x + OFFSET];
    });
    crops.push(tf.tensor3d(luma, [SIDE, SIDE, 1]));
  }
  return tf.tidy(() => tf.stack(crops) as tf.Tensor4D);
}

/** How a codec stands at a price of bits. */
export interface TrialCodec {
  /** JPEG with flat tables of the step, or another codec at the quality that costs least at the price. */
  forward: 'real' | CodecForward;
  bitsPerPixel: number;
}

const proxyOf = (q: number, options: EncodeDecodeIntraOptions): EncodeDecodeIntra =>
  new EncodeDecodeIntra({ roundingFn: roundings.ste, qstepInit: q, trainQstep: false, ...options });

/** Squared error plus the price of the bits of the real file, of each image. */
function costs(proxy: EncodeDecodeIntra, pixels: tf.Tensor4D, originals: tf.Tensor4D, q: number) {
  const { decoded, rate } = proxy.apply(pixels);
  return {
    costs: decoded
      .sub(originals)
      .square()
      .sum([1, 2, 3])
      .add(rate.mul(priceOfBit(q))),
    rate,
  };
}

/** Finds how a codec codes the crops at the price of bits at which `q` is the balanced step. */
export function trialCodec(crops: tf.Tensor4D, q: number, codec: RealCodec | null, qualities: number[]): TrialCodec {
  const candidates = codec ? qualities.map((quality) => ({ codec, quality })) : (['real'] as const);
  const measured = candidates.map((forward) => {
    const [cost, bits] = tf.tidy(() => {
      const result = costs(proxyOf(q, { forward }), crops, crops, q);
      return [result.costs, result.rate].map((values) => values.sum().dataSync()[0]);
    });
    return { forward, cost, bits };
  });
  const { forward, bits } = measured.reduce((best, one) => (one.cost < best.cost ? one : best));
  return { forward, bitsPerPixel: (bits * crops.shape[3]) / crops.size };
}

/**
 * What the real JPEG files cost where the encoder chooses their levels by rate and distortion, for each image. Distortion is that to the pixels which it is
 * given; costs count that to the originals.
 */
export function trellisCosts(pixels: tf.Tensor4D, originals: tf.Tensor4D, q: number): number[] {
  const options = { tables: flatTables(q), optimizeHuffman: true, trellis: priceOfBit(q) };
  const [images, targets] = [pixels, originals].map((x) => tf.unstack(x).map((image) => image.dataSync<'float32'>()));
  return images.map((values, i) => {
    const data = new Uint8Array(Uint8ClampedArray.from(values).buffer);
    const { image, size } = simulateJpeg({ data, width: SIDE, height: SIDE, channels: 1 }, options);
    const squares = image.data.reduce((sum, x, j) => sum + (x - targets[i][j]) ** 2, 0);
    return squares + priceOfBit(q) * 8 * size;
  });
}

export interface TrialOptions {
  q: number;
  forward: TrialCodec['forward'];
  gradient: ProxyGradient;
  rate: RateName;
  steps: number;
  learningRate: number;
  /** Lets the learning rate fall to nothing along a cosine. */
  falling: boolean;
}

/** Real costs over those of the plain files of the crops as they are. */
export interface TrialResult {
  /** After the descent, mean of all crops. */
  mean: number;
  /** The same where the encoder searches the levels of JPEG files, after the descent and without it. */
  trellis?: { after: number; alone: number };
  /** Cost of all crops together, before each step and at the end. */
  curve: number[];
}

/** Moves the pixels of the crops down the gradient of what their real files cost. */
export async function descentTrial(crops: tf.Tensor4D, options: TrialOptions): Promise<TrialResult> {
  const { q, forward, gradient, rate, steps, learningRate, falling } = options;
  const proxy = proxyOf(q, { ...rates[rate], forward, gradient });
  const pixels = tf.tidy(() => tf.variable(crops));
  const realCosts = () => tf.tidy(() => costs(proxy, pixels as tf.Tensor4D, crops, q).costs.dataSync());
  const before = realCosts();
  const losses = await descend(
    { pixels },
    () =>
      costs(proxy, pixels as tf.Tensor4D, crops, q)
        .costs.sum()
        .asScalar(),
    {
      optimizer: adam({ learningRate: falling ? cosineDecay(learningRate, steps) : learningRate }),
      steps,
    },
  );
  const after = realCosts();
  const mean = (values: ArrayLike<number>) => sum(Array.from(values, (cost, i) => cost / before[i])) / before.length;
  const trellis =
    forward === 'real'
      ? {
          after: mean(trellisCosts(pixels as tf.Tensor4D, crops, q)),
          alone: mean(trellisCosts(crops, crops, q)),
        }
      : undefined;
  tf.dispose(pixels);
  proxy.dispose();
  return { mean: mean(after), trellis, curve: [...losses, sum(after)].map((loss) => loss / losses[0]) };
}

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);
