import { subsamplingOf } from '@sandwich/codec-proxy';
import { systemKey } from '@sandwich/trainer';
import { codecFiles } from '../codec-files.js';
import type { Sandwich } from '../sandwich.js';

/** All that decides what becomes of a picture without networks. */
function codecOf(model: Sandwich): unknown[] {
  const { bottleneckChannels, inputChannels, outputChannels, downsampleFactor, truncateBits, transform } =
    model.architecture;
  const { layout } = codecFiles(model);
  const { convertToYuv = false, downsampleChroma = false } = layout;
  const sizes = [
    bottleneckChannels,
    inputChannels,
    outputChannels,
    downsampleFactor,
    truncateBits,
    ...(model.companding ? ['companding'] : []),
  ];
  return [sizes, transform, convertToYuv, downsampleChroma, subsamplingOf(layout)];
}

const hasNetworks = ({ architecture: { pre, post, loopFilter, startFrom } }: Sandwich): boolean =>
  pre !== null || post !== null || loopFilter !== null || startFrom !== undefined;

/** What models that do the same to pictures have in common: models with networks their architecture and weights, others how files are laid out. */
export const modelKey = (model: Sandwich): string =>
  hasNetworks(model) ? systemKey(model) : JSON.stringify(codecOf(model));
