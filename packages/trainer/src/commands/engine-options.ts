import type { EngineOptions } from '@sandwich/engine';
import type { Options } from 'yargs';

/** Arguments of every command that computes. */
export type EngineArguments = Pick<EngineOptions, 'engine' | 'device' | 'threads'>;

/** Their options. */
export const engineOptions = {
  engine: { choices: ['auto', 'torch', 'tensorflow', 'wasm', 'cpu'] as const, describe: 'Default auto, the fastest' },
  device: { type: 'string', describe: 'cpu, cuda or cuda:<n>; default cpu' },
  threads: { type: 'number', describe: 'Threads of an operation; default one a core' },
} satisfies Record<keyof EngineArguments, Options>;

export const engineOf = ({ engine, device, threads }: EngineArguments): EngineOptions => ({ engine, device, threads });
