import type { Clock } from './optimizer.js';

/** A number for each step: a function of the steps before it and the share of all that is done, 0 to 1. */
export type Schedule = (step: number, progress: number) => number;

/** The value of a schedule, or of a constant, at an update. */
export const valueAt = (schedule: number | Schedule, { step, progress }: Pick<Clock, 'step' | 'progress'>): number =>
  typeof schedule === 'number' ? schedule : schedule(step, progress);

/** @throws RangeError when a constant rate is not positive */
export function assertRate(caller: string, rate: number | Schedule): void {
  if (typeof rate === 'number' && !(rate > 0)) {
    throw new RangeError(`${caller}: learningRate must be positive, got ${rate}`);
  }
}

/**
 * Falls from `start` to `end` along half a period of a cosine in `steps` steps and stays there (Loshchilov and Hutter, "SGDR", 2017,
 * without restarts): end + (start - end) (1 + cos(pi t / steps)) / 2.
 *
 * @throws RangeError when `steps` is not a positive number
 */
export function cosineDecay(start: number, steps: number, end = 0): Schedule {
  if (!(steps > 0)) throw new RangeError(`cosineDecay: steps must be positive, got ${steps}`);
  return (step) => end + ((start - end) * (1 + Math.cos(Math.PI * Math.min(step / steps, 1)))) / 2;
}
