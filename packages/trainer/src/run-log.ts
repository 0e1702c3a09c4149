import { join } from 'node:path';
import { toPictures } from '@sandwich/codec-proxy';
import { tf } from '@sandwich/engine';
import { JsonlWriter } from '@sandwich/files';
import type { Sandwich } from '@sandwich/models';
import { writePicture } from '@sandwich/pictures';
import { createProgress, type ProgressStream } from './logging/progress.js';
import { TensorBoardWriter } from './logging/tensorboard-writer.js';
import { runFiles } from './run-directory.js';
import { meanOf, type StepMetrics } from './step/metrics.js';

/** Where a run stands after a step. */
export interface Standing {
  step: number;
  /** Seconds of training. */
  seconds: number;
  /** Share of the budget that is spent, 0 to 1. */
  fraction: number;
}

/** Options of `RunLog`. */
export interface RunLogOptions {
  directory: string;
  /** Where a run that is resumed stood. */
  resumedAt?: { step: number; seconds: number };
  /** The largest value of images, for PSNR and pictures. Default 255. */
  peak?: number;
  /** Of the progress bar or lines. Default: `process.stderr`. */
  stream?: ProgressStream;
}

const psnrOf = (mse: number, peak: number): number => 10 * Math.log10(peak ** 2 / mse);

/** Beside the metrics of the loss. */
export interface Circumstances {
  qstep: number;
  learningRate: number;
  /** Seconds since the last record in which training waited for images. */
  secondsWaited: number;
}

/** What a run leaves for people to see: progress on the terminal, `metrics.jsonl`, TensorBoard events, images. */
export class RunLog {
  readonly #board: TensorBoardWriter;
  readonly #metrics: JsonlWriter;
  readonly #progress: ReturnType<typeof createProgress>;
  readonly #directory: string;
  readonly #peak: number;
  /** Seconds of training at the last record. */
  #since: number;

  constructor({ directory, resumedAt, peak = 255, stream }: RunLogOptions) {
    this.#directory = directory;
    this.#peak = peak;
    this.#metrics = new JsonlWriter(runFiles(directory).metrics, { keepThrough: resumedAt?.step });
    this.#board = new TensorBoardWriter(directory, { startStep: resumedAt && resumedAt.step + 1 });
    this.#progress = createProgress({ stream });
    this.#since = resumedAt?.seconds ?? 0;
  }

  /** Writes the means of the steps since the last record. */
  record(
    { step, seconds, fraction }: Standing,
    metrics: readonly StepMetrics[],
    { secondsWaited, ...circumstances }: Circumstances,
  ): void {
    const mean = meanOf(metrics);
    const psnr = psnrOf(mean.mse, this.#peak);
    const elapsed = seconds - this.#since;
    const stepsPerSecond = metrics.length / elapsed;
    this.#since = seconds;
    const memory = { tensors: tf.memory().numTensors, residentMiB: process.memoryUsage.rss() / 2 ** 20 };
    const shareWaited = secondsWaited / elapsed;
    const values = { ...mean, psnr, ...circumstances, stepsPerSecond, shareWaited, ...memory };
    this.#metrics.write({ step, seconds, ...values });
    this.#board.scalars(values, step);
    const secondsLeft = (seconds / fraction) * (1 - fraction);
    this.#progress.update({
      step,
      fraction,
      loss: mean.loss,
      psnr,
      bpp: mean.bpp,
      stepsPerSecond,
      shareWaited,
      secondsLeft,
    });
  }

  /** Writes the loss over the images that are held back, at a checkpoint. */
  validation(step: number, validationLoss: number): void {
    this.#metrics.write({ step, validationLoss });
    this.#board.scalars({ validationLoss }, step);
    this.#progress.log(`step ${step}: loss of the images held back ${validationLoss.toPrecision(5)}`);
  }

  /** Writes the first image of a batch through the stages of the model, to TensorBoard and as PNG files. */
  async images(step: number, model: Sandwich, batch: tf.Tensor4D): Promise<void> {
    const stages = tf.tidy(() => {
      const [, height, width, channels] = batch.shape;
      const input = tf.slice(batch, [0, 0, 0, 0], [1, height, width, channels]);
      const { bottleneck, compressedBottleneck, prediction } = model.apply(input);
      return { input, bottleneck, compressedBottleneck, prediction };
    });
    // The codec's side has 8 bits, however many the images have.
    const peaks = { input: this.#peak, bottleneck: 255, compressedBottleneck: 255, prediction: this.#peak };
    const pictures = Object.entries(peaks).map(([name, peak]) => {
      const shown = tf.mul<tf.Tensor4D>(stages[name as keyof typeof stages], 255 / peak);
      const [picture] = toPictures(shown);
      shown.dispose();
      return [name, picture] as const;
    });
    tf.dispose(stages);
    for (const [name, image] of pictures) {
      const file = join(runFiles(this.#directory).images, `step-${String(step).padStart(7, '0')}-${name}.png`);
      await writePicture(file, image);
      await this.#board.image(name, image, step);
    }
  }

  /** Prints a line without spoiling the progress bar. */
  print(text: string): void {
    this.#progress.log(text);
  }

  /** Ends the progress line and closes the files. */
  close(): void {
    this.#progress.end();
    this.#metrics.close();
    this.#board.close();
  }
}
