import type { tf } from '@sandwich/engine';
import type { CodecDescription } from '../codec.js';
import type { RateModel } from '../rate/rate-models.js';
import type { RateOf } from '../rate/unrounded-rate.js';
import type { CodecForward } from '../real/real-forward.js';
import type { NamedCodec } from '../real/start-real-codec.js';
import type { RoundingFn } from '../rounding/roundings.js';
import type { ProxyGradient } from './proxy-gradient.js';

/** The name by which descriptions call `EncodeDecodeIntra`. */
export const encodeDecodeIntraName = 'encode-decode-intra';

/** A real codec by its name, or the URL of its driver, and the quality, on its own scale, at which it codes. */
export interface NamedForward extends NamedCodec {
  quality: number;
}

/** Defaults are those of the published code. */
export interface EncodeDecodeIntraOptions {
  /**
   * Rounds the input to whole pixel values and the coefficients to levels. Default `roundings.hard`; train with
   * `roundings.ste`.
   */
  roundingFn?: RoundingFn;
  /** Rate from real JPEG files, else from the entropy of Gaussian coefficients. Default true. */
  useJpegRateModel?: boolean;
  /** Initial value of the variable behind the quantiser step. Default 1. */
  qstepInit?: number;
  /** Whether the step is learned. Default true. */
  trainQstep?: boolean;
  /**
   * Added to the step, so that it cannot be learned to be zero or negative. Default 0; the published sandwich models
   * set 1, an initial step of `qstepInit` + 1.
   */
  minQstep?: number;
  /** Clip the decoded images to [0, imageMax]; not wanted for residuals. Default true. */
  clipToImageMax?: boolean;
  /** Code three channels as YUV. Default false. */
  convertToYuv?: boolean;
  /** 4:2:0: code the second and third channel at half the height and width. Default false. */
  downsampleChroma?: boolean;
  /**
   * The files whose bits the JPEG rate model counts hold three quantisation tables where they are in colour, as those of the
   * published code do; see `FileLayout`. Default false: two, as `encodeBottleneck` writes them.
   */
  separateChromaTables?: boolean;
  /**
   * Where values come from; gradients are the proxy's in any case. Default `proxy`. With `real` the decoded images are those that
   * `decodeBottleneck` reads from the files of `encodeBottleneck`, bit for bit, and the rate is their bits. With a real
   * codec they are its own, at a fixed quality, with each of those files in its format: a codec of `startRealCodec`, which is the caller's
   * to close, or the name of one or its driver's URL, which is started at the first call and closed with the proxy.
   */
  forward?: 'proxy' | 'real' | CodecForward | NamedForward;
  /**
   * How gradients pass the rounding of coefficients. `straight-through`, the default and as published, is the gradient of `roundingFn`,
   * with `roundings.ste` 1: coefficients follow the input, those too that are rounded to zero. `projected` takes out of the gradient, for
   * each block of 8x8 coefficients of each coded plane, its component along the error of the block: changes
   * along it are what the codec undoes. The rounding of pixels is then straight-through, and `roundingFn` gives values only. With a codec of
   * `startRealCodec` the error is what that codec makes, in the DCT of the proxy.
   */
  gradient?: ProxyGradient;
  /**
   * What the gradient of the rate looks at: the `rounded` levels, the default and as published, or the coefficients `unrounded`, so that
   * those that are rounded to zero are held there. The value is the same, with `unrounded` exactly the bits.
   */
  rateOf?: RateOf;
  /**
   * Estimates the bits of `apply` from the levels, in place of the size of real files or of the entropy of Gaussian coefficients: one of `rateModels`, or any
   * function of the levels. Then `rateOf` has no effect, nor has `useJpegRateModel`; with a real codec as `forward` the value is still the size of its files, and the gradient the model's.
   */
  rateModel?: RateModel;
}

/** Options of one call of `EncodeDecodeIntra.apply`. */
export type ApplyOptions = {
  /** Effective quantiser step for this call, positive; `qstep()` when left out. */
  qstep?: tf.Scalar | number;
  /** Factor on the quantiser step, positive. Default 1. */
  stepScale?: tf.Scalar | number;
  /**
   * The largest value of images. Default 255. Pixels are scaled to 8 bits by 255 / imageMax for the real files; the step, as
   * published, is not.
   */
  imageMax?: number;
};

/** The options of an `EncodeDecodeIntra` as plain JSON, complete. */
export interface EncodeDecodeIntraDescription
  extends CodecDescription,
    Required<Omit<EncodeDecodeIntraOptions, 'roundingFn' | 'rateModel' | 'forward'>> {
  codec: typeof encodeDecodeIntraName;
  /** Its name in `roundings`; null for a function of the user's own, which JSON cannot hold. */
  roundingFn: string | null;
  /** Its name in `rateModels`, null for a function of the user's own; left out where there is none. */
  rateModel?: string | null;
  /** Null for a real codec that is an object of the user's own. */
  forward: 'proxy' | 'real' | NamedForward | null;
}
