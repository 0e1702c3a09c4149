import type { Batch } from '@sandwich/data';
import type { StepMetrics } from '../step/metrics.js';

/** A step that was made. */
export interface StepEvent {
  /** Steps done. */
  step: number;
  /** Seconds of training. */
  seconds: number;
  /** Share of the budget that is spent, 0 to 1; 1 after the last step. */
  progress: number;
  metrics: StepMetrics;
  /** The batches that it was made of. */
  batches: readonly Batch[];
}

/**
 * Follows a training: a log, a profile, whatever is to happen at certain steps. A listener has those of the members that it has a use for; the
 * next step waits for them, and an error that one throws ends the training.
 */
export interface TrainingListener {
  /** Before the first step of a sitting. */
  begin?(): void | Promise<void>;
  /** Before each step; `step` counts those done. */
  stepBegins?(step: number): void;
  /** After each step. */
  stepDone?(event: StepEvent): void | Promise<void>;
  /** When a checkpoint is judged on what is held back, by a measure, such as `loss`. */
  validated?(step: number, measure: string, value: number): void;
  /** After a checkpoint was saved. */
  saved?(file: string, step: number): void | Promise<void>;
  /** After the last step of a sitting, also one that has failed. */
  end?(): void | Promise<void>;
}
