import { warnOfUnitRange } from '@sandwich/engine';
import { loadOnnxRuntime } from '@sandwich/onnx';
import { cropPicture, type Picture } from '@sandwich/pictures';
import { smallestSide, tapGeometry } from './backbones.js';
import { lpipsFeaturesOnnx, lpipsOnnx } from './lpips-onnx.js';
import { addTile, meansOf, tilesOf } from './lpips-tiles.js';
import { type LpipsWeightsOptions, readLpipsWeights } from './lpips-weights.js';

/** LPIPS by ONNX Runtime, independent of the tensor engine. */
export interface LpipsMetric {
  /** Pictures must be at least so wide and high. */
  readonly smallestSide: number;
  /**
   * Distances of pictures to a reference of the same size, whose features are computed once.
   *
   * @param reference RGB, samples in [0, 255]
   * @param pictures RGB, samples in [0, 255]
   * @throws RangeError when sizes differ or are too small for the network.
   */
  measure(
    reference: Picture<Uint8Array | Float32Array>,
    pictures: readonly Picture<Uint8Array | Float32Array>[],
  ): Promise<number[]>;
  /** Frees the network. */
  release(): Promise<void>;
}

/** Options of `loadLpipsMetric`. */
export interface LpipsMetricOptions extends LpipsWeightsOptions {
  /**
   * Pixels that the network sees at once: pictures of fewer go in batches, larger ones in tiles. Default 2^19, whose features take a few
   * hundred megabytes.
   */
  pixelsAtOnce?: number;
}

/**
 * Loads LPIPS as a metric for evaluation: the same network as `loadLpips`, written as an ONNX model and run by
 * onnxruntime-node.
 *
 * @throws Error for unusable weights, as `loadLpips`; or saying what to install when onnxruntime-node is missing.
 */
export async function loadLpipsMetric(options: LpipsMetricOptions): Promise<LpipsMetric> {
  const { pixelsAtOnce = 2 ** 19 } = options;
  const weights = await readLpipsWeights(options);
  const { InferenceSession, Tensor } = await loadOnnxRuntime();
  const open = (model: Uint8Array) =>
    InferenceSession.create(model, {
      logSeverityLevel: 3,
      // What features need is given back between calls, to other metrics.
      enableCpuMemArena: false,
      enableMemPattern: false,
    });
  const [features, distance] = [
    await open(lpipsFeaturesOnnx(options.net, weights)),
    await open(lpipsOnnx(options.net, weights)),
  ];
  const smallest = smallestSide(options.net);

  const toTensor = (
    pictures: readonly Picture<Uint8Array | Float32Array>[],
    { width, height }: Picture<Uint8Array | Float32Array>,
  ) => {
    const size = 3 * width * height;
    const values = new Float32Array(pictures.length * size);
    for (const [i, { data }] of pictures.entries()) values.set(data, i * size);
    return new Tensor('float32', values, [pictures.length, height, width, 3]);
  };
  const taps = tapGeometry(options.net);
  // With margins of up to a quarter of its side, a tile has at most as many pixels.
  const side = Math.sqrt(pixelsAtOnce) / 2;
  /** The result is that of whole pictures up to the rounding of floats. */
  async function measureInTiles(
    reference: Picture<Uint8Array | Float32Array>,
    pictures: readonly Picture<Uint8Array | Float32Array>[],
  ): Promise<number[]> {
    const sums = pictures.map(() => taps.map(() => ({ sum: 0, count: 0 })));
    const names = taps.map((_, i) => `map${i}`);
    for (const tile of tilesOf(reference, taps, side)) {
      const { left, top, right, bottom } = tile.seen;
      const region = { left, top, width: right - left, height: bottom - top };
      const seen = (whole: Picture<Uint8Array | Float32Array>) => {
        const part = cropPicture<typeof whole>({ ...whole, channels: 3 }, region);
        return toTensor([part], part);
      };
      const ofReference = await features.run({ images: seen(reference) });
      for (const [k, picture] of pictures.entries()) {
        const maps = await distance.run({ ...ofReference, images: seen(picture) }, names);
        for (const [i, tap] of taps.entries()) {
          const { data, dims } = maps[names[i]];
          addTile(sums[k][i], { data: data as Float32Array, width: dims[3], height: dims[2] }, tile, tap);
        }
      }
    }
    return sums.map((ofPicture) => meansOf(ofPicture).reduce((sum, mean) => sum + mean));
  }
  return {
    smallestSide: smallest,
    async measure(reference, pictures) {
      checkPictures(reference, pictures, smallest);
      warnOfUnitRange(
        'LpipsMetric.measure',
        [reference, ...pictures].map(({ data }) => data),
      );
      const pixels = reference.width * reference.height;
      if (pixels > pixelsAtOnce) return measureInTiles(reference, pictures);
      const distances: number[] = [];
      const batch = Math.floor(pixelsAtOnce / pixels);
      const ofReference = await features.run({ images: toTensor([reference], reference) });
      for (let i = 0; i < pictures.length; i += batch) {
        const images = toTensor(pictures.slice(i, i + batch), reference);
        const found = await distance.run({ ...ofReference, images }, ['distance']);
        distances.push(...(found.distance.data as Float32Array));
      }
      return distances;
    },
    async release() {
      await features.release();
      await distance.release();
    },
  };
}

function checkPictures(
  reference: Picture<Uint8Array | Float32Array>,
  pictures: readonly Picture<Uint8Array | Float32Array>[],
  smallest: number,
): void {
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
