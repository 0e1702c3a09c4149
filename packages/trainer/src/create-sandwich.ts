import { Sandwich, type SandwichOptions } from '@sandwich/models';
import type { Experiment, TrainingSettings } from './experiment.js';

/**
 * The model of an experiment.
 *
 * @param changes of the options that the experiment gives
 * @throws Error when the networks are for images of other bits than `bitDepth`, or `qstepSpread` asks of the codec what it does not do
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
  const { qstepSpread } = settings;
  if (qstepSpread > 1 && options.proxy && !options.proxy.knobs.includes('stepScale')) {
    const { knobs } = options.proxy;
    options.proxy.dispose();
    throw new Error(
      `qstepSpread is ${qstepSpread}, and the experiment's codec does not take stepScale, a factor on its quantiser steps ` +
        `(it takes ${knobs.join(', ') || 'nothing'}); leave qstepSpread at 1`,
    );
  }
  return new Sandwich(options);
}
