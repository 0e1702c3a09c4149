import { tf } from '@sandwich/engine';
import { LPIPS_SCALE, weighDistortions } from '@sandwich/losses';
import { loadDistortions } from './distortions.js';

/** What distortions weigh beside the squared error, in squared gray levels, which weighs 1. */
export interface PerceivedErrorWeights {
  /** Weight of LPIPS by AlexNet, as published. */
  lpipsWeight: number;
  /** Weight of 1 minus MS-SSIM. Default 0. */
  msSsimWeight?: number;
}

/** Squared error and what is perceived of it. */
export interface PerceivedError {
  /**
   * The weighed sum, and its terms before they are weighed, all means over the images.
   *
   * @param decoded [B, H, W, 3] in [0, 255]; MS-SSIM asks for sides of at least `SMALLEST_MS_SSIM`
   */
  measure(decoded: tf.Tensor4D, originals: tf.Tensor4D): { distortion: tf.Scalar; terms: Record<string, tf.Scalar> };
  /** Frees the network of LPIPS. */
  dispose(): void;
}

/**
 * Loads what the weights ask for.
 *
 * @throws Error when weights of LPIPS are needed that cannot be read
 */
export async function openPerceivedError({
  lpipsWeight,
  msSsimWeight = 0,
}: PerceivedErrorWeights): Promise<PerceivedError> {
  const scale = LPIPS_SCALE.alex!;
  const mix = { mse: 1, 'lpips-alex': lpipsWeight / scale, 'ms-ssim': msSsimWeight };
  const { terms, dispose } = await loadDistortions(mix);
  return {
    measure(decoded, originals) {
      const { means, weighed } = weighDistortions(terms, decoded, originals);
      const { mse, 'lpips-alex': lpips, 'ms-ssim': dissimilarity } = means;
      return {
        distortion: tf.addN<tf.Scalar>(weighed),
        terms: {
          mse,
          ...(lpips && { lpips: lpips.div<tf.Scalar>(scale) }),
          ...(dissimilarity && { msSsim: tf.sub<tf.Scalar>(1, dissimilarity) }),
        },
      };
    },
    dispose,
  };
}
