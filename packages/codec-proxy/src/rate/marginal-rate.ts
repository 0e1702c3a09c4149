import { marginalBits } from '@sandwich/codecs';
import { computeOnHost, tf } from '@sandwich/engine';
import { withGradient } from '../custom-gradient.js';

/** How sharply the gradient of small levels is gathered at the halves. */
const STEEPNESS = 20;
const PEAK = STEEPNESS / (2 * Math.tanh(STEEPNESS / 2));
/** Magnitudes up to the first feel the difference at the halves alone, those from the second on anywhere. */
const SMALL = 1;
const LARGE = 3;

/**
 * How much of the difference between the whole numbers below and above a level feels. Its integral between two whole numbers is 1, so that over
 * many levels it estimates how many change: where their density falls steeply, close to 0, by those that are about to; elsewhere by all, with
 * less noise.
 */
function kernel(level: number): number {
  const share = Math.min(Math.max((Math.abs(level) - SMALL) / (LARGE - SMALL), 0), 1);
  if (share === 1) return 1;
  const tanh = Math.tanh(STEEPNESS * (level - Math.floor(level) - 0.5));
  return share + (1 - share) * PEAK * (1 - tanh ** 2);
}

/**
 * A rate whose gradient is what single levels cost in a real file: for each level by how many bits the file grows from the whole number below
 * it to the one above, runs of zeros and Huffman codes included, the codes made to the measure of the image and held constant (see
 * `marginalBits`). Levels feel that difference near the halves, where they change.
 *
 * Where `jpegRate` takes all levels that are not 0 for equally dear, this knows that the first one behind many zeros costs most; in the mean
 * over many blocks the gradient to a quantiser step is that of real files.
 *
 * @param unrounded levels before they are rounded: of luma, or of Y, Cb and Cr, each [B, h, w, 64], by vertical and then horizontal frequency
 * @returns bits without the headers of a file, [B]
 */
export function marginalRate(unrounded: readonly tf.Tensor4D[]): tf.Tensor1D {
  return tf.tidy(() => {
    // One input, because gradients of several are not taken apart here.
    const flat = unrounded.map((plane) => plane.reshape<tf.Tensor2D>([plane.shape[0], -1]));
    return withGradient(
      tf.concat(flat, 1),
      (all, save) => {
        const [bits, slopes] = slopesOf(
          all,
          flat.map(({ shape }) => shape[1]),
        );
        save([slopes]);
        return bits as tf.Tensor1D;
      },
      (dy, [slopes]) => slopes.mul(dy.expandDims(1)),
    );
  });
}

/** @param counts levels of each component of an image, of which `all`, [B, n], holds one after the other */
function slopesOf(all: tf.Tensor, counts: readonly number[]): tf.Tensor[] {
  const [batch, perImage] = all.shape;
  return computeOnHost([all], [[batch], [batch, perImage]], (levels) => {
    const bits = new Float32Array(batch);
    const slopes = new Float32Array(levels.length);
    for (let image = 0; image < batch; image++) {
      let start = image * perImage;
      const starts = counts.map((count) => {
        start += count;
        return start - count;
      });
      const planes = starts.map((from, i) => levels.subarray(from, from + counts[i]) as Float32Array);
      const marginal = marginalBits(planes);
      bits[image] = marginal.bits;
      marginal.slopes.forEach((slope, i) => {
        for (let k = 0; k < slope.length; k++) {
          if (slope[k] !== 0) slopes[starts[i] + k] = slope[k] * kernel(planes[i][k]);
        }
      });
    }
    return [bits, slopes];
  });
}
