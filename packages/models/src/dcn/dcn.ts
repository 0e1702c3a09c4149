import { roundings, straightThrough } from '@sandwich/codec-proxy';
import { type Parameters, tf } from '@sandwich/engine';
import type { System } from '@sandwich/trainer';
import { prefixed } from '../networks/prefixed.js';
import { codebookRange, type DcnArchitecture, resolveDcnArchitecture } from './architecture.js';
import { startFromDct } from './network/dct-start.js';
import { decoderLayers, encoderLayers } from './network/layers.js';
import { Network } from './network/network.js';
import { entropyOfShares } from './quantizer/entropy.js';
import { type Gains, GainUnits } from './quantizer/gain-units.js';
import { nearestEntry, softCodebook } from './quantizer/soft-codebook.js';

/** Height and width of a symbol of the latent, pixels. */
export const LATENT_STRIDE = 8;

/** What `Dcn.apply` returns. */
export interface DcnOutputs {
  /** Decoded images, [B, H, W, 3], in [0, 255]. */
  decoded: tf.Tensor4D;
  /** Estimated bits per symbol of the latent. */
  entropy: tf.Scalar;
}

const clipStraightThrough = (x: tf.Tensor4D): tf.Tensor4D => straightThrough(x, (y) => tf.clipByValue(y, 0, 255));

/**
 * The learned codec of l3ic, `TwitterDCN` of the neural imaging toolbox (Korus and Memon, 2020, after Theis et al., "Lossy image compression
 * with compressive autoencoders", 2017): an encoder to an eighth of the height and width, integers of a fixed codebook, a decoder.
 *
 * @example
 * const dcn = new Dcn({ features: 32 });
 * const { decoded, entropy } = dcn.apply(images);
 */
export class Dcn implements System<DcnArchitecture> {
  readonly kind = 'dcn';
  readonly architecture: DcnArchitecture;
  /** `encoder/...`, `decoder/...`, `scale` where latents are scaled, and `gain/...` where there is a range of rates. */
  readonly parameters: Parameters;
  readonly encoder: Network;
  readonly decoder: Network;
  readonly #scale?: tf.Variable;
  readonly #gains?: GainUnits;

  /** @throws RangeError when an option is out of range */
  constructor(options: Partial<DcnArchitecture> = {}) {
    this.architecture = resolveDcnArchitecture(options);
    const { features, bits, scaleLatent, startFrom, startStep, rates, rateOctaves, seed } = this.architecture;
    this.encoder = new Network(encoderLayers(features), seed);
    this.decoder = new Network(decoderLayers(features), seed + 1);
    if (scaleLatent) this.#scale = tf.tidy(() => tf.variable(tf.scalar(1)));
    if (rates > 1) this.#gains = new GainUnits(rates, features, rateOctaves);
    this.parameters = {
      ...prefixed('encoder', this.encoder.parameters),
      ...(this.#scale && { scale: this.#scale }),
      ...prefixed('decoder', this.decoder.parameters),
      ...this.#gains?.parameters,
    };
    // The codebook is as wide at the highest rate, whose gains are the largest.
    const levels = rates > 1 ? 2 ** (bits - rateOctaves / 2) : 2 ** bits;
    if (startFrom === 'dct') startFromDct(this.parameters, { features, levels, step: startStep });
  }

  /** What latents are multiplied by; 1 where they are not scaled. */
  get scale(): number {
    return this.#scale?.dataSync()[0] ?? 1;
  }

  /**
   * The gains of the channels at a rate; undefined for a network of one rate.
   *
   * @param rate of 0, the lowest, to 1, the highest; default the middle of the range
   * @throws RangeError for a rate out of range, and for any of a network of one rate
   */
  gainsAt(rate?: number): Gains | undefined {
    if (this.#gains) return this.#gains.at(rate ?? 0.5);
    if (rate !== undefined)
      throw new RangeError(`Dcn: this network has one rate, and was asked for ${rate} of a range`);
    return undefined;
  }

  /**
   * The latent before it is quantised.
   *
   * @param images [B, H, W, 3] in [0, 255]
   * @param rate see `gainsAt`
   * @returns [B, h, w, features], h = H / 8 and w = W / 8, rounded up
   */
  latent(images: tf.Tensor4D, rate?: number): tf.Tensor4D {
    return tf.tidy(() => {
      const gains = this.gainsAt(rate);
      const latent = this.encoder.apply(tf.sub(tf.div(images, 127.5), 1));
      const scaled = this.#scale ? tf.mul<tf.Tensor4D>(latent, this.#scale) : latent;
      return gains ? tf.mul(scaled, gains.encoder) : scaled;
    });
  }

  /** The nearest entries of the codebook, the lower one of two; without a gradient. */
  quantize(latent: tf.Tensor4D): tf.Tensor4D {
    return tf.tidy(() => nearestEntry(latent, codebookRange(this.architecture)) as tf.Tensor4D);
  }

  /**
   * Decodes a latent, quantised or not.
   *
   * @param latent [B, h, w, features]
   * @param rate that of `latent`
   * @returns [B, 8h, 8w, 3] in [0, 255]; gradients pass the clipping as they are
   */
  decode(latent: tf.Tensor4D, rate?: number): tf.Tensor4D {
    return tf.tidy(() => {
      const gains = this.gainsAt(rate);
      const net = this.decoder.apply(gains ? tf.mul(latent, gains.decoder) : latent);
      return clipStraightThrough(tf.mul(tf.add(net, 1), 127.5));
    });
  }

  /**
   * Codes and decodes images as training does: what is decoded is quantised as the architecture's rounding says, and the entropy is that of the soft
   * assignment of the latent before it is quantised, over the whole batch.
   *
   * @param images [B, H, W, 3] in [0, 255]; sides are multiples of 8
   * @param groups whether the entropy is that of all symbols together, as published, or the mean of those of the channels, which are coded apart
   * @param rate see `gainsAt`
   */
  apply(images: tf.Tensor4D, groups: 'all' | 'channels' = 'all', rate?: number): DcnOutputs {
    const { rounding, kernel } = this.architecture;
    return tf.tidy(() => {
      const latent = this.latent(images, rate);
      const range = codebookRange(this.architecture);
      const { soft, shares } = softCodebook(latent, range, kernel, groups);
      const rounded =
        rounding === 'soft-codebook'
          ? straightThrough(soft as tf.Tensor4D, () => this.quantize(latent))
          : roundings[rounding](tf.clipByValue(latent, ...range));
      return { decoded: this.decode(rounded as tf.Tensor4D, rate), entropy: entropyOfShares(shares) };
    });
  }

  /** Frees the weights. */
  dispose(): void {
    tf.dispose(this.parameters);
  }
}
