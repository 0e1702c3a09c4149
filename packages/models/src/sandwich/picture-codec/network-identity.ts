import { createHash } from 'node:crypto';
import type { Sandwich } from '../sandwich.js';
import type { UNetArchitecture } from '../sandwich-architecture.js';

/** What the outputs of a U-Net depend on: not how its weights began. */
const computed = (unet: UNetArchitecture | null) =>
  unet && [unet.encoderFilters, unet.decoderFilters, unet.variant, unet.convolutionsPerBlock];

/**
 * Tells networks apart: the first 16 hexadecimal digits of a SHA-256 over what their outputs depend on, which is the architecture
 * without seeds and ways to begin, and the path, shape and float32 values (little-endian) of every weight.
 */
export function networkIdentity({ architecture, parameters, proxy }: Sandwich): string {
  const { pre, post, loopFilter } = architecture;
  const { convertToYuv, downsampleChroma, subsampling } = proxy.files?.layout ?? {};
  const structure = {
    channels: [architecture.inputChannels, architecture.bottleneckChannels, architecture.outputChannels],
    downsampleFactor: architecture.downsampleFactor,
    truncateBits: architecture.truncateBits,
    unets: [computed(pre), computed(post), computed(loopFilter)],
    mlp: [architecture.mlpLayers, architecture.mlpChannels],
    phasePlanes: architecture.phasePlanes,
    transform: architecture.transform,
    ...(architecture.conditionOn && { conditionOn: architecture.conditionOn }),
    ...(architecture.companding && { companding: true }),
    codec: [convertToYuv, downsampleChroma, ...(subsampling ? [subsampling] : [])],
  };
  const hash = createHash('sha256').update(JSON.stringify(structure));
  for (const path of Object.keys(parameters).sort()) {
    const { shape } = parameters[path];
    const values = parameters[path].dataSync<'float32'>();
    hash.update(`\n${path} [${shape.join(', ')}]\n`);
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest('hex').slice(0, 16);
}
