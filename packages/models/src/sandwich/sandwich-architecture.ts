import type { CodecDescription } from '@sandwich/codec-proxy';
import { type UNetOptions, unetDefaults } from '@sandwich/unets';
import type { ColorTransform } from './processor/color-transform.js';
import type { SandwichOptions } from './sandwich-options.js';

/** Options of a U-Net, complete; channel counts are set by the model, seed and start of the output only if they were given. */
export type UNetArchitecture = Required<
  Omit<UNetOptions, 'inputChannels' | 'outputChannels' | 'conditioned' | 'outputInitializer' | 'seed'>
> &
  Pick<UNetOptions, 'outputInitializer' | 'seed'>;

/** All that a `Sandwich` is built from, as plain JSON: its options with defaults filled in. `buildSandwich` makes one of it. */
export interface SandwichArchitecture
  extends Required<
      Omit<SandwichOptions, 'proxy' | 'transform' | 'startFrom' | 'light' | 'conditionOn' | 'companding' | UNetSide>
    >,
    Pick<SandwichOptions, 'startFrom' | 'light'> {
  pre: UNetArchitecture | null;
  post: UNetArchitecture | null;
  loopFilter: UNetArchitecture | null;
  /** Null for the one that fits the channels. */
  transform: ColorTransform | null;
  /** Left out where networks are told nothing, as in the architectures of older versions. */
  conditionOn?: 'step';
  /** Left out where there is no curve. */
  companding?: true;
  /** What the codec's `describe` returns: null where JSON cannot hold the codec. */
  proxy: CodecDescription | null;
}

type UNetSide = 'pre' | 'post' | 'loopFilter';

/** Options of a sandwich, complete, without the codec proxy. */
export function resolveSandwichOptions(options: SandwichOptions): Omit<SandwichArchitecture, 'proxy'> {
  const { pre = {}, post = {}, loopFilter = null } = options;
  return {
    inputChannels: options.inputChannels ?? 3,
    bottleneckChannels: options.bottleneckChannels ?? 3,
    outputChannels: options.outputChannels ?? 3,
    downsampleFactor: options.downsampleFactor ?? 1,
    truncateBits: options.truncateBits ?? 0,
    // The usual one goes without saying, as in what was stored before.
    ...(options.light === 'linear' && { light: options.light }),
    pre: pre && resolveUNetOptions(pre),
    post: post && resolveUNetOptions(post),
    mlpLayers: options.mlpLayers ?? 2,
    mlpChannels: options.mlpChannels ?? 16,
    phasePlanes: options.phasePlanes ?? false,
    loopFilter: loopFilter && resolveUNetOptions(loopFilter),
    initialScaler: options.initialScaler ?? 0,
    transform: options.transform ?? null,
    startFromTransform: options.startFromTransform ?? false,
    ...(options.startFrom !== undefined && { startFrom: options.startFrom }),
    ...(options.conditionOn === 'step' && { conditionOn: options.conditionOn }),
    ...(options.companding && { companding: true as const }),
    seed: options.seed ?? 0,
  };
}

function resolveUNetOptions(options: UNetOptions): UNetArchitecture {
  const { encoderFilters, decoderFilters, variant, convolutionsPerBlock, initializer } = {
    ...unetDefaults,
    ...options,
  };
  const { outputInitializer, seed } = options;
  return {
    encoderFilters,
    decoderFilters,
    variant,
    convolutionsPerBlock,
    initializer,
    ...(outputInitializer !== undefined && { outputInitializer }),
    ...(seed !== undefined && { seed }),
  };
}
