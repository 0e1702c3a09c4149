import { EncodeDecodeIntra } from '@sandwich/codec-proxy';
import { Sandwich } from '../sandwich.js';

/** How a codec alone differs from the sandwich. */
export interface AloneOptions {
  /** Codes pictures at full size where the networks reduce them. */
  fullSize?: boolean;
  /** Codes pictures in the colours that they have, with chroma as they say, whatever the bottleneck is. */
  ordinary?: '4:2:0' | '4:4:4';
}

/** The codec of a sandwich without pre-processor, post-processor and loop filter. The caller's to dispose. */
export function withoutNetworks(
  { architecture, proxy }: Sandwich,
  { fullSize = false, ordinary }: AloneOptions = {},
): Sandwich {
  const { inputChannels, outputChannels, bottleneckChannels, downsampleFactor, truncateBits, transform } = architecture;
  const { convertToYuv, downsampleChroma } = proxy;
  return new Sandwich({
    inputChannels,
    outputChannels,
    bottleneckChannels: ordinary ? inputChannels : bottleneckChannels,
    downsampleFactor: fullSize ? 1 : downsampleFactor,
    truncateBits,
    transform: ordinary ? undefined : (transform ?? undefined),
    pre: null,
    post: null,
    loopFilter: null,
    proxy: new EncodeDecodeIntra(
      ordinary ? { convertToYuv: true, downsampleChroma: ordinary === '4:2:0' } : { convertToYuv, downsampleChroma },
    ),
  });
}
