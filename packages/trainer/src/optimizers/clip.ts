import type { Optimizer } from './optimizer.js';
import { project } from './project.js';

/**
 * `project` of all parameters: shortens steps so that no element leaves [low, high].
 *
 * @throws RangeError when `low` is not below `high`
 */
export function clip(low: number, high: number): Optimizer {
  if (!(low < high)) throw new RangeError(`clip: low must be below high, got ${low} and ${high}`);
  return project('*', low, high);
}
