import { inFloat32, tf } from '@sandwich/engine';

/** Side of the Gaussian window, pixels. */
export const WINDOW_SIZE = 11;
const WINDOW_SIGMA = 1.5;
const K1 = 0.01;
const K2 = 0.03;

/** Options of `ssim` and `msSsim`. */
export interface SsimOptions {
  /** The largest value that an image can have. Default 255. */
  maxValue?: number;
}

const window = (): number[] => {
  const weights = Array.from({ length: WINDOW_SIZE }, (_, i) =>
    Math.exp(-0.5 * ((i - (WINDOW_SIZE - 1) / 2) / WINDOW_SIGMA) ** 2),
  );
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / sum);
};

/** Gaussian means around every pixel whose window lies inside of its plane. */
function localMean(planes: tf.Tensor4D): tf.Tensor4D {
  const weights = window();
  return inFloat32(() => {
    const columns = tf.conv2d(planes, tf.tensor4d(weights, [WINDOW_SIZE, 1, 1, 1]), 1, 'valid');
    return tf.conv2d(columns, tf.tensor4d(weights, [1, WINDOW_SIZE, 1, 1]), 1, 'valid');
  });
}

/** Each channel of each image as an image of its own, [B,H,W,C] to [B C,H,W,1]. */
export function toPlanes(images: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width, channels] = images.shape;
  return tf.reshape(tf.transpose(images, [0, 3, 1, 2]), [batch * channels, height, width, 1]);
}

/** One value a plane to one an image: the mean over the channels. */
export const meanOverChannels = (values: tf.Tensor, [batch, , , channels]: number[]): tf.Tensor1D =>
  tf.mean(tf.reshape(values, [batch, channels]), 1);

/** Pixels of a plane beyond which it is compared in strips, so that convolutions need memory for one strip at a time. */
const STRIP_PIXELS = 2 ** 18;

/**
 * SSIM of planes, and its second factor alone (Wang, Bovik, Sheikh, Simoncelli, "Image quality assessment: from error
 * visibility to structural similarity", 2004). With local means m, variances v and covariance c, C1 = (K1 L)^2, C2 = (K2 L)^2,
 *
 *     luminance = (2 ma mb + C1) / (ma^2 + mb^2 + C1)
 *     contrastStructure = (2 c + C2) / (va + vb + C2)
 *     ssim = luminance * contrastStructure
 *
 * both averaged over the plane. Variances are those of the weighted sample, without Bessel's correction.
 *
 * @param a [P,H,W,1], H and W at least `WINDOW_SIZE`.
 * @returns [P] each.
 */
export function similarity(a: tf.Tensor4D, b: tf.Tensor4D, maxValue: number): Similarity {
  const [planes, height, width] = a.shape;
  const windows = height - WINDOW_SIZE + 1;
  const rows = Math.ceil(STRIP_PIXELS / (planes * width));
  if (windows <= rows) return similarityOfStrip(a, b, maxValue);
  const strips: Similarity[] = [];
  for (let top = 0; top < windows; top += rows) {
    const count = Math.min(rows, windows - top);
    const strip = (of: tf.Tensor4D) => tf.slice(of, [0, top, 0, 0], [-1, count + WINDOW_SIZE - 1, -1, -1]);
    strips.push(
      tf.tidy(() => {
        const { ssim, contrastStructure } = similarityOfStrip(strip(a), strip(b), maxValue);
        const share = count / windows;
        return { ssim: tf.mul(ssim, share), contrastStructure: tf.mul(contrastStructure, share) };
      }),
    );
  }
  return {
    ssim: tf.addN(strips.map(({ ssim }) => ssim)),
    contrastStructure: tf.addN(strips.map(({ contrastStructure }) => contrastStructure)),
  };
}

type Similarity = Record<'ssim' | 'contrastStructure', tf.Tensor1D>;

function similarityOfStrip(a: tf.Tensor4D, b: tf.Tensor4D, maxValue: number): Similarity {
  const c1 = (K1 * maxValue) ** 2;
  const c2 = (K2 * maxValue) ** 2;
  const meanA = localMean(a);
  const meanB = localMean(b);
  const product = tf.mul(tf.mul(meanA, meanB), 2);
  const squares = tf.add(tf.square(meanA), tf.square(meanB));
  const luminance = tf.div(tf.add(product, c1), tf.add(squares, c1));
  const covariance = tf.sub(tf.mul(localMean(tf.mul(a, b)), 2), product);
  const variances = tf.sub(localMean(tf.add(tf.square(a), tf.square(b))), squares);
  const contrastStructure = tf.div(tf.add(covariance, c2), tf.add(variances, c2));
  return {
    ssim: tf.mean<tf.Tensor1D>(tf.mul(luminance, contrastStructure), [1, 2, 3]),
    contrastStructure: tf.mean<tf.Tensor1D>(contrastStructure, [1, 2, 3]),
  };
}

/** Throws unless images of this shape and this largest value can be compared. */
export function checkSsimInputs(where: string, shape: number[], smallest: number, maxValue: number): void {
  if (!(maxValue > 0)) throw new RangeError(`${where}: maxValue must be positive, got ${maxValue}`);
  const [, height, width] = shape;
  if (Math.min(height, width) < smallest)
    throw new RangeError(`${where}: images must be at least ${smallest} x ${smallest}, got ${height} x ${width}`);
}
