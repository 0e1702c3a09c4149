import { type RateModel, rateModels } from '@sandwich/codec-proxy';

/**
 * How bits are estimated while tables are learned for recognition, by name: `entropy` is the rate of J4D, of the soft levels' probabilities;
 * the others take the mean levels, see `rateModels`.
 */
export const softRates: Record<'entropy' | 'geometric' | 'marginal' | 'run-length', RateModel | undefined> = {
  entropy: undefined,
  geometric: rateModels.geometric,
  marginal: rateModels.marginal,
  'run-length': rateModels['run-length'],
};
