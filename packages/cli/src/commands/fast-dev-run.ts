import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { leastSide, makeSyntheticImages, type PhotographSettings } from '@sandwich/data';
import {
  checkPlan,
  loadExperiment,
  parseAssignments,
  planNewRun,
  readRunDescription,
  registeredKind,
  resolveSettings,
  startTraining,
} from '@sandwich/trainer';
import { evalCommand } from './eval.js';
import { engineOf } from './options/engine-options.js';
import type { TrainArguments } from './train.js';

const STEPS = 3;
const IMAGES = 2;

/**
 * Tries an experiment from its first step to its evaluation, in a temporary folder that is removed: a few steps on tiny
 * crops of the images given, or of synthetic ones, a checkpoint, and real files of one synthetic image at two settings.
 *
 * @throws Error when any of this fails
 */
export async function fastDevRun({ experiment: asked, images, set = [], ...more }: TrainArguments): Promise<void> {
  const { name, file, definition } = await loadExperiment(asked!);
  const given = parseAssignments(definition, set);
  const settings = { ...definition.trialSettings?.(resolveSettings(definition, given)), ...given };
  const note = (text: string) => process.stderr.write(`${text}\n`);
  const plan = await planNewRun({ name, file, definition }, settings);
  const data = { images, limit: IMAGES, concurrency: more.concurrency, note };
  await checkPlan(plan, data);
  if (images !== undefined) await definition.describeData?.(plan.settings, data, { rank: 0, size: 1 });
  const engine = engineOf(more);
  const folder = await mkdtemp(join(tmpdir(), 'sandwich-fast-dev-run-'));
  let evaluated = false;
  try {
    const { cropSize = 64, reduce = 1, scales = '1', bitDepth = 8 } = plan.settings as Partial<PhotographSettings>;
    const crop = leastSide({ cropSize, reduce, scales });
    const synthetic: string[] = [];
    for (let seed = 1; seed <= IMAGES; seed++) {
      // Each in a folder of its own, which is its class where an experiment wants labels.
      const directory = join(folder, 'images', `class-${seed}`);
      const size = { width: crop + 16, height: crop };
      synthetic.push(
        ...(await makeSyntheticImages({ directory, count: 1, ...size, seed, bits: bitDepth === 8 ? 8 : 16 })),
      );
    }
    const run = join(folder, 'run');
    const temporary = images === undefined ? `${IMAGES} synthetic images` : `at most ${IMAGES} images of ${images}`;
    await startTraining({
      ...engine,
      experiment: { name, file, definition },
      settings,
      data: { ...data, images: images ?? join(folder, 'images') },
      run,
      steps: STEPS,
      temporary,
    });
    const { kind } = await readRunDescription(run);
    evaluated = registeredKind(kind)?.contenders !== undefined;
    if (evaluated) {
      await evalCommand({
        run,
        images: synthetic[0],
        metrics: ['psnr'],
        temporary: '1 synthetic image',
        ...engine,
      });
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  const through = evaluated ? `${STEPS} steps and an evaluation` : `${STEPS} steps`;
  process.stdout.write(`\n${name}: ${through} went through; nothing was kept\n`);
}
