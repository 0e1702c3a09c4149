import { buildCodec, missingFromCodec } from '@sandwich/codec-proxy';
import { Sandwich } from './sandwich.js';
import type { SandwichArchitecture } from './sandwich-architecture.js';

/**
 * A sandwich of an architecture, as `Sandwich.architecture` gives it, with fresh weights.
 *
 * @throws Error when its codec is not known by name (see `registerCodec`), or cannot be built of JSON
 * @throws RangeError when an option is out of range
 * @example
 * const copy = buildSandwich(JSON.parse(JSON.stringify(model.architecture)));
 */
export function buildSandwich(architecture: SandwichArchitecture): Sandwich {
  const { transform, proxy: description, ...options } = architecture;
  if (description === null) throw new Error(`buildSandwich: ${missingFromArchitecture(architecture)}`);
  const proxy = buildCodec(description);
  try {
    return new Sandwich({ ...options, transform: transform ?? undefined, proxy });
  } catch (error) {
    proxy.dispose();
    throw error;
  }
}

/** Why `buildSandwich` cannot make a sandwich of an architecture here, for people; undefined when it can. */
export const missingFromArchitecture = ({ proxy }: SandwichArchitecture): string | undefined => missingFromCodec(proxy);
