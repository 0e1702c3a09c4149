import { checkPhotographs } from '@sandwich/data';
import { defineObjective, type Objective, type ObjectiveDefinition } from '@sandwich/trainer';
import { Dcn } from '../dcn.js';
import { dcnObjective } from './dcn-objective.js';
import { checkDcnSettings, type DcnSettings, dcnSettings } from './dcn-settings.js';

/** What an experiment with a DCN is; see `defineDcn`. */
export interface DcnExperiment {
  /** One sentence for `sandwich train --help`. */
  description: string;
  /** Other defaults than those of `dcnSettings` and of the trainer. */
  settings: Partial<DcnSettings>;
}

/**
 * Defines an experiment that trains a DCN on photographs.
 *
 * @example
 * export default defineDcn({ description: 'the published codec of low rate', settings: { features: 16 } });
 */
export function defineDcn({ description, settings }: DcnExperiment): ObjectiveDefinition<DcnSettings, Objective<Dcn>> {
  const system = (resolved: DcnSettings) => {
    const {
      features,
      bits,
      scaleLatent,
      rounding,
      kernel: form,
      kernelGamma: gamma,
      kernelV: v,
      startFrom,
      startStep,
      rates,
      rateOctaves,
      seed,
    } = resolved;
    return new Dcn({
      features,
      bits,
      scaleLatent,
      rounding,
      kernel: { form, gamma, v },
      startFrom,
      startStep,
      rates,
      rateOctaves,
      seed,
    });
  };
  return defineObjective<DcnSettings, Objective<Dcn>>({
    description,
    settings: { ...dcnSettings, ...settings } as DcnSettings,
    checkSettings: checkDcnSettings,
    system,
    objective: (resolved, data) => dcnObjective(system(resolved), resolved, data),
    describeData: (resolved, data, { size }) => checkPhotographs({ ...resolved, data, processes: size }),
    trialSettings: ({ validationImages }) => ({
      batchSize: 2,
      cropSize: 64,
      validationImages: Math.min(validationImages, 1),
    }),
  });
}
