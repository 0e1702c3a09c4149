import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { temporaryPath } from './temporary-path.js';

/** A line of a log; numbers that are not finite are written as null. */
export type JsonlRecord = { step: number } & Record<string, unknown>;

/** Options of `JsonlWriter`. */
export interface JsonlOptions {
  /** Records of later steps are dropped: those of a run that goes on from a checkpoint of this step. Default: none. */
  keepThrough?: number;
}

/**
 * Appends records to a file, one JSON object a line.
 *
 * @example
 * const metrics = new JsonlWriter('runs/a/metrics.jsonl', { keepThrough: 400 });
 * metrics.write({ step: 401, loss: 12.5 });
 * metrics.close();
 */
export class JsonlWriter {
  readonly path: string;
  readonly #file: number;

  /**
   * Opens the file, or makes it. A last line that a killed run left half-written is dropped.
   *
   * @throws if another line is no record, naming it, or if the file cannot be written
   */
  constructor(path: string, { keepThrough = Number.POSITIVE_INFINITY }: JsonlOptions = {}) {
    this.path = path;
    if (existsSync(path)) keepLines(path, keepThrough);
    this.#file = openSync(path, 'a');
  }

  /** Appends a record; it has reached the operating system when this returns. */
  write(record: JsonlRecord): void {
    appendFileSync(this.#file, `${JSON.stringify(record)}\n`);
  }

  /** Flushes to disk and closes the file. */
  close(): void {
    fsyncSync(this.#file);
    closeSync(this.#file);
  }
}

function keepLines(path: string, keepThrough: number): void {
  const text = readFileSync(path, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const kept = whole
    .split('\n')
    .slice(0, -1)
    .filter((line, i) => stepOf(line, path, i + 1) <= keepThrough)
    .map((line) => `${line}\n`)
    .join('');
  if (kept === text) return;
  const temporary = temporaryPath(path);
  writeFileSync(temporary, kept, { flush: true });
  renameSync(temporary, path);
}

function stepOf(line: string, path: string, number: number): number {
  let step: unknown;
  try {
    step = JSON.parse(line).step;
  } catch {
    // not JSON, or null: no step either
  }
  if (typeof step !== 'number') {
    throw new Error(
      `JsonlWriter: ${path}, line ${number} is no JSON object with a number 'step'; repair or remove the file`,
    );
  }
  return step;
}
