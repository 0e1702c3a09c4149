import { appendFileSync, closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { encodePng, type Picture } from '@sandwich/pictures';
import { fileVersionEvent, imageEvent, scalarsEvent, sessionStartEvent } from './event.js';
import { frameRecord } from './tf-record.js';

/** Options of `TensorBoardWriter`. */
export interface TensorBoardOptions {
  /** Step at which a resumed run continues: TensorBoard then drops what older files hold from this step on. */
  startStep?: number;
  /** Milliseconds since 1970, for events and for the file's name. Default: `Date.now`. */
  now?: () => number;
}

/**
 * Writes scalars and images for TensorBoard, into an event file of its own in a directory. Every event reaches the
 * operating system as one whole record before its call returns, so that a killed run leaves a readable file.
 *
 * @example
 * const board = new TensorBoardWriter('runs/a/tensorboard');
 * board.scalars({ loss: 12.5, psnr: 28.1 }, 100);
 * await board.image('prediction', { data, width, height, channels: 3 }, 100);
 * board.close();
 */
export class TensorBoardWriter {
  /** The event file. */
  readonly path: string;
  readonly #now: () => number;
  readonly #file: number;
  #closed = false;

  /** @throws if the directory cannot be made or written, or `startStep` is no step */
  constructor(directory: string, { startStep, now = Date.now }: TensorBoardOptions = {}) {
    if (startStep !== undefined) checkStep(startStep);
    mkdirSync(directory, { recursive: true });
    this.#now = now;
    const seconds = String(Math.floor(now() / 1000)).padStart(10, '0');
    this.path = join(directory, `events.out.tfevents.${seconds}.${hostname()}.${process.pid}`);
    this.#file = openSync(this.path, 'a');
    this.#append(fileVersionEvent(this.#wallTime()));
    if (startStep !== undefined) this.#append(sessionStartEvent(this.#wallTime(), startStep));
  }

  /**
   * Writes one value for each tag; a step is an integer from 0 on.
   *
   * @throws RangeError for another step; nothing is written then
   */
  scalars(values: Readonly<Record<string, number>>, step: number): void {
    checkStep(step);
    this.#append(scalarsEvent(this.#wallTime(), step, values));
  }

  /** Writes an 8-bit image, as `scalars` writes values; the promise is kept once it is in the file. */
  async image(tag: string, picture: Picture<Uint8Array>, step: number): Promise<void> {
    checkStep(step);
    const wallTime = this.#wallTime();
    const { width, height, channels } = picture;
    const png = await encodePng(picture);
    this.#append(imageEvent(wallTime, step, tag, { png, width, height, channels }));
  }

  /** Flushes to disk and closes the file. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    fsyncSync(this.#file);
    closeSync(this.#file);
  }

  #wallTime(): number {
    return this.#now() / 1000;
  }

  #append(event: Buffer): void {
    if (this.#closed) throw new Error(`TensorBoardWriter: ${this.path} is closed`);
    appendFileSync(this.#file, frameRecord(event));
  }
}

function checkStep(step: number): void {
  if (!Number.isSafeInteger(step) || step < 0)
    throw new RangeError(`TensorBoardWriter: a step must be an integer from 0 on, got ${step}`);
}
