import { checkPhotographs } from '@sandwich/data';
import type { DataOptions, Objective, ObjectiveDefinition, Settings, TrainingSettings } from '@sandwich/trainer';
import type { DistortionMix } from '../../training/distortions.js';
import { orDispose } from '../../training/or-dispose.js';
import { photographTrial } from '../../training/trial-settings.js';
import { Sandwich } from '../sandwich.js';
import type { ConditionOn, SandwichOptions } from '../sandwich-options.js';
import { openSandwichObjective } from './open-sandwich-objective.js';
import type { SandwichPhase } from './sandwich-objective.js';
import { checkSandwichSettings, commonSettings, type SandwichSettings } from './sandwich-settings.js';

/** What an experiment with a sandwich is; see `defineExperiment`. */
export interface SandwichExperiment<S extends Settings = Settings> {
  /** One sentence for `sandwich train --help`. */
  description: string;
  /** The experiment's own settings, and other defaults for the common ones; all can be changed by `--set key=value`. */
  settings: S & Partial<SandwichSettings>;
  /** The networks, the codec proxy between them, and what lies around it. */
  sandwich(settings: S & SandwichSettings): SandwichOptions;
  /** What is traded against the rate; default `{ mse: 1 }`. */
  distortion?(settings: S & SandwichSettings): DistortionMix | Promise<DistortionMix>;
}

/** An experiment with a sandwich as what the trainer trains. */
export type SandwichDefinition<S extends Settings = Settings> = SandwichExperiment<S> &
  Omit<ObjectiveDefinition<S & SandwichSettings, Objective<Sandwich, SandwichPhase>>, 'system'> & {
    /** Makes the sandwich, without what its objective loads. */
    system(settings: S & SandwichSettings): Sandwich;
  };

/** Why settings do not go with networks; undefined when they do. */
function mismatch(
  { truncateBits = 0, light = 'display', proxy }: SandwichOptions,
  { bitDepth, light: read = 'display', qstepSpread }: SandwichSettings,
) {
  if (8 + truncateBits !== bitDepth) {
    return (
      `bitDepth is ${bitDepth}, and the experiment's networks take images of ${8 + truncateBits} bits ` +
      `(truncateBits ${truncateBits})`
    );
  }
  if (read !== light) return `light is ${read}, and the experiment's networks take ${light} light`;
  if (qstepSpread > 1 && proxy && !proxy.knobs.includes('stepScale')) {
    return (
      `qstepSpread is ${qstepSpread}, and the experiment's codec does not take stepScale, a factor on its quantiser steps ` +
      `(it takes ${proxy.knobs.join(', ') || 'nothing'}); leave qstepSpread at 1`
    );
  }
  return undefined;
}

/** What the networks are told, unless the experiment says that itself. */
const conditioned = (options: SandwichOptions, settings: SandwichSettings): SandwichOptions => ({
  conditionOn: settings.conditionOn as ConditionOn,
  ...options,
});

/** @throws Error when the networks are for images of other bits than `bitDepth`, or `qstepSpread` asks of the codec what it does not do */
function buildModel(options: SandwichOptions, settings: SandwichSettings): Sandwich {
  try {
    const reason = mismatch(options, settings);
    if (reason !== undefined) throw new Error(reason);
    return new Sandwich(conditioned(options, settings));
  } catch (error) {
    options.proxy?.dispose();
    throw error;
  }
}

/** Settings as small as they can be. */
const trialSettings = (usual: SandwichSettings) => ({
  ...photographTrial(usual),
  stepsWithoutCodec: Math.min(usual.stepsWithoutCodec, 1),
});

/**
 * Defines an experiment that trains a sandwich on photographs: `defineObjective` for a sandwich. It gives the experiment's file its types.
 *
 * @example
 * export default defineExperiment({
 *   description: 'colour through a grayscale codec',
 *   settings: { gamma: 100 },
 *   sandwich: ({ seed }) => ({ bottleneckChannels: 1, seed }),
 * });
 */
export function defineExperiment<S extends Settings>(experiment: SandwichExperiment<S>): SandwichDefinition<S> {
  return {
    ...experiment,
    settings: { ...commonSettings, ...experiment.settings } as S & SandwichSettings,
    checkSettings: checkSandwichSettings,
    // `this`, so that a copy whose sandwich or distortion is another one trains that.
    system(this: SandwichExperiment<S>, settings: S & SandwichSettings) {
      return buildModel(this.sandwich(settings), settings);
    },
    async objective(this: SandwichExperiment<S>, settings: S & SandwichSettings & TrainingSettings, data: DataOptions) {
      const mix = (await this.distortion?.(settings)) ?? { mse: 1 };
      const model = buildModel(this.sandwich(settings), settings);
      return orDispose(model, openSandwichObjective(model, settings, mix, data));
    },
    describeData: (settings, data, { size }) => checkPhotographs({ ...settings, data, processes: size }),
    trialSettings,
  };
}
