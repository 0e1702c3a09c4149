import { checkPhotographs } from '@sandwich/data';
import { defineObjective, type Objective, type ObjectiveDefinition } from '@sandwich/trainer';
import { photographTrial } from '../../training/trial-settings.js';
import { FactorizedPrior } from '../factorized-prior.js';
import { factorizedPriorObjective } from './factorized-prior-objective.js';
import {
  checkFactorizedPriorSettings,
  type FactorizedPriorSettings,
  factorizedPriorSettings,
} from './factorized-prior-settings.js';

/** What an experiment with a factorised-prior codec is; see `defineFactorizedPrior`. */
export interface FactorizedPriorExperiment {
  /** One sentence for `sandwich train --help`. */
  description: string;
  /** Other defaults than those of `factorizedPriorSettings` and of the trainer. */
  settings: Partial<FactorizedPriorSettings>;
}

/**
 * Defines an experiment that trains a factorised-prior codec on photographs.
 *
 * @example
 * export default defineFactorizedPrior({ description: 'the codec of a high rate', settings: { features: 192, latentChannels: 320, lambda: 0.0483 } });
 */
export function defineFactorizedPrior({
  description,
  settings,
}: FactorizedPriorExperiment): ObjectiveDefinition<FactorizedPriorSettings, Objective<FactorizedPrior>> {
  const system = ({ features, latentChannels, seed }: FactorizedPriorSettings) =>
    new FactorizedPrior({ features, latentChannels, seed });
  return defineObjective<FactorizedPriorSettings, Objective<FactorizedPrior>>({
    description,
    settings: { ...factorizedPriorSettings, ...settings } as FactorizedPriorSettings,
    checkSettings: checkFactorizedPriorSettings,
    system,
    objective: (resolved, data) => factorizedPriorObjective(system(resolved), resolved, data),
    describeData: (resolved, data, { size }) => checkPhotographs({ ...resolved, data, processes: size }),
    trialSettings: photographTrial,
  });
}
