import { type RateModel, rateModels } from '@sandwich/codec-proxy';
import type { JpegTables } from '../jpeg-tables.js';

/**
 * How bits are estimated while tables are learned for recognition, by name: `entropy` is the rate of J4D, of the soft levels' probabilities;
 * the others take the mean levels: `densities` those that the tables' system learns, as Luo et al. do, and all others are `rateModels`.
 */
export const softRates: Record<
  'entropy' | 'geometric' | 'marginal' | 'run-length' | 'densities',
  (system: JpegTables) => RateModel | undefined
> = {
  entropy: () => undefined,
  geometric: () => rateModels.geometric,
  marginal: () => rateModels.marginal,
  'run-length': () => rateModels['run-length'],
  densities: ({ densities }) => densities?.rate,
};
