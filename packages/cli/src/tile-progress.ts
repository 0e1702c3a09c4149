import type { ProgressStream } from '@sandwich/trainer';

const ERASE_LINE = '\r\x1b[K';

/**
 * Shows how many tiles of a picture are done: on a terminal a line that keeps changing and goes away with the last one, elsewhere
 * nothing.
 *
 * @returns what is to be called after each tile
 */
export const tileProgress =
  (stream: ProgressStream = process.stderr) =>
  (done: number, count: number): void => {
    if (!stream.isTTY || count < 2) return;
    stream.write(done < count ? `${ERASE_LINE}${done} of ${count} tiles` : ERASE_LINE);
  };
