import { type DiffJpegOptions, diffJpeg, noiseRounding, roundings } from '@sandwich/codec-proxy';
import type { Subsampling } from '@sandwich/codecs';
import { tf } from '@sandwich/engine';

/** The JPEG codec that an attack passes. */
export interface AttackedJpeg {
  /** A whole number of 1 to 100. */
  quality: number;
  subsampling: Subsampling;
  /** Whether a recogniser sees what libjpeg decodes, bit for bit, or what the differentiable codec makes of the images. */
  forward: 'real' | 'proxy';
}

/**
 * Images [B,H,W,3] in [0, 255] as they come out of the codec, with a gradient.
 *
 * @param seed of what is random, another one for each step
 */
export type JpegGradient = (images: tf.Tensor4D, jpeg: AttackedJpeg, seed: number) => tf.Tensor4D;

const through =
  (options: (seed: number) => DiffJpegOptions): JpegGradient =>
  (images, { quality, subsampling, forward }, seed) =>
    diffJpeg(images, tf.fill([images.shape[0]], quality), { ...options(seed), subsampling, forward, check: false });

const withRounding = (name: string): JpegGradient =>
  through((seed) => ({ rounding: name === 'noise' ? noiseRounding(seed) : roundings[name] }));

/** The codec as a whole is passed straight through: the gradient is that at its output (Athalye et al. 2018, BPDA). */
const straightThrough: JpegGradient = (images, jpeg, seed) =>
  tf.customGrad<tf.Tensor4D>((x) => ({
    value: withRounding('hard')(x as tf.Tensor4D, jpeg, seed),
    gradFunc: (dy) => tf.clone(dy),
  }))(images);

/** The two modes of Diff-JPEG among `jpegGradients`. */
export const diffJpegGradients = ['diff-jpeg', 'diff-jpeg-ste'] as const;

/**
 * Ways for a gradient to pass a JPEG codec, by name. `diff-jpeg` and `diff-jpeg-ste` are the two modes of Diff-JPEG; `projected` leaves out of
 * each block the component along its quantisation error; `straight-through` passes the whole codec as it is; `none` does not know of the codec at
 * all: the recogniser sees the images themselves. All others are a rounding of `roundings` in the codec of Diff-JPEG, but for `hard`, which has no
 * gradient, and `cubic` and `cubicSte`, which are those two modes.
 */
export const jpegGradients: Readonly<Record<string, JpegGradient>> = {
  'diff-jpeg': through(() => ({})),
  'diff-jpeg-ste': through(() => ({ ste: true })),
  projected: through(() => ({ gradient: 'projected' })),
  'straight-through': straightThrough,
  none: (images) => tf.clone(images),
  ...Object.fromEntries(
    Object.keys(roundings)
      .filter((name) => !['hard', 'cubic', 'cubicSte'].includes(name))
      .map((name) => [name, withRounding(name)]),
  ),
};
