import type { Parameters } from '@sandwich/engine';
import { type Checkpoint, saveCheckpoint, type TrainingState } from '../checkpoint.js';
import { type CheckpointPolicy, checkpointFile, pruneCheckpoints, type RunConfiguration } from '../run-directory.js';

/** Often enough to lose little, seldom enough to cost nothing. */
const SECONDS_BETWEEN_CHECKPOINTS = 120;

/** Options of `CheckpointKeeper`. */
export interface CheckpointKeeperOptions {
  /** Run directory. */
  directory: string;
  policy: CheckpointPolicy;
  parameters: Parameters;
  state: TrainingState;
  configuration: RunConfiguration;
  /** Where the run goes on. */
  resume?: Checkpoint;
  /** Whether this process writes: of several the first one only. */
  writes: boolean;
  /** The loss over images that are held back, by which the best checkpoint is found; default the mean loss of training since the last one. */
  validate?(): Promise<number>;
}

/** Saves checkpoints of a run when they are due, and knows which is the best. */
export class CheckpointKeeper {
  readonly #options: CheckpointKeeperOptions;
  #saved: { step: number | undefined; seconds: number };
  #losses: number[] = [];

  constructor(options: CheckpointKeeperOptions) {
    this.#options = options;
    this.#saved = { step: options.resume?.step, seconds: options.state.seconds };
  }

  /** Hears of each step. */
  noteLoss(loss: number): void {
    this.#losses.push(loss);
  }

  /** Whether steps were made since the last checkpoint. */
  get hasNews(): boolean {
    return this.#losses.length > 0;
  }

  /** Whether it is time for a checkpoint. */
  get isDue(): boolean {
    const { policy, state } = this.#options;
    if (policy.everySteps) return state.step % policy.everySteps === 0;
    return state.seconds - this.#saved.seconds > SECONDS_BETWEEN_CHECKPOINTS;
  }

  /** Saves a checkpoint unless the step has one. @returns its file */
  async save(): Promise<string> {
    const { directory, policy, parameters, state, configuration, writes, validate } = this.#options;
    const file = checkpointFile(directory, state.step);
    if (!writes || state.step === this.#saved.step) return file;
    const loss = validate
      ? await validate()
      : this.#losses.reduce((sum, value) => sum + value, 0) / this.#losses.length;
    if (loss < (state.best?.loss ?? Number.POSITIVE_INFINITY)) state.best = { step: state.step, loss };
    await saveCheckpoint(file, parameters, state, configuration);
    await pruneCheckpoints(directory, policy.keep, state.best?.step);
    this.#saved = { step: state.step, seconds: state.seconds };
    this.#losses = [];
    return file;
  }
}
