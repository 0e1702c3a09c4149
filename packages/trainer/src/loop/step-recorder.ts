import type { Batch } from '@sandwich/data';
import { tf } from '@sandwich/engine';
import type { TrainingState } from '../run/checkpoint.js';
import type { RunLog } from '../run/run-log.js';
import { inputsOf } from '../step/inputs-of.js';
import { meanOf } from '../step/metrics.js';
import type { Objective } from '../system.js';
import type { StepEvent, TrainingListener } from './training-listener.js';

const STEPS_BETWEEN_RECORDS = 10;
/** Pictures are written at the first step and after every so many. */
export const STEPS_BETWEEN_IMAGES = 250;

/** Options of `StepRecorder`. */
export interface StepRecorderOptions {
  objective: Objective;
  /** Its `sinceRecord` are the metrics of which no record tells yet, in this sitting or the one before. */
  state: TrainingState;
  log: RunLog;
  /** The learning rate of the step that follows `step` others, where it is the trainer's. */
  learningRate?(step: number, progress: number): number;
  /** Seconds for which training waited for batches since this was last asked. */
  takeWaited(): number;
}

/** Tells a log of the steps: means of some steps' metrics, and pictures now and then. */
export class StepRecorder implements TrainingListener {
  readonly #options: StepRecorderOptions;
  /** Shares of the training that were done before the last step and after it. */
  #begun: number;
  #progress: number;

  /** @param progress with which the sitting begins */
  constructor(options: StepRecorderOptions, progress: number) {
    this.#options = options;
    this.#begun = progress;
    this.#progress = progress;
  }

  async stepDone(event: StepEvent): Promise<void> {
    this.#begun = this.#progress;
    this.#progress = event.progress;
    if (event.step % STEPS_BETWEEN_RECORDS === 0 || event.progress === 1) this.record();
    if (event.step === 1 || event.step % STEPS_BETWEEN_IMAGES === 0) await this.#show(event.step, event.batches[0]);
  }

  validated(step: number, measure: string, value: number): void {
    this.#options.log.validation(step, measure, value);
  }

  /** Records the steps of which no record tells yet, if there are any. */
  record(): void {
    const { objective, state, log, learningRate, takeWaited } = this.#options;
    const taken = state.sinceRecord.splice(0);
    if (taken.length === 0) return;
    const { step, seconds } = state;
    const mean = meanOf(taken);
    const values = {
      ...mean,
      ...objective.status?.(mean),
      ...(learningRate && { learningRate: learningRate(step - 1, this.#begun) }),
    };
    const interval = { steps: taken.length, secondsWaited: takeWaited(), status: objective.progress?.(values) };
    log.record({ step, seconds, progress: this.#progress }, values, interval);
  }

  async #show(step: number, batch: Batch): Promise<void> {
    const { objective, log } = this.#options;
    if (!objective.pictures) return;
    const inputs = inputsOf(batch);
    try {
      await log.pictures(step, await objective.pictures(inputs));
    } finally {
      tf.dispose(inputs);
    }
  }
}
