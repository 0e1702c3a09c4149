import { type Checkpoint, saveCheckpoint, type TrainingState } from '../run/checkpoint.js';
import {
  type CheckpointPolicy,
  checkpointFile,
  pruneCheckpoints,
  type RunConfiguration,
} from '../run/run-directory.js';
import type { Objective } from '../system.js';
import type { StepEvent, TrainingListener } from './training-listener.js';

/** Often enough to lose little, seldom enough to cost nothing. */
const SECONDS_BETWEEN_CHECKPOINTS = 120;

/** Options of `CheckpointKeeper`. */
export interface CheckpointKeeperOptions {
  /** Run directory. */
  directory: string;
  policy: CheckpointPolicy;
  objective: Pick<Objective, 'system' | 'validate'>;
  state: TrainingState;
  configuration: RunConfiguration;
  /** Where the run goes on. */
  resume?: Checkpoint;
  /** Whether this process writes: of several the first one only. */
  writes: boolean;
  /**
   * What the checkpoint is judged by on what is held back; undefined where nothing is: then it is the mean loss of training since the last
   * checkpoint. A number that is not finite judges nothing.
   */
  validate(): Promise<number | undefined>;
  /** Hears of each file. */
  onSaved(file: string, step: number): void | Promise<void>;
}

/** Saves checkpoints of a run when they are due, and knows which is the best. */
export class CheckpointKeeper implements TrainingListener {
  readonly #options: CheckpointKeeperOptions;
  #saved: { step: number | undefined; seconds: number };
  #losses: number[] = [];

  constructor(options: CheckpointKeeperOptions) {
    this.#options = options;
    this.#saved = { step: options.resume?.step, seconds: options.state.seconds };
  }

  async stepDone({ metrics }: StepEvent): Promise<void> {
    this.#losses.push(metrics.loss);
    if (this.#isDue) await this.save();
  }

  /** Whether steps were made since the last checkpoint. */
  get hasNews(): boolean {
    return this.#losses.length > 0;
  }

  get #isDue(): boolean {
    const { policy, state } = this.#options;
    if (policy.everySteps) return state.step % policy.everySteps === 0;
    return state.seconds - this.#saved.seconds > SECONDS_BETWEEN_CHECKPOINTS;
  }

  /**
   * Saves a checkpoint unless the step has one.
   *
   * @returns its file
   * @throws Error when it cannot be written, or, after it was, when it could not be judged
   */
  async save(): Promise<string> {
    const { directory, policy, objective, state, configuration, writes } = this.#options;
    const file = checkpointFile(directory, state.step);
    if (!writes || state.step === this.#saved.step) return file;
    // The steps were made, whatever becomes of judging them.
    const judged = await this.#judge().then(
      () => undefined,
      (error) => ({ error }),
    );
    await saveCheckpoint(file, objective.system, state, configuration);
    await pruneCheckpoints(directory, policy.keep, state.best?.step);
    this.#saved = { step: state.step, seconds: state.seconds };
    this.#losses = [];
    await this.#options.onSaved(file, state.step);
    if (judged) throw judged.error;
    return file;
  }

  /** Finds out whether this is the best checkpoint so far, and whether it is the last. */
  async #judge(): Promise<void> {
    const { objective, state, validate } = this.#options;
    const { better = 'less', stop } = objective.validate ?? {};
    const validated = await validate();
    const loss = validated ?? this.#losses.reduce((sum, value) => sum + value, 0) / this.#losses.length;
    if (!Number.isFinite(loss)) return;
    // Without a validation the loss of the training judges, whatever the measure of the objective.
    const more = validated !== undefined && better === 'more';
    if (state.best === null || (more ? loss > state.best.loss : loss < state.best.loss)) {
      state.best = { step: state.step, loss };
    }
    if (validated === undefined) return;
    state.history.push(validated);
    if (stop?.(state.history)) state.ended = true;
  }
}
