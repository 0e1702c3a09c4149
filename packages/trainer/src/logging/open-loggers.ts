import { runFiles } from '../run-directory.js';
import { jsonLines } from './json-lines.js';
import type { Logger } from './logger.js';
import { pngFiles } from './png-files.js';
import { tensorBoard } from './tensorboard.js';

/**
 * Opens the loggers of a run: the records and pictures that commands read, and event files for TensorBoard.
 *
 * @param resumedAt the step after which a run that is resumed goes on: what was written of later ones no longer counts
 * @throws Error when a file cannot be written or gone on with; no file was made then
 */
export function openLoggers(directory: string, resumedAt?: number): Logger[] {
  const { metrics, images } = runFiles(directory);
  return [
    // First: records that cannot be gone on with leave no event file.
    jsonLines(metrics, { keepThrough: resumedAt }),
    pngFiles(images),
    tensorBoard(directory, { startStep: resumedAt === undefined ? undefined : resumedAt + 1 }),
  ];
}
