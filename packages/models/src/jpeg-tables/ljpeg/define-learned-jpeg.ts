import { checkPhotographs } from '@sandwich/data';
import { defineObjective, type Objective, type ObjectiveDefinition } from '@sandwich/trainer';
import { orDispose } from '../../training/or-dispose.js';
import { photographTrial } from '../../training/trial-settings.js';
import { type InitialTables, namedInitialTables } from '../initial-tables.js';
import { readTables } from '../read-tables.js';
import { LearnedJpeg } from './learned-jpeg.js';
import { openLearnedJpegObjective } from './learned-jpeg-objective.js';
import { checkLearnedJpegSettings, type LearnedJpegSettings, learnedJpegSettings } from './learned-jpeg-settings.js';
import { assignVgg19 } from './vgg19-weights.js';

/** What an experiment with LearnedJPEG is; see `defineLearnedJpeg`. */
export interface LearnedJpegExperiment {
  /** One sentence for `sandwich train --help`. */
  description: string;
  /** Other defaults than those of `learnedJpegSettings` and of the trainer. */
  settings: Partial<LearnedJpegSettings>;
}

/** The initial tables that settings name. @throws Error naming a file that holds none */
function initialTables({ initial, step, quality, seed }: LearnedJpegSettings): InitialTables {
  if (initial === 'published') return { uniform: [1, 2], seed };
  if (initial === 'ramp' || initial === 'flat' || initial === 'annex-k')
    return namedInitialTables({ initial, step, quality });
  return readTables(initial, { name: 'initial', words: ['published', 'ramp', 'flat', 'annex-k'] });
}

/**
 * Defines an experiment that trains LearnedJPEG on photographs.
 *
 * @example
 * export default defineLearnedJpeg({ description: 'the published tables for LPIPS', settings: { lpipsWeight: 500 } });
 */
export function defineLearnedJpeg({
  description,
  settings,
}: LearnedJpegExperiment): ObjectiveDefinition<LearnedJpegSettings, Objective<LearnedJpeg>> {
  const system = async (resolved: LearnedJpegSettings) => {
    const { scale, smoothing, seed, vggWeights } = resolved;
    const { transposedLuma, unroundedTables, recompressedBits } = resolved;
    const attention = resolved.attention === 'none' ? null : resolved.attention;
    const evaluation = { transposedLuma, unroundedTables, recompressedBits };
    const made = new LearnedJpeg({
      scale,
      initial: initialTables(resolved),
      attention,
      smoothing,
      seed,
      ...evaluation,
    });
    if (vggWeights !== '') await orDispose(made, assignVgg19(made, vggWeights));
    return made;
  };
  return defineObjective<LearnedJpegSettings, Objective<LearnedJpeg>>({
    description,
    settings: { ...learnedJpegSettings, ...settings } as LearnedJpegSettings,
    checkSettings: checkLearnedJpegSettings,
    system,
    async objective(resolved, data) {
      const made = await system(resolved);
      return orDispose(made, openLearnedJpegObjective(made, resolved, data));
    },
    describeData: (resolved, data, { size }) => checkPhotographs({ ...resolved, data, processes: size }),
    trialSettings: photographTrial,
  });
}
