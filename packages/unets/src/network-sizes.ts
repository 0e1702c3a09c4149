import type { UNetOptions } from './unet.js';

/** Networks of the paper's table of complexities: 57,219, 472,387 and 7,847,491 parameters from 3 to 3 channels. */
const networkSizes: Record<string, UNetOptions> = {
  slim: { encoderFilters: [32], decoderFilters: [32, 32], variant: 'textbook' },
  medium: { encoderFilters: [32, 64], decoderFilters: [128, 64, 32], variant: 'textbook' },
  full: { encoderFilters: [32, 64, 128, 256], decoderFilters: [512, 256, 128, 64, 32], variant: 'textbook' },
};

/**
 * The options of a network by the name of its size: slim, medium or full.
 *
 * @throws RangeError for another name, listing those there are.
 */
export function networkSize(name: string): UNetOptions {
  if (!Object.hasOwn(networkSizes, name)) {
    throw new RangeError(`networkSize: unknown size '${name}'; known are ${Object.keys(networkSizes).join(', ')}`);
  }
  return networkSizes[name];
}
