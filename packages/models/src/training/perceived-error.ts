import { tf } from '@sandwich/engine';
import { loadLpips, mse, msSsim } from '@sandwich/losses';
import { lpipsWeightsFile } from './distortions.js';

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
  const lpips = lpipsWeight > 0 ? await loadLpips({ net: 'alex', weights: lpipsWeightsFile('alex') }) : undefined;
  return {
    measure(decoded, originals) {
      const squared = tf.mean<tf.Scalar>(mse(decoded, originals));
      const terms: Record<string, tf.Scalar> = { mse: squared };
      const parts = [squared];
      if (lpips) {
        terms.lpips = tf.mean<tf.Scalar>(lpips(decoded, originals));
        parts.push(terms.lpips.mul<tf.Scalar>(lpipsWeight));
      }
      if (msSsimWeight > 0) {
        terms.msSsim = tf.mean<tf.Scalar>(msSsim(decoded, originals));
        parts.push(tf.sub<tf.Scalar>(1, terms.msSsim).mul<tf.Scalar>(msSsimWeight));
      }
      return { distortion: tf.addN<tf.Scalar>(parts), terms };
    },
    dispose: () => lpips?.dispose(),
  };
}
