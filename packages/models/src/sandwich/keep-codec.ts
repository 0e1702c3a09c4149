import type { StoredTensor } from '@sandwich/engine';

type Stored = Record<string, StoredTensor>;

const isOfCodec = (path: string): boolean => path.startsWith('proxy/');

/**
 * Weights of another sandwich. Where its codec learns something else than this one's, such as a quantiser step instead of tables, this
 * one's codec stays as it is.
 *
 * @param weights by path, as in `Sandwich.parameters`
 * @param fresh those of this one
 */
export function keepCodec(weights: Stored, fresh: Stored): Stored {
  const learned = (tensors: Stored) => Object.keys(tensors).filter(isOfCodec).sort().join();
  if (learned(weights) === learned(fresh)) return weights;
  const networks = Object.entries(weights).filter(([path]) => !isOfCodec(path));
  const codec = Object.entries(fresh).filter(([path]) => isOfCodec(path));
  return Object.fromEntries([...networks, ...codec]);
}
