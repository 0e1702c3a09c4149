import type { System, SystemKind } from '../system.js';

/** One registry for a process, also where it has loaded two copies of this package. */
function kinds(): Map<string, SystemKind> {
  const registry = globalThis as { [key: symbol]: Map<string, SystemKind> | undefined };
  const key = Symbol.for('@sandwich/trainer system kinds');
  registry[key] ??= new Map();
  return registry[key];
}

/**
 * Makes a kind of system known, so that runs of it can be loaded, measured and used.
 *
 * @returns the kind
 * @throws Error when another module has registered a kind of that name
 */
export function registerKind<S extends System>(kind: SystemKind<S>): SystemKind<S> {
  const earlier = kinds().get(kind.name);
  if (earlier !== undefined && earlier.module !== kind.module) {
    throw new Error(`the kind of system '${kind.name}' is registered by ${earlier.module} and again by ${kind.module}`);
  }
  // Only systems of the kind are handed to it.
  kinds().set(kind.name, kind as unknown as SystemKind);
  return kind;
}

/** A kind by its name; undefined where no import has registered it. */
export function registeredKind(name: string): SystemKind | undefined {
  return kinds().get(name);
}

/** Names of the kinds that are registered. */
export function registeredKinds(): string[] {
  return [...kinds().keys()].sort();
}
