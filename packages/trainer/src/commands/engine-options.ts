import type { EngineOptions } from '@sandwich/engine';
import type { Options } from 'yargs';

/** Arguments of every command that computes. */
export type EngineArguments = Pick<EngineOptions, 'engine' | 'device' | 'threads' | 'precision'>;

/** Their options. */
export const engineOptions = {
  engine: { choices: ['auto', 'torch', 'tensorflow', 'wasm', 'cpu'] as const, describe: 'Default auto, the fastest' },
  device: { type: 'string', describe: 'cpu, cuda or cuda:<n>; default cpu' },
  threads: { type: 'number', describe: 'Threads of an operation; default one a core' },
  precision: {
    choices: ['fp32', 'tf32', 'bf16'] as const,
    describe: 'Of convolutions and matrix products; default fp32, tf32 needs CUDA',
  },
} satisfies Record<keyof EngineArguments, Options>;

export const engineOf = ({ engine, device, threads, precision }: EngineArguments): EngineOptions => ({
  engine,
  device,
  threads,
  precision,
});
