import {
  EncodeDecodeIntra,
  type EncodeDecodeIntraOptions,
  type ProxyGradient,
  publishedGradient,
  type RateOf,
  roundings,
} from '@sandwich/codec-proxy';
import { type Initializer, networkSize, type UNetOptions } from '@sandwich/unets';
import { balancedQstep } from '../balanced-qstep.js';
import type { SandwichOptions } from '../sandwich-options.js';

/** What `plainStart` makes networks of. */
export interface PlainStartSettings {
  /** Size of both U-Nets: slim, medium or full. */
  network: string;
  /** How the U-Nets' convolutions begin. Default `he`. */
  initializer?: Initializer;
  /** How the U-Nets' last convolution begins: with `zeros` they begin silent, whatever `initialScaler` is. */
  outputInitializer?: UNetOptions['outputInitializer'];
  /** With 0 the U-Nets begin silent, too. */
  initialScaler: number;
  seed: number;
}

/** Options of a sandwich with a U-Net on either side. */
export type TwoNetworks = SandwichOptions & { pre: UNetOptions; post: UNetOptions };

/**
 * Networks with which training starts from the plain codec, so that it can only gain: pointwise branches begin as the transform, and
 * U-Nets silent where `initialScaler` is 0 or `outputInitializer` is `zeros`.
 *
 * @throws RangeError for a size of networks that there is not
 */
export function plainStart(settings: PlainStartSettings): TwoNetworks {
  const { network, initializer = 'he', outputInitializer, initialScaler, seed } = settings;
  const unet = { ...networkSize(network), initializer, ...(outputInitializer && { outputInitializer }) };
  return { bottleneckChannels: 3, pre: unet, post: unet, initialScaler, startFromTransform: true, seed };
}

/** Settings with which an experiment over a JPEG codec begins. */
export const overJpegSettings = {
  /** slim, medium or full. */
  network: 'slim',
  /** How gradients pass the codec, and what the rate is a function of: `docs/recipes.md`. */
  ...publishedGradient,
  /** What stands in the forward pass: the proxy, as published, or the real JPEG codec, whose gradients are the proxy's. */
  forward: 'proxy' as 'proxy' | 'real',
};

/** What `overJpeg` makes a sandwich of. */
export interface OverJpegSettings extends PlainStartSettings {
  gamma: number;
  gradient: ProxyGradient;
  rateOf: RateOf;
  forward: 'proxy' | 'real';
  /** Default 1. */
  downsampleFactor?: number;
}

/**
 * A sandwich around a JPEG codec of three channels, YUV 4:4:4, that starts from the plain codec: networks as `plainStart` makes them, and
 * a learned quantiser step, which begins where bits and squared error balance.
 *
 * @param codec other options of the codec
 * @throws RangeError for a size of networks that there is not, or what `EncodeDecodeIntra` refuses
 * @example
 * export default defineExperiment({
 *   description: 'photographs through a JPEG codec with YUV 4:2:0',
 *   settings: { ...overJpegSettings, initialScaler: 0 },
 *   sandwich: (settings) => overJpeg(settings, { downsampleChroma: true }),
 * });
 */
export function overJpeg(settings: OverJpegSettings, codec: EncodeDecodeIntraOptions = {}): TwoNetworks {
  const { gamma, gradient, rateOf, forward, downsampleFactor = 1 } = settings;
  return {
    ...plainStart(settings),
    downsampleFactor,
    proxy: new EncodeDecodeIntra({
      roundingFn: roundings.ste,
      // One sample of the codec stands for factor ** 2 pixels, and so does what one of its bits costs.
      qstepInit: balancedQstep(gamma / downsampleFactor ** 2),
      minQstep: 1,
      convertToYuv: true,
      gradient,
      rateOf,
      forward,
      ...codec,
    }),
  };
}
