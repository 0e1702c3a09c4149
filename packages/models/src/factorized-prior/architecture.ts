/** All that a `FactorizedPrior` is built from, as plain JSON. */
export interface FactorizedPriorArchitecture {
  /** Channels between the convolutions: N of CompressAI. */
  features: number;
  /** Channels of the latent: M of CompressAI. */
  latentChannels: number;
  /** Seed of the first weights. */
  seed: number;
}

/** CompressAI's `bmshj2018-factorized` of its five lower rates; the three higher ones have 192 and 320 channels. */
export const factorizedPriorDefaults: FactorizedPriorArchitecture = { features: 128, latentChannels: 192, seed: 0 };

/** So many channels at most: files hold their number in 16 bits. */
const MOST_CHANNELS = 2 ** 16 - 1;

/** An architecture with defaults for what is not given. @throws RangeError for what is out of range, naming it and its value */
export function resolveFactorizedPrior(
  options: Partial<FactorizedPriorArchitecture> = {},
): FactorizedPriorArchitecture {
  const architecture = { ...factorizedPriorDefaults, ...options };
  for (const name of ['features', 'latentChannels'] as const) {
    const count = architecture[name];
    if (!(Number.isInteger(count) && count >= 1 && count <= MOST_CHANNELS))
      throw new RangeError(`FactorizedPrior: ${name} must be a whole number of 1 to ${MOST_CHANNELS}, got ${count}`);
  }
  return architecture;
}
