import { checkPhotographs } from '@sandwich/data';
import type { DataOptions, Objective, ObjectiveDefinition, Settings, TrainingSettings } from '@sandwich/trainer';
import type { DistortionMix } from '../training/distortions.js';
import { orDispose } from '../training/or-dispose.js';
import { photographTrial } from '../training/trial-settings.js';
import { type InitialTables, namedInitialTables } from './initial-tables.js';
import { JpegTables } from './jpeg-tables.js';
import { openJpegTablesObjective } from './jpeg-tables-objective.js';
import { checkJpegTablesSettings, commonTableSettings, type JpegTablesSettings } from './jpeg-tables-settings.js';

/** What an experiment with quantisation tables is; see `defineJpegTables`. */
export interface JpegTablesExperiment<S extends Settings = Settings> {
  /** One sentence for `sandwich train --help`. */
  description: string;
  /** The experiment's own settings, and other defaults for the common ones; all can be changed by `--set key=value`. */
  settings: S & Partial<JpegTablesSettings>;
  /** Tables from which training starts. Default: what the settings `initial`, `step` and `quality` say. */
  initial?(settings: S & JpegTablesSettings): InitialTables;
  /** What is traded against the rate; default `{ mse: 1 }`. */
  distortion?(settings: S & JpegTablesSettings): DistortionMix | Promise<DistortionMix>;
}

/** An experiment with quantisation tables as what the trainer trains. */
export type JpegTablesDefinition<S extends Settings = Settings> = JpegTablesExperiment<S> &
  Omit<ObjectiveDefinition<S & JpegTablesSettings, Objective<JpegTables>>, 'system'> & {
    /** Makes the tables, without what their objective loads. */
    system(settings: S & JpegTablesSettings): JpegTables;
  };

/**
 * Defines an experiment that trains quantisation tables on photographs: `defineObjective` for `JpegTables`. It gives the experiment's file its
 * types.
 *
 * @example
 * export default defineJpegTables({
 *   description: 'tables for the eye',
 *   settings: { gamma: 300 },
 *   distortion: () => ({ 'lpips-alex': 1 }),
 * });
 */
export function defineJpegTables<S extends Settings>(experiment: JpegTablesExperiment<S>): JpegTablesDefinition<S> {
  return {
    ...experiment,
    settings: { ...commonTableSettings, ...experiment.settings } as S & JpegTablesSettings,
    checkSettings: checkJpegTablesSettings,
    // `this`, so that a copy whose tables or distortion are others trains those.
    system(this: JpegTablesExperiment<S>, settings: S & JpegTablesSettings) {
      const { scale, subsampling } = settings;
      return new JpegTables({ scale, subsampling, initial: this.initial?.(settings) ?? namedInitialTables(settings) });
    },
    async objective(
      this: JpegTablesDefinition<S>,
      settings: S & JpegTablesSettings & TrainingSettings,
      data: DataOptions,
    ) {
      const mix = (await this.distortion?.(settings)) ?? { mse: 1 };
      const system = this.system(settings);
      return orDispose(system, openJpegTablesObjective(system, settings, mix, data));
    },
    describeData: (settings, data, { size }) => checkPhotographs({ ...settings, data, processes: size }),
    trialSettings: photographTrial,
  };
}
