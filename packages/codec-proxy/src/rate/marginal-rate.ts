import { marginalBits } from '@sandwich/codecs';
import { computeOnHost, tf } from '@sandwich/engine';

/**
 * A rate whose gradient is what single levels cost in a real file: for each level by how many bits the file grows from the whole number below
 * the coefficient to the one above, runs of zeros and Huffman codes included, the codes made to the measure of the image and held constant. So
 * the rounding that makes `levels` decides how far from the threshold a coefficient feels that difference.
 *
 * Where `jpegRate` takes all levels that are not 0 for equally dear, this knows that the first one behind many zeros costs most.
 *
 * @param levels rounded, with the gradient of their rounding: of luma, or of Y, Cb and Cr, each [B, h, w, 64], by vertical and then
 * horizontal frequency
 * @param unrounded the same before they are rounded; only their values matter
 * @returns bits without the headers of a file, [B]
 */
export function marginalRate(levels: readonly tf.Tensor4D[], unrounded: readonly tf.Tensor4D[]): tf.Tensor1D {
  return tf.customGrad<tf.Tensor1D>((...args) => {
    const save = args.at(-1) as unknown as (tensors: tf.Tensor[]) => void;
    const [bits, ...slopes] = slopesOf(unrounded);
    save(slopes);
    return {
      value: bits as tf.Tensor1D,
      gradFunc: (dy: tf.Tensor1D, saved: tf.Tensor[]) => saved.map((slope) => slope.mul(dy.reshape([-1, 1, 1, 1]))),
    };
  })(...levels);
}

function slopesOf(unrounded: readonly tf.Tensor4D[]): tf.Tensor[] {
  const shapes = unrounded.map(({ shape }) => shape);
  const [batch] = shapes[0];
  return computeOnHost([...unrounded], [[batch], ...shapes], (...planes) => {
    const bits = new Float32Array(batch);
    const slopes = planes.map((plane) => new Float32Array(plane.length));
    for (let image = 0; image < batch; image++) {
      const own = (plane: ArrayLike<number>) => [image, image + 1].map((i) => (i * plane.length) / batch);
      const result = marginalBits(planes.map((plane) => plane.subarray(...own(plane)) as Float32Array));
      bits[image] = result.bits;
      result.slopes.forEach((values, i) => {
        slopes[i].set(values, own(slopes[i])[0]);
      });
    }
    return [bits, ...slopes];
  });
}
