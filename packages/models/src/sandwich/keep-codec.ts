import { type Parameters, type StoredTensor, storedTensors } from '@sandwich/engine';

type Stored = Record<string, StoredTensor>;

const isOfCodec = (path: string): boolean => path.startsWith('proxy/');

/**
 * Weights of another sandwich. Where its codec learns something else than this one's, such as a quantiser step instead of tables, this
 * one's codec stays as it is.
 *
 * @param weights by path, as in `Sandwich.parameters`
 * @param parameters of this one, fresh
 */
export function keepCodec(weights: Stored, parameters: Parameters): Stored {
  const learned = (paths: object) => Object.keys(paths).filter(isOfCodec).sort().join();
  if (learned(weights) === learned(parameters)) return weights;
  const networks = Object.entries(weights).filter(([path]) => !isOfCodec(path));
  const codec = Object.entries(storedTensors(parameters)).filter(([path]) => isOfCodec(path));
  return Object.fromEntries([...networks, ...codec]);
}
