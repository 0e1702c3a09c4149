import { availableParallelism } from 'node:os';
import type { EngineOptions } from '@sandwich/engine';
import type { Place } from './place.js';

/**
 * The engine of one of several processes: each takes the GPU of its number on its machine, and its share of the cores.
 *
 * @throws Error when another engine than torch is asked for
 */
export function engineAt(place: Place, { engine = 'auto', device, threads, precision }: EngineOptions): EngineOptions {
  if (engine !== 'auto' && engine !== 'torch') {
    throw new Error(`several processes train together on the torch engine only, not on ${engine}`);
  }
  const share = place.localSize && Math.max(1, Math.floor(availableParallelism() / place.localSize));
  return {
    engine: 'torch',
    device: device?.startsWith('cuda') ? `cuda:${place.localRank}` : device,
    threads: threads ?? (process.env.OMP_NUM_THREADS ? undefined : share),
    precision,
  };
}
