import { tf } from '@sandwich/engine';
import type { TrainingGroup } from '../distributed/training-group.js';
import { namedGroup } from '../optimizers/named-group.js';
import { movedBy } from '../optimizers/optimizer.js';
import type { Objective, System } from '../system.js';
import { GradientVariables } from './gradient-variables.js';
import { gradientsOf } from './gradients-of.js';
import { GradientMean } from './mean-gradients.js';
import { meanOf, type StepMetrics } from './metrics.js';
import { drawNoise } from './noise.js';
import type { Inputs, Phase } from './phase.js';
import { Programs, type ProgramsOptions } from './programs.js';
import { Update, type UpdateOptions } from './update.js';

/** Options of `TrainingStep`. */
export interface TrainingStepOptions<P extends Phase> extends Omit<UpdateOptions, 'parameters'>, ProgramsOptions {
  objective: Pick<Objective<System, P>, 'system' | 'phaseAt' | 'loss'>;
  /** Those that train together. */
  group: TrainingGroup;
  /** Seed of the noise. */
  seed: number;
}

const SCALAR = 'scalar/';

/**
 * Steps of a training. Each is two programs, one for the gradients of a batch and one for the update, with the exchange among processes between
 * them: the same code whether they are recorded or not, in one process and in several, for one batch a step and for several.
 */
export class TrainingStep<P extends Phase = Phase> {
  readonly #options: TrainingStepOptions<P>;
  readonly #gradients = new GradientVariables();
  /** The parameters that have a gradient, by the key of the phase. */
  readonly #trained = new Map<string, string[]>();
  readonly #differentiating: Programs;
  readonly #updating: Programs;
  readonly #update: Update;

  constructor(options: TrainingStepOptions<P>) {
    this.#options = options;
    this.#differentiating = new Programs(options);
    this.#updating = new Programs(options);
    this.#update = new Update({ ...options, parameters: options.objective.system.parameters });
  }

  /**
   * Makes a step; counting it is the caller's.
   *
   * @param batches one or more, each made when its turn has come and disposed after it
   * @param progress share of the training that is done, 0 to 1
   * @returns means over all batches of all processes
   * @throws Error when the loss is not finite; nothing has changed then
   */
  async take(batches: readonly (() => Inputs)[], progress: number): Promise<StepMetrics> {
    const { objective, group, state } = this.#options;
    const phase = objective.phaseAt(state.step, progress, 'train');
    const sum = new GradientMean();
    try {
      const metrics: StepMetrics[] = [];
      for (const [i, batch] of batches.entries()) {
        metrics.push(await this.#differentiate(phase, batch, i));
        if (batches.length > 1) sum.add(this.#current(phase));
      }
      const mean = await group.meanMetrics(meanOf(metrics));
      if (!Number.isFinite(mean.loss)) throw new Error(`the loss is ${mean.loss}`);
      if (batches.length > 1) this.#replace(sum.mean());
      if (group.size > 1) this.#replace(await group.meanGradients(this.#current(phase)));
      await this.#update.make(this.#updating, this.#current(phase), progress);
      const { state: kept = {} } = objective.system;
      if (group.size > 1 && Object.keys(kept).length > 0) await group.shareParameters(kept);
      return mean;
    } finally {
      sum.dispose();
      if (!this.#differentiating.records && !this.#updating.records) this.#gradients.dispose();
    }
  }

  /** Frees programs and gradients; the state stays. */
  dispose(): void {
    this.#differentiating.dispose();
    this.#updating.dispose();
    this.#gradients.dispose();
  }

  #current(phase: P) {
    return this.#gradients.of(this.#trained.get(phase.key)!);
  }

  #replace(gradients: Record<string, tf.Tensor>): void {
    this.#gradients.hold(gradients);
    tf.dispose(gradients);
  }

  async #differentiate(phase: P, batch: () => Inputs, index: number): Promise<StepMetrics> {
    const { objective, optimizer, seed, state, group } = this.#options;
    const { parameters, state: statistics = {} } = objective.system;
    const inputs: Inputs = {};
    try {
      Object.assign(inputs, batch());
      Object.assign(inputs, drawNoise(phase.noise ?? {}, { seed, step: state.step, batch: index, rank: group.rank }));
      for (const [name, value] of Object.entries(phase.scalars ?? {})) inputs[SCALAR + name] = tf.scalar(value);
      const numbers = await this.#differentiating.run(phase.key, inputs, {
        variables: () => [...Object.values(parameters), ...Object.values(statistics), ...this.#gradients.all],
        run: (all) => {
          const loss = () => objective.loss(all, phase, namedGroup(all, SCALAR) as Record<string, tf.Scalar>);
          const { metrics, gradients } = gradientsOf(movedBy(optimizer, parameters), loss);
          this.#trained.set(phase.key, Object.keys(gradients));
          this.#gradients.hold(gradients);
          return metrics;
        },
      });
      return numbers as StepMetrics;
    } finally {
      tf.dispose(inputs);
    }
  }
}
