import { Sandwich, type SandwichOptions } from '@sandwich/models';
import type { Experiment, TrainingSettings } from './experiment.js';

/**
 * The model of an experiment.
 *
 * @param changes of the options that the experiment gives
 * @throws Error when the networks are for images of other bits than `bitDepth`
 */
export function createSandwich(
  experiment: Experiment,
  settings: TrainingSettings,
  changes: SandwichOptions = {},
): Sandwich {
  const options = { ...experiment.sandwich(settings), ...changes };
  const { truncateBits = 0 } = options;
  if (8 + truncateBits !== settings.bitDepth) {
    options.proxy?.dispose();
    throw new Error(
      `bitDepth is ${settings.bitDepth}, and the experiment's networks take images of ${8 + truncateBits} bits ` +
        `(truncateBits ${truncateBits})`,
    );
  }
  return new Sandwich(options);
}
