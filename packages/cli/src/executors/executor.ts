import { fileURLToPath } from 'node:url';
import type { Sweep } from '@sandwich/trainer';

/** Seconds for a step to end and its checkpoint to be written: a cluster tells a run so long before its time is up. */
export const SECONDS_TO_SAVE = 180;

export interface ExecutorOptions {
  /** Directory of the sweep. */
  directory: string;
  sweep: Sweep;
  /** Runs at a time. */
  jobs: number;
  /** For Kubernetes: the container's image, and the volume claim on which the sweep's directory lies. */
  containerImage?: string;
  volumeClaim?: string;
}

/** What brings the runs of a sweep to machines; each is `sandwich sweep-run <directory> <index>`. */
export interface Executor {
  name: string;
  /** One sentence for `--help`. */
  description: string;
  /**
   * Starts what is not finished.
   *
   * @param options `report` is the command that evaluates the runs when they are through
   * @returns whether the runs are through; else what the user does next was printed
   * @throws Error when a run failed, or it was interrupted
   */
  start(options: ExecutorOptions & { report: string }): Promise<boolean>;
}

const isSource = import.meta.url.endsWith('.ts');

/** Program and arguments of the `sandwich` command, for another process. */
export const sandwichCommand = (): string[] => [
  process.execPath,
  ...(isSource ? ['--import', import.meta.resolve('tsx')] : []),
  fileURLToPath(new URL(isSource ? '../bin.ts' : '../bin.js', import.meta.url)),
];
