import type { tf } from '@sandwich/engine';
import { splitChannels } from '../split-channels.js';
import { BLOCK_AREA } from '../transforms/dct.js';
import { entropyRate } from './entropy-rate.js';
import { marginalRate } from './marginal-rate.js';
import { gaussianRate, geometricRate, type RateModel } from './rate-models.js';
import { runLengthRate } from './run-length-rate.js';

/** Every plane by itself, [B, h, w, 64]. */
const planesOf = (groups: tf.Tensor4D[]): tf.Tensor4D[] =>
  groups.flatMap((group) => splitChannels(group, new Array(group.shape[3] / BLOCK_AREA).fill(BLOCK_AREA)));

/**
 * Rate models by name, for the option `rateModel` of any proxy; those with a parameter have its default here. `marginal` takes the gradient of
 * the proxy's rounding.
 *
 * @example
 * const proxy = new DiffJpegCodec({ rounding: softRounding(), rateModel: rateModels.entropy });
 */
export const rateModels: Readonly<Record<string, RateModel>> = {
  entropy: entropyRate(),
  geometric: ({ levels }) => geometricRate(levels),
  gaussian: ({ levels }) => gaussianRate(levels),
  marginal: ({ levels, unrounded }) => marginalRate(planesOf(levels), planesOf(unrounded)),
  'run-length': ({ levels }) => runLengthRate(levels),
};

/** The name in `rateModels` of a function; null for one of the user's own. */
export const nameOfRateModel = (model: RateModel): string | null =>
  Object.keys(rateModels).find((name) => rateModels[name] === model) ?? null;

/**
 * The rate model of a name, none where there is no name.
 *
 * @param caller for the message
 * @throws RangeError naming those that there are
 */
export function rateModelOfName(caller: string, name: unknown): RateModel | undefined {
  if (name === undefined) return undefined;
  if (typeof name === 'string' && Object.hasOwn(rateModels, name)) return rateModels[name];
  throw new RangeError(`${caller}: the rate model must be one of ${Object.keys(rateModels).join(', ')}, got ${name}`);
}
