import type { Share } from '@sandwich/data';
import type { Objective, System } from '../system.js';
import type { Settings, SettingsDefinition, TrainingSettings } from './settings.js';

/** The data of a training, as whoever starts it names them. */
export interface DataOptions {
  /** Folder, glob, list or file; default what the experiment takes where none is named. */
  images?: string;
  /** Use only this many items, the first ones. */
  limit?: number;
  /** Items decoded at a time, without effect on the batches. */
  concurrency?: number;
  /** Memory for decoded items. */
  cacheBytes?: number;
  /** Hears of items that are left out. */
  note(text: string): void;
}

/** What is trained, from settings. */
export interface ObjectiveDefinition<S extends Settings = Settings, O extends Objective = Objective>
  extends SettingsDefinition<S> {
  /** One sentence for `sandwich train --help`. */
  description: string;
  /** The settings of the experiment and their defaults, and other defaults for those of the trainer; all can be changed by `--set key=value`. */
  settings: S;
  /** Makes the objective. It is the caller's to dispose, with its system. */
  objective(settings: S & TrainingSettings, data: DataOptions): O | Promise<O>;
  /** Makes the system alone, where its objective loads more than it. Default: that of the objective. */
  system?(settings: S & TrainingSettings): System | Promise<System>;
  /**
   * Says what the batches will be taken from, for people; data that have to be made are not made.
   *
   * @param share the part of each batch that one process takes
   * @throws Error when the batches cannot be taken from it, or cannot be shared
   */
  describeData?(settings: S & TrainingSettings, data: DataOptions, share: Share): Promise<string>;
  /** Settings as small as they can be without leaving anything out that the experiment does, for a trial of seconds. */
  trialSettings?(settings: S & TrainingSettings): Settings;
}

/**
 * Defines what an experiment trains; gives its file its types.
 *
 * @example
 * export default defineObjective({
 *   description: 'a quantiser step for photographs',
 *   settings: { gamma: 10 },
 *   objective: ({ gamma, seed }, data) => quantiserObjective({ gamma, seed, data }),
 * });
 */
export const defineObjective = <S extends Settings, O extends Objective = Objective>(
  definition: ObjectiveDefinition<S, O>,
): ObjectiveDefinition<S, O> => definition;
