import { EntropyBottleneck } from '@sandwich/codec-proxy';
import { type Parameters, tf } from '@sandwich/engine';
import type { System } from '@sandwich/trainer';
import { prefixed } from '../networks/prefixed.js';
import { type FactorizedPriorArchitecture, resolveFactorizedPrior } from './architecture.js';
import { analysisLayers, synthesisLayers } from './network/layers.js';
import { Transform } from './network/transform.js';

/** What `FactorizedPrior.apply` returns. */
export interface FactorizedPriorOutputs {
  /** Decoded images, [B, H, W, 3], about in [0, 255]. */
  decoded: tf.Tensor4D;
  /** Estimated bits of each image, [B]. */
  bits: tf.Tensor1D;
}

/** The bottleneck of a codec, as CompressAI has it. */
export const factorizedBottleneck = (channels: number, seed: number): EntropyBottleneck =>
  new EntropyBottleneck({ channels, filters: [3, 3, 3, 3], tailMass: 1e-9, seed });

/**
 * The factorised-prior codec of Ballé, Minnen, Singh, Hwang and Johnston ("Variational image compression with a scale hyperprior", ICLR 2018), in the layout
 * of CompressAI's `bmshj2018-factorized`: an analysis of strided convolutions with divisive normalisation between them, integers around the medians of learned
 * densities, one for each channel, and a synthesis that mirrors the analysis.
 *
 * @example
 * const prior = new FactorizedPrior({ features: 128, latentChannels: 192 });
 * const { decoded, bits } = prior.apply(images);
 */
export class FactorizedPrior implements System<FactorizedPriorArchitecture> {
  readonly kind = 'factorized-prior';
  readonly architecture: FactorizedPriorArchitecture;
  /** `g_a/...`, `g_s/...` and `entropy_bottleneck/...`, named as CompressAI names them; see `Transform` for the order of axes. */
  readonly parameters: Parameters;
  readonly analysis: Transform;
  readonly synthesis: Transform;
  readonly bottleneck: EntropyBottleneck;

  /** @throws RangeError when an option is out of range */
  constructor(options: Partial<FactorizedPriorArchitecture> = {}) {
    this.architecture = resolveFactorizedPrior(options);
    const { features, latentChannels, seed } = this.architecture;
    this.analysis = new Transform(analysisLayers(features, latentChannels), seed);
    this.synthesis = new Transform(synthesisLayers(features, latentChannels), seed + 1);
    this.bottleneck = factorizedBottleneck(latentChannels, seed);
    this.parameters = {
      ...prefixed('g_a', this.analysis.parameters),
      ...prefixed('g_s', this.synthesis.parameters),
      ...prefixed('entropy_bottleneck', this.bottleneck.parameters),
    };
  }

  /**
   * The latent before it is rounded.
   *
   * @param images [B, H, W, 3] in [0, 255]
   * @returns [B, h, w, latentChannels], h = H / 16 and w = W / 16, rounded up
   */
  latent(images: tf.Tensor4D): tf.Tensor4D {
    return tf.tidy(() => this.analysis.apply(tf.div(images, 255)));
  }

  /**
   * Decodes a latent, rounded or not.
   *
   * @param latent [B, h, w, latentChannels]
   * @returns [B, 16h, 16w, 3], about in [0, 255]
   */
  decode(latent: tf.Tensor4D): tf.Tensor4D {
    return tf.tidy(() => tf.mul(this.synthesis.apply(latent), 255));
  }

  /**
   * Codes and decodes images.
   *
   * @param images [B, H, W, 3] in [0, 255]; sides are multiples of 16
   * @param noise uniform in [-1/2, 1/2), of the latent's shape, which stands for rounding while training; without it the latent is rounded
   */
  apply(images: tf.Tensor4D, noise?: tf.Tensor): FactorizedPriorOutputs {
    return tf.tidy(() => {
      const { values, bits } = this.bottleneck.apply(this.latent(images), noise);
      return { decoded: this.decode(values as tf.Tensor4D), bits };
    });
  }

  /** Frees all parameters. */
  dispose(): void {
    tf.dispose(this.parameters);
  }
}
