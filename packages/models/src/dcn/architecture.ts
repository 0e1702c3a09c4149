import { roundings } from '@sandwich/codec-proxy';

/**
 * How weights of codebook entries fall with the distance d of a value from them.
 *
 * `code`: (1 + (gamma d)^2 / v)^(-(v + 1) / 2), as the published code has it; `paper`: (1 + gamma d^2 / v)^(-(v + 1) / 2), equation 5 of the
 * paper; `gaussian`: exp(-gamma d^2).
 */
export interface CodebookKernel {
  form: 'code' | 'paper' | 'gaussian';
  /** Positive; 25 as published, 5 for `gaussian`. */
  gamma: number;
  /** Degrees of freedom, positive; 50 as published. Without effect for `gaussian`. */
  v: number;
}

/** How latents are rounded: to the soft codebook, or by a function of `roundings`, within the codebook. */
export type LatentRounding = 'soft-codebook' | keyof typeof roundings;

/** All that a `Dcn` is built from, as plain JSON. */
export interface DcnArchitecture {
  /** Channels of the latent, 4 to 128; published are 16, 32 and 64. */
  features: number;
  /** Bits of a symbol, 1 to 8: the codebook has the integers from -2^(bits - 1) + 1 to 2^(bits - 1). */
  bits: number;
  /** Whether latents are multiplied by a number that is trained. */
  scaleLatent: boolean;
  rounding: LatentRounding;
  kernel: CodebookKernel;
  /** How weights begin: Glorot-uniform, as published, or as a transform codec; see `startFromDct`. */
  startFrom: 'random' | 'dct';
  /** Where weights begin as a transform codec, its finest quantiser step, in levels of 255 of an orthonormal transform; positive. */
  startStep: number;
  /** Number of rates at which it is trained, 1 to 16; with several it codes at all rates between the lowest and the highest. */
  rates: number;
  /** Octaves of quantiser steps that a range of rates begins with, above 0 and at most 8, with `startFrom: 'dct'` at most 2 (bits - 1), too. */
  rateOctaves: number;
  seed: number;
}

/** The published codec of medium size. */
export const dcnDefaults: DcnArchitecture = {
  features: 32,
  bits: 5,
  scaleLatent: true,
  rounding: 'soft-codebook',
  kernel: { form: 'code', gamma: 25, v: 50 },
  startFrom: 'random',
  startStep: 35,
  rates: 1,
  rateOctaves: 2,
  seed: 0,
};

/** An architecture with defaults for what is not given. @throws RangeError for what is out of range, naming it and its value */
export function resolveDcnArchitecture(options: Partial<DcnArchitecture> = {}): DcnArchitecture {
  const architecture = { ...dcnDefaults, ...options };
  const { features, bits, kernel, rounding, startFrom, startStep, rates, rateOctaves } = architecture;
  const require = (holds: boolean, what: string, value: unknown) => {
    if (!holds) throw new RangeError(`Dcn: ${what}, got ${value}`);
  };
  require(Number.isInteger(features) &&
    features >= 4 &&
    features <= 128, 'features must be a whole number of 4 to 128', features);
  require(Number.isInteger(bits) && bits >= 1 && bits <= 8, 'bits must be a whole number of 1 to 8', bits);
  const known = ['soft-codebook', ...Object.keys(roundings)];
  require(known.includes(rounding), `rounding must be one of ${known.join(', ')}`, rounding);
  require(['code', 'paper', 'gaussian'].includes(
    kernel.form,
  ), 'the kernel must be code, paper or gaussian', kernel.form);
  require(['random', 'dct'].includes(startFrom), 'startFrom must be random or dct', startFrom);
  require(startStep > 0 && startStep < Infinity, 'startStep must be positive', startStep);
  require(Number.isInteger(rates) && rates >= 1 && rates <= 16, 'rates must be a whole number of 1 to 16', rates);
  require(rateOctaves > 0 && rateOctaves <= 8, 'rateOctaves must be above 0 and at most 8', rateOctaves);
  // The highest rate divides steps by 2^(rateOctaves / 2), and the codebook must still hold two of the undivided ones.
  const most = 2 * (bits - 1);
  require(startFrom === 'random' ||
    rates === 1 ||
    rateOctaves <=
      most, `with startFrom dct and a codebook of ${bits} bits rateOctaves must be at most ${most}`, rateOctaves);
  require(kernel.gamma > 0 && kernel.gamma < Infinity, 'gamma must be positive', kernel.gamma);
  require(kernel.v > 0 && kernel.v < Infinity, 'v must be positive', kernel.v);
  return architecture;
}

/** The smallest and the largest entry of the codebook. */
export const codebookRange = ({ bits }: Pick<DcnArchitecture, 'bits'>): [low: number, high: number] => [
  1 - 2 ** (bits - 1),
  2 ** (bits - 1),
];
