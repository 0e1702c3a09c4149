import { JsonlWriter } from '@sandwich/files';
import type { Logger } from './logger.js';

/** Options of `jsonLines`. */
export interface JsonLinesOptions {
  /** Records of later steps are dropped: those of a run that goes on after this step. Default: none. */
  keepThrough?: number;
}

/**
 * Appends the scalars of a run to a file, one JSON object a line: step, seconds, and each number by its name.
 *
 * @throws Error when the file cannot be written, or holds a line that is no record
 */
export function jsonLines(file: string, options: JsonLinesOptions = {}): Logger {
  const writer = new JsonlWriter(file, options);
  return {
    scalars: (values, moment) => writer.write({ ...moment, ...values }),
    close: async () => writer.close(),
  };
}
