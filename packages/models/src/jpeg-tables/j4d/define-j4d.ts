import type { DataOptions, Objective, ObjectiveDefinition, Settings } from '@sandwich/trainer';
import { orDispose } from '../../training/or-dispose.js';
import { type InitialTables, namedInitialTables } from '../initial-tables.js';
import { JpegTables } from '../jpeg-tables.js';
import { openJ4dObjective } from './j4d-objective.js';
import { openJ4dPictures } from './j4d-pictures.js';
import { checkJ4dSettings, commonJ4dSettings, type J4dSettings } from './j4d-settings.js';
import { magnitudeTables, readSensitivities, sensitivityTables } from './sensitivity-tables.js';

/** What an experiment with tables for recognition is; see `defineJ4d`. */
export interface J4dExperiment<S extends Settings = Settings> {
  /** One sentence for `sandwich train --help`. */
  description: string;
  /** The labelled pictures in `SANDWICH_DATA` that are taken where none are named. */
  images: string;
  /** The experiment's own settings, and other defaults for the common ones; all can be changed by `--set key=value`. */
  settings: S & Partial<J4dSettings>;
}

/** An experiment with tables for recognition as what the trainer trains. */
export type J4dDefinition<S extends Settings = Settings> = J4dExperiment<S> &
  ObjectiveDefinition<S & J4dSettings, Objective<JpegTables>>;

function initialOf({ initial, step, quality, sensitivities, exponent, bits }: J4dSettings): InitialTables {
  if (initial === 'abs-avg') return magnitudeTables(readSensitivities(sensitivities), bits);
  if (initial !== 'sensitivity') return namedInitialTables({ initial, step, quality });
  return sensitivityTables(readSensitivities(sensitivities), step, exponent);
}

/**
 * Defines an experiment that learns quantisation tables for the eyes of classifiers (J4D: Zheng, Salamah, Chen and Yang, 2026): `JpegTables`
 * trained on labelled pictures. It gives the experiment's file its types.
 *
 * @example
 * export default defineJ4d({
 *   description: 'tables for ResNet-20',
 *   images: 'cifar10/test.bin',
 *   settings: { recognisers: 'resnet20', lambda: 0.2 },
 * });
 */
export function defineJ4d<S extends Settings>(experiment: J4dExperiment<S>): J4dDefinition<S> {
  const system = (settings: S & J4dSettings) =>
    new JpegTables({
      scale: settings.scale,
      subsampling: '4:4:4',
      initial: initialOf(settings),
      densities: settings.rate === 'densities',
    });
  return {
    ...experiment,
    settings: { ...commonJ4dSettings, ...experiment.settings } as S & J4dSettings,
    checkSettings: checkJ4dSettings,
    system,
    async objective(settings: S & J4dSettings, data: DataOptions) {
      const tables = system(settings);
      return orDispose(tables, openJ4dObjective(tables, settings, data, experiment.images));
    },
    describeData: async (settings, data) => (await openJ4dPictures(settings, data, experiment.images)).description,
    trialSettings: (usual) => ({ batchSize: 2, cropSize: Math.min(usual.cropSize || 64, 64) }),
  } as J4dDefinition<S>;
}
