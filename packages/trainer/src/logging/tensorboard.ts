import type { Logger } from './logger.js';
import { type TensorBoardOptions, TensorBoardWriter } from './tensorboard-writer.js';

/**
 * Writes the scalars and pictures of a run for TensorBoard, into an event file in a directory.
 *
 * @throws Error when the directory cannot be made or written
 */
export function tensorBoard(directory: string, options: TensorBoardOptions = {}): Logger {
  const writer = new TensorBoardWriter(directory, options);
  return {
    scalars: (values, { step }) => writer.scalars(values, step),
    picture: (name, picture, step) => writer.image(name, picture, step),
    close: async () => writer.close(),
  };
}
