import { checkPhotographs } from '@sandwich/data';
import { defineObjective, type Objective, type ObjectiveDefinition } from '@sandwich/trainer';
import { orDispose } from '../training/or-dispose.js';
import { photographTrial } from '../training/trial-settings.js';
import { PreEditor } from './pre-editor.js';
import { openPreEditorObjective } from './pre-editor-objective.js';
import { checkPreEditorSettings, type PreEditorSettings, preEditorSettings } from './pre-editor-settings.js';

/** What an experiment with a pre-editing network is; see `definePreEditor`. */
export interface PreEditorExperiment {
  /** One sentence for `sandwich train --help`. */
  description: string;
  /** Other defaults than those of `preEditorSettings` and of the trainer. */
  settings: Partial<PreEditorSettings>;
}

/**
 * Defines an experiment that trains a pre-editing network on photographs.
 *
 * @example
 * export default definePreEditor({ description: 'a slim pre-editor', settings: { features: 16, globalSkip: true } });
 */
export function definePreEditor({
  description,
  settings,
}: PreEditorExperiment): ObjectiveDefinition<PreEditorSettings, Objective<PreEditor>> {
  const system = ({ features, batchNorm, globalSkip, seed }: PreEditorSettings) =>
    new PreEditor({ features, batchNorm, globalSkip, seed });
  return defineObjective<PreEditorSettings, Objective<PreEditor>>({
    description,
    settings: { ...preEditorSettings, ...settings } as PreEditorSettings,
    checkSettings: checkPreEditorSettings,
    system,
    objective(resolved, data) {
      const made = system(resolved);
      return orDispose(made, openPreEditorObjective(made, resolved, data));
    },
    describeData: (resolved, data, { size }) => checkPhotographs({ ...resolved, data, processes: size }),
    trialSettings: photographTrial,
  });
}
