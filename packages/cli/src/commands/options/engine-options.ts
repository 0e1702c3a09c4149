import type { EngineOptions } from '@sandwich/engine';
import { count } from '../../command-line/numbers.js';
import { choice, device } from '../../command-line/texts.js';

/** Arguments of every command that computes. */
export type EngineArguments = Pick<EngineOptions, 'engine' | 'device' | 'threads' | 'precision'>;

const MOST_THREADS = 1024;

/** Their options. */
export const engineOptions = {
  engine: choice('Engine', ['auto', 'torch', 'tensorflow', 'wasm', 'cpu'], 'default auto, the fastest one here'),
  device: device('Device: cpu, cuda or cuda:<n>; default cpu'),
  threads: count('Threads per operation; default one for each core', { max: MOST_THREADS }),
  precision: choice(
    'Precision of convolutions and matrix products',
    ['fp32', 'tf32', 'bf16'],
    'default fp32; tf32 needs CUDA',
  ),
} satisfies Record<keyof EngineArguments, unknown>;

export const engineOf = ({ engine, device, threads, precision }: EngineArguments): EngineOptions => ({
  engine,
  device,
  threads,
  precision,
});
