import type { DifferentiableCodec, FileLayout } from '@sandwich/codec-proxy';
import { codecFiles } from '../codec-files.js';
import { Sandwich } from '../sandwich.js';

/** How a codec alone differs from the sandwich. */
export interface AloneOptions {
  /** Codes pictures at full size where the networks reduce them. */
  fullSize?: boolean;
  /** Codes pictures in the colours that they have, with this chroma, whatever the bottleneck is. */
  ordinary?: '4:2:0' | '4:4:4';
  /** Keeps the companding curve that lies around the networks. Default false: the codec gets the upper 8 bits. */
  companding?: boolean;
}

/** A codec of which only the layout of its files is asked. */
const filesOnly = (layout: FileLayout): DifferentiableCodec => ({
  parameters: {},
  knobs: [],
  files: { layout },
  blockSize: () => 1,
  describe: () => null,
  apply() {
    throw new Error('a codec that is measured alone has real files only');
  },
  dispose() {},
});

/** The codec of a sandwich without pre-processor, post-processor and loop filter. The caller's to dispose. */
export function withoutNetworks(
  model: Sandwich,
  { fullSize = false, ordinary, companding = false }: AloneOptions = {},
): Sandwich {
  const { inputChannels, outputChannels, bottleneckChannels, downsampleFactor, truncateBits } = model.architecture;
  // A transform behind a curve belongs to that: channels that the codec has as they are, it gets as they are.
  const transform = model.companding && !companding ? undefined : model.architecture.transform;
  return new Sandwich({
    inputChannels,
    outputChannels,
    bottleneckChannels: ordinary ? inputChannels : bottleneckChannels,
    downsampleFactor: fullSize ? 1 : downsampleFactor,
    truncateBits,
    companding,
    transform: ordinary ? undefined : (transform ?? undefined),
    pre: null,
    post: null,
    loopFilter: null,
    proxy: filesOnly(
      ordinary ? { convertToYuv: true, downsampleChroma: ordinary === '4:2:0' } : codecFiles(model).layout,
    ),
  });
}

/**
 * The colour carrier as a formula (`startFrom: 'carrier'` without U-Nets), around the codec of a sandwich whose gray bottleneck carries colour;
 * undefined around others, or where the sandwich is that itself. The caller's to dispose.
 */
export function carrierAlone(model: Sandwich): Sandwich | undefined {
  const { inputChannels, bottleneckChannels, outputChannels, downsampleFactor, truncateBits, pre, post } =
    model.architecture;
  const carriesColor = inputChannels === 3 && bottleneckChannels === 1 && outputChannels === 3;
  if (!carriesColor || downsampleFactor > 1 || truncateBits > 0 || (pre === null && post === null)) return undefined;
  const proxy = filesOnly(codecFiles(model).layout);
  return new Sandwich({ bottleneckChannels, pre: null, post: null, startFrom: 'carrier', proxy });
}
