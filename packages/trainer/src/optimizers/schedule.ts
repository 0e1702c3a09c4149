/** A number for each step, counted from 0. */
export type Schedule = (step: number) => number;

/** The value of a schedule, or of a constant, at a step. */
export const valueAt = (schedule: number | Schedule, step: number): number =>
  typeof schedule === 'number' ? schedule : schedule(step);

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
