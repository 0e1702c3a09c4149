import { tf } from '@sandwich/engine';
import { type Picture, withBitDepth } from '@sandwich/pictures';
import type { LoggedRun, Logger, Moment, Outcome } from '../logging/logger.js';
import { createProgress, type ProgressStream } from '../logging/progress.js';

/** When numbers are recorded: how far a run is after a step. */
export interface RecordMoment extends Required<Moment> {
  /** Share of the budget that is spent, 0 to 1. */
  progress: number;
}

/** What happened since the last record. */
export interface Interval {
  /** Steps done. */
  steps: number;
  /** Seconds in which training waited for images. */
  secondsWaited: number;
  /** What the progress line says beside the loss, such as `0.851 bpp`. */
  status?: readonly string[];
}

/** Options of `RunLog`. */
export interface RunLogOptions {
  /** Where all of it is written down, in this order. */
  loggers: readonly Logger[];
  /** Seconds of training with which a run that is resumed begins. Default 0. */
  seconds?: number;
  /** Where the progress bar or lines go. Default: `process.stderr`. */
  stream?: ProgressStream;
}

/** What a run leaves for people to see: progress on the terminal, and what its loggers make of its numbers and pictures. */
export class RunLog {
  readonly #loggers: readonly Logger[];
  readonly #progress: ReturnType<typeof createProgress>;
  /** Seconds of training at the last record. */
  #since: number;

  constructor({ loggers, seconds = 0, stream }: RunLogOptions) {
    this.#loggers = loggers;
    this.#progress = createProgress({ stream });
    this.#since = seconds;
  }

  /** Tells the loggers what the run is. */
  begin(run: LoggedRun): void {
    for (const logger of this.#loggers) logger.begin?.(run, (text) => this.print(text));
  }

  /** Records numbers, the means of the steps since the last record, with the speed of training and the memory it takes. */
  record(
    { step, seconds, progress }: RecordMoment,
    values: { loss: number } & Readonly<Record<string, number>>,
    { steps, secondsWaited, status = [] }: Interval,
  ): void {
    const elapsed = seconds - this.#since;
    this.#since = seconds;
    const pace = { stepsPerSecond: steps / elapsed, shareWaited: secondsWaited / elapsed };
    const memory = { tensors: tf.memory().numTensors, residentMiB: process.memoryUsage.rss() / 2 ** 20 };
    for (const logger of this.#loggers) logger.scalars?.({ ...values, ...pace, ...memory }, { step, seconds });
    const secondsLeft = (seconds / progress) * (1 - progress);
    this.#progress.update({ step, progress, loss: values.loss, status, ...pace, secondsLeft });
  }

  /** Records what a checkpoint is judged by on what is held back: `validationLoss`, or another measure named likewise. */
  validation(step: number, measure: string, value: number): void {
    const name = `validation${measure[0].toUpperCase()}${measure.slice(1)}`;
    for (const logger of this.#loggers) logger.scalars?.({ [name]: value }, { step });
    this.print(`step ${step}: validation ${measure} ${value.toPrecision(5)}`);
  }

  /** Records pictures by name, in 8 bits. */
  async pictures(step: number, pictures: Readonly<Record<string, Picture>>): Promise<void> {
    for (const [name, picture] of Object.entries(pictures)) {
      for (const logger of this.#loggers) await logger.picture?.(name, withBitDepth(picture, 8), step);
    }
  }

  /** Prints a line without spoiling the progress bar. */
  print(text: string): void {
    this.#progress.log(text);
  }

  /** Closes the loggers and ends the progress line. */
  async close(outcome: Outcome): Promise<void> {
    const closed = await Promise.allSettled(this.#loggers.map(async (logger) => logger.close?.(outcome)));
    this.#progress.end();
    const failed = closed.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }
}
