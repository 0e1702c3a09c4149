import { Random } from '@sandwich/data';

/** Options of {@link bootstrapInterval}. */
export interface BootstrapOptions {
  /** Default 2000. */
  resamples?: number;
  /** Confidence level, above 0 and below 1. Default 0.95. */
  level?: number;
  /** Default 0. */
  seed?: number;
}

/**
 * Confidence interval of a statistic of items by the percentile bootstrap: the statistic is computed for sets of as many items, drawn with
 * replacement. For two things measured on the same items, let the statistic be the difference: then the items are paired.
 * Source: B. Efron, "Bootstrap methods: another look at the jackknife", 1979.
 *
 * @param items how many there are
 * @param statistic of the items with these indexes, of which some come several times; draws for which it is NaN are left out
 * @throws RangeError when there are no items, an option is out of range, or the statistic is NaN for all draws
 * @example
 * const interval = bootstrapInterval(gains.length, (drawn) => drawn.reduce((sum, i) => sum + gains[i], 0) / drawn.length);
 */
export function bootstrapInterval(
  items: number,
  statistic: (drawn: Uint32Array) => number,
  { resamples = 2000, level = 0.95, seed = 0 }: BootstrapOptions = {},
): [low: number, high: number] {
  if (!(Number.isInteger(items) && items > 0)) {
    throw new RangeError(`bootstrapInterval: there must be an item or more, got ${items}`);
  }
  if (!(Number.isInteger(resamples) && resamples > 0)) {
    throw new RangeError(`bootstrapInterval: resamples must be a positive integer, got ${resamples}`);
  }
  if (!(level > 0 && level < 1)) {
    throw new RangeError(`bootstrapInterval: level must lie between 0 and 1, got ${level}`);
  }
  const random = new Random(seed);
  const drawn = new Uint32Array(items);
  const values: number[] = [];
  for (let i = 0; i < resamples; i++) {
    for (let j = 0; j < items; j++) drawn[j] = random.integer(items);
    const value = statistic(drawn);
    if (!Number.isNaN(value)) values.push(value);
  }
  if (values.length === 0) throw new RangeError('bootstrapInterval: the statistic is NaN for all draws');
  values.sort((a, b) => a - b);
  return [quantile(values, (1 - level) / 2), quantile(values, (1 + level) / 2)];
}

/** The quantile of rising values, linear between neighbours. */
function quantile(rising: readonly number[], share: number): number {
  const place = share * (rising.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, rising.length - 1);
  return rising[below] + (place - below) * (rising[above] - rising[below]);
}
