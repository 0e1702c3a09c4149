import { tf } from '@sandwich/engine';
import { resampleColumns, resampleRows } from './resample.js';

/** How `resize` interpolates. */
export type ResizeMethod = 'bilinear' | 'bicubic' | 'lanczos3';

/** Symmetric interpolation kernels k(|t|), zero from `radius` on; t in pixels of the coarser grid. */
const kernels: Record<ResizeMethod, { radius: number; weight: (t: number) => number }> = {
  bilinear: { radius: 1, weight: (t) => 1 - t },
  /** Keys 1981 with a = -1/2. */
  bicubic: {
    radius: 2,
    weight: (t) => (t < 1 ? (1.5 * t - 2.5) * t * t + 1 : ((-0.5 * t + 2.5) * t - 4) * t + 2),
  },
  lanczos3: { radius: 3, weight: (t) => sinc(t) * sinc(t / 3) },
};

const sinc = (t: number): number => (t === 0 ? 1 : Math.sin(Math.PI * t) / (Math.PI * t));

/**
 * Row-major [outputSize, inputSize] matrix of resampling along one axis. Output i lies at c = (i + 1/2) s of the
 * input, where pixel j covers [j, j + 1] and s = inputSize / outputSize; pixel j weighs k((j + 1/2 - c) / w), with the
 * kernel widened to w = s when antialiasing a reduction and w = 1 otherwise. Weights that fall off the image are
 * dropped and the others scaled to sum to one.
 */
export function resizeMatrix(
  inputSize: number,
  outputSize: number,
  method: ResizeMethod,
  antialias: boolean,
): Float32Array {
  const { radius, weight } = kernels[method];
  const scale = inputSize / outputSize;
  const widening = antialias ? Math.max(scale, 1) : 1;
  const matrix = new Float32Array(outputSize * inputSize);
  for (let output = 0; output < outputSize; output++) {
    const centre = (output + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - radius * widening));
    const end = Math.min(inputSize, Math.ceil(centre + radius * widening));
    const row = matrix.subarray(output * inputSize, (output + 1) * inputSize);
    let sum = 0;
    for (let input = first; input < end; input++) {
      const distance = Math.abs(input + 0.5 - centre) / widening;
      row[input] = distance < radius ? weight(distance) : 0;
      sum += row[input];
    }
    for (let input = first; input < end; input++) row[input] /= sum;
  }
  return matrix;
}

/**
 * Resamples images as `tf.image.resize` of TensorFlow does: half-pixel centres, and with `antialias` a kernel widened
 * by the factor of reduction. Two matrix products, so the gradient is exact.
 *
 * @param images [B, H, W, C]
 * @param size [height, width] in pixels
 * @param options `antialias`: low-pass before reducing; no effect on enlarging. Default false, as in TensorFlow
 * @returns [B, height, width, C], unclipped (bicubic and Lanczos overshoot)
 * @example
 * const half = resize(images, [h / 2, w / 2], 'bicubic', { antialias: true });
 */
export function resize(
  images: tf.Tensor4D,
  [height, width]: [number, number],
  method: ResizeMethod,
  { antialias = false }: { antialias?: boolean } = {},
): tf.Tensor4D {
  if (images.rank !== 4 || images.size === 0) {
    throw new RangeError(`resize: images must be [B, H, W, C] and not empty, got [${images.shape}]`);
  }
  for (const side of [height, width]) {
    if (!Number.isInteger(side) || side < 1) {
      throw new RangeError(`resize: size must be two positive integers, got [${height}, ${width}]`);
    }
  }
  if (!Object.hasOwn(kernels, method)) {
    throw new RangeError(`resize: method must be one of ${Object.keys(kernels).join(', ')}, got ${method}`);
  }
  return tf.tidy(() => {
    const [, rows, columns] = images.shape;
    const byRows =
      height === rows ? images.clone() : resampleRows(images, resizeMatrix(rows, height, method, antialias), height);
    return width === columns ? byRows : resampleColumns(byRows, resizeMatrix(columns, width, method, antialias), width);
  });
}
