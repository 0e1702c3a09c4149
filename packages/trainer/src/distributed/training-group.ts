import { type Parameters, PeersLost, type ProcessGroup } from '@sandwich/engine';
import { type Gradients, mapPaths } from '../optimizers/optimizer.js';
import { reasonOf } from '../reason-of.js';
import type { Checkpoint } from '../run/checkpoint.js';
import type { StepMetrics } from '../step/metrics.js';
import { broadcastCheckpoint } from './broadcast-checkpoint.js';
import { type CommonValues, differences } from './differences.js';

/** What the processes agree on after a step. */
export interface Agreement {
  /** Seconds of training: those of process 0 count. */
  seconds: number;
  /** Whether to stop: one that wants to is enough. */
  stop: boolean;
}

/**
 * The processes that train one model together, each on its share of each batch. All call the same methods in the same
 * order; each method throws `PeersLost` when one of them is gone.
 */
export interface TrainingGroup {
  /** Number of this process; 0 keeps the run directory. */
  readonly rank: number;
  readonly size: number;
  /** What `body`, which runs in process 0 only, returns, as JSON carries it; or throws. */
  fromFirst<Result>(body: () => Result | Promise<Result>): Promise<Result>;
  /** The checkpoint that `body` reads in process 0. */
  checkpointFromFirst<C extends Checkpoint>(body: () => Promise<C | undefined>): Promise<C | undefined>;
  /** Gives parameters the values that they have in process 0. */
  shareParameters(parameters: Parameters): Promise<void>;
  /** @throws Error, in all processes, naming what differs from process 0, and the advice */
  requireSame(values: CommonValues, advice: string): Promise<void>;
  /** Means over the processes, of metrics that all have under the same names. */
  meanMetrics(metrics: StepMetrics): Promise<StepMetrics>;
  /** Means over the processes, the caller's to dispose; so is the argument. */
  meanGradients(gradients: Gradients): Promise<Gradients>;
  /** What all go by: the time of process 0, and the end as soon as one wants it. */
  agree(own: Agreement): Promise<Agreement>;
}

/** One process that trains on its own. */
export const alone: TrainingGroup = {
  rank: 0,
  size: 1,
  fromFirst: async (body) => body(),
  checkpointFromFirst: async (body) => body(),
  shareParameters: async () => {},
  requireSame: async () => {},
  meanMetrics: async (metrics) => metrics,
  meanGradients: async (gradients) => mapPaths(gradients, (gradient) => gradient.clone()),
  agree: async (own) => own,
};

/** A training group over c10d's collectives. */
export function trainingGroup(processes: ProcessGroup): TrainingGroup {
  const { rank, size } = processes;

  const fromFirst: TrainingGroup['fromFirst'] = async (body) => {
    let outcome: { value?: unknown; error?: string } = {};
    let failure: unknown;
    if (rank === 0) {
      try {
        outcome = { value: await body() };
      } catch (error) {
        failure = error;
        outcome = { error: reasonOf(error) };
      }
    }
    const { value, error } = JSON.parse(await processes.fromFirst(JSON.stringify(outcome)));
    if (error !== undefined) throw failure ?? new Error(`rank 0: ${error}`);
    return value;
  };

  return {
    rank,
    size,
    fromFirst,
    checkpointFromFirst: (body) => broadcastCheckpoint(processes, fromFirst, body),
    async shareParameters(parameters) {
      const own = Object.values(parameters);
      const values = await processes.broadcast(own);
      for (const [i, value] of values.entries()) {
        own[i].assign(value);
        value.dispose();
      }
    },
    async requireSame(values, advice) {
      const all: CommonValues[] = (await processes.gather(JSON.stringify(values))).map((text) => JSON.parse(text));
      const found = differences(all);
      if (found) throw new Error(`${found}; ${advice}`);
    },
    async meanMetrics(metrics) {
      const sums = await processes.sum(Object.values(metrics));
      return Object.fromEntries(Object.keys(metrics).map((name, i) => [name, sums[i] / size])) as StepMetrics;
    },
    async meanGradients(gradients) {
      const paths = Object.keys(gradients).sort();
      const means = await processes.mean(paths.map((path) => gradients[path]));
      return Object.fromEntries(paths.map((path, i) => [path, means[i]]));
    },
    async agree({ seconds, stop }) {
      const [first, stops] = await processes.sum([rank === 0 ? seconds : 0, stop ? 1 : 0]);
      return { seconds: first, stop: stops > 0 };
    },
  };
}

/** Whether an error only tells that another process has ended. */
export const isPeersLost = (error: unknown): boolean => error instanceof PeersLost;
