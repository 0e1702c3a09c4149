import { EncodeDecodeIntra, roundings } from '@sandwich/codec-proxy';
import { Sandwich } from './sandwich.js';
import type { ProxyArchitecture, SandwichArchitecture } from './sandwich-architecture.js';

/**
 * A sandwich of an architecture, as `Sandwich.architecture` gives it, with fresh weights.
 *
 * @throws Error when the rounding or the codec of its proxy is not known by name
 * @throws RangeError when an option is out of range
 * @example
 * const copy = buildSandwich(JSON.parse(JSON.stringify(model.architecture)));
 */
export function buildSandwich(architecture: SandwichArchitecture): Sandwich {
  const { transform, proxy: proxyArchitecture, ...options } = architecture;
  const proxy = buildProxy(proxyArchitecture);
  try {
    return new Sandwich({ ...options, transform: transform ?? undefined, proxy });
  } catch (error) {
    proxy.dispose();
    throw error;
  }
}

/** What of an architecture is not JSON and must come from the program that made it; undefined when nothing is. */
export function missingFromArchitecture({ proxy }: SandwichArchitecture): string | undefined {
  if (proxy.roundingFn === null) return "the codec proxy's rounding is a function of its own, not one of `roundings`";
  if (proxy.forward === null) return 'the codec proxy runs a codec of `startRealCodec`';
  return undefined;
}

function buildProxy({ roundingFn, forward, ...options }: ProxyArchitecture): EncodeDecodeIntra {
  if (roundingFn === null || !Object.hasOwn(roundings, roundingFn)) {
    throw new Error(
      `buildSandwich: the codec proxy's rounding must be one of ${Object.keys(roundings).join(', ')}, got ${roundingFn}`,
    );
  }
  if (forward === null) throw new Error("buildSandwich: the codec proxy's forward must be proxy or real, got null");
  return new EncodeDecodeIntra({ ...options, roundingFn: roundings[roundingFn], forward });
}
