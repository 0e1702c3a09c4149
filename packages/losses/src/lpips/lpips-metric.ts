import { loadOnnxRuntime } from '../onnx/load-onnx-runtime.js';
import { smallestSide } from './backbones.js';
import { lpipsOnnx } from './lpips-onnx.js';
import { type LpipsWeightsOptions, readLpipsWeights } from './lpips-weights.js';

/** A decoded RGB picture, samples by rows. */
export interface RgbPicture {
  data: ArrayLike<number>;
  width: number;
  height: number;
}

/** LPIPS by ONNX Runtime, independent of the tensor engine. */
export interface LpipsMetric {
  /** Pictures must be at least so wide and high. */
  readonly smallestSide: number;
  /**
   * Distances of pictures to a reference of the same size.
   *
   * @throws RangeError when sizes differ or are too small for the network.
   */
  measure(reference: RgbPicture, pictures: readonly RgbPicture[]): Promise<number[]>;
  /** Frees the network. */
  release(): Promise<void>;
}

/** Values of a batch that keep the memory for features of large pictures low. */
const BATCH_VALUES = 3 * 2 ** 21;

/**
 * Loads LPIPS as a metric for evaluation: the same network as `loadLpips`, written as an ONNX model and run by
 * onnxruntime-node.
 *
 * @throws Error for unusable weights, as `loadLpips`; or saying what to install when onnxruntime-node is missing.
 */
export async function loadLpipsMetric(options: LpipsWeightsOptions): Promise<LpipsMetric> {
  const weights = await readLpipsWeights(options);
  const { InferenceSession, Tensor } = await loadOnnxRuntime();
  const session = await InferenceSession.create(lpipsOnnx(options.net, weights), { logSeverityLevel: 3 });
  const smallest = smallestSide(options.net);

  const toTensor = (pictures: readonly RgbPicture[], { width, height }: RgbPicture) => {
    const size = 3 * width * height;
    const values = new Float32Array(pictures.length * size);
    for (const [i, { data }] of pictures.entries()) values.set(data, i * size);
    return new Tensor('float32', values, [pictures.length, height, width, 3]);
  };
  return {
    smallestSide: smallest,
    async measure(reference, pictures) {
      checkPictures(reference, pictures, smallest);
      const distances: number[] = [];
      const batch = Math.max(1, Math.floor(BATCH_VALUES / (3 * reference.width * reference.height)));
      for (let i = 0; i < pictures.length; i += batch) {
        const feeds = {
          reference: toTensor([reference], reference),
          images: toTensor(pictures.slice(i, i + batch), reference),
        };
        const { distance } = await session.run(feeds, ['distance']);
        distances.push(...(distance.data as Float32Array));
      }
      return distances;
    },
    release: () => session.release(),
  };
}

function checkPictures(reference: RgbPicture, pictures: readonly RgbPicture[], smallest: number): void {
  for (const { data, width, height } of [reference, ...pictures]) {
    if (width !== reference.width || height !== reference.height || data.length !== 3 * width * height)
      throw new RangeError(
        `LpipsMetric: pictures must be RGB of ${reference.width} x ${reference.height}, got ${data.length} samples of ${width} x ${height}`,
      );
  }
  if (Math.min(reference.width, reference.height) < smallest)
    throw new RangeError(
      `LpipsMetric: pictures must be at least ${smallest} x ${smallest}, got ${reference.width} x ${reference.height}`,
    );
}
