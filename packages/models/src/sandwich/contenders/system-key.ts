import { createHash } from 'node:crypto';
import { subsamplingOf } from '@sandwich/codec-proxy';
import { codecFiles } from '../codec-files.js';
import type { Sandwich } from '../sandwich.js';

/** All that decides what becomes of a picture without networks. */
function codecOf(model: Sandwich): unknown[] {
  const { bottleneckChannels, inputChannels, outputChannels, downsampleFactor, truncateBits, transform } =
    model.architecture;
  const { layout } = codecFiles(model);
  const { convertToYuv = false, downsampleChroma = false } = layout;
  const sizes = [bottleneckChannels, inputChannels, outputChannels, downsampleFactor, truncateBits];
  return [sizes, transform, convertToYuv, downsampleChroma, subsamplingOf(layout)];
}

const hasNetworks = ({ architecture: { pre, post, loopFilter } }: Sandwich): boolean =>
  pre !== null || post !== null || loopFilter !== null;

/** What models that do the same to pictures have in common: of models with networks, their architecture and weights. */
export function systemKey(model: Sandwich): string {
  if (!hasNetworks(model)) return JSON.stringify(codecOf(model));
  const hash = createHash('sha256').update(JSON.stringify(model.architecture));
  for (const path of Object.keys(model.parameters).sort()) {
    hash.update(path).update(new Uint8Array(new Float32Array(model.parameters[path].dataSync()).buffer));
  }
  return hash.digest('hex');
}
