import type { RateOf } from '../rate/unrounded-rate.js';

/** How gradients pass the quantiser of a proxy, or a real codec in its place. */
export type ProxyGradient = 'straight-through' | 'projected';

/**
 * The published gradients, with which `EncodeDecodeIntra` is made unless it is told otherwise, as settings of an experiment:
 * `--set gradient=projected --set rateOf=unrounded` changes them.
 */
export const publishedGradient: { gradient: ProxyGradient; rateOf: RateOf } = {
  gradient: 'straight-through',
  rateOf: 'rounded',
};
