import type { Executor } from './executor.js';
import { kubernetes } from './kubernetes.js';
import { local } from './local.js';
import { slurm } from './slurm.js';

/** Executors by the names that `--executor` takes. */
export const executors: Record<string, Executor> = { local, slurm, kubernetes };
