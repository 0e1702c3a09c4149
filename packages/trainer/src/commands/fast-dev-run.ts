import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeSyntheticImages, trainingImages } from '@sandwich/data';
import { cropOf } from '../batch-images.js';
import { checkPlan } from '../check-plan.js';
import { checkTrainingImages } from '../check-training-images.js';
import { assignmentsOf, type Experiment, resolveSettings, type TrainingSettings } from '../experiment.js';
import { loadExperiment } from '../load-experiment.js';
import { planNewRun } from '../training-plan.js';
import { engineOf } from './engine-options.js';
import { evalCommand } from './eval.js';
import { type TrainArguments, trainCommand } from './train.js';

const STEPS = 3;
const IMAGES = 2;

/** Settings as small as they can be without leaving anything out that the experiment does, before those that are asked for. */
function smallSettings(experiment: Experiment, set: readonly string[]): string[] {
  const usual = resolveSettings(experiment, set);
  const small: Partial<TrainingSettings> = {
    batchSize: 2,
    cropSize: Math.min(usual.cropSize, 64),
    accumulate: Math.min(usual.accumulate, 2),
    validationImages: Math.min(usual.validationImages, 1),
    stepsWithoutCodec: Math.min(usual.stepsWithoutCodec, 1),
  };
  return [...assignmentsOf(small), ...set];
}

/**
 * Tries an experiment from its first step to its evaluation, in a temporary folder that is removed: a few steps on tiny
 * crops of the images given, or of synthetic ones, a checkpoint, and real files of one synthetic image at two settings.
 *
 * @throws Error when any of this fails
 */
export async function fastDevRun({ experiment: asked, images, set = [], ...more }: TrainArguments): Promise<void> {
  const { name, experiment } = await loadExperiment(asked!);
  const small = smallSettings(experiment, set);
  const settings = resolveSettings(experiment, small);
  const note = (text: string) => process.stderr.write(`${text}\n`);
  await checkPlan(await planNewRun(asked!, small));
  if (images !== undefined) {
    await checkTrainingImages(await trainingImages(images, settings.bitDepth), settings, { limit: IMAGES, note });
  }
  const engine = engineOf(more);
  const folder = await mkdtemp(join(tmpdir(), 'sandwich-fast-dev-run-'));
  try {
    const crop = cropOf(settings);
    const synthetic = await makeSyntheticImages({
      directory: join(folder, 'images'),
      count: IMAGES,
      width: crop + 16,
      height: crop,
      seed: 1,
      bits: settings.bitDepth === 8 ? 8 : 16,
    });
    const run = join(folder, 'run');
    const description = images === undefined ? `${IMAGES} synthetic images` : `at most ${IMAGES} images of ${images}`;
    const training = { images: images ?? join(folder, 'images'), limit: IMAGES, workers: more.workers };
    await trainCommand({
      experiment: asked,
      ...training,
      set: small,
      run,
      steps: STEPS,
      temporary: description,
      ...engine,
    });
    await evalCommand({
      run,
      images: synthetic[0],
      metrics: ['psnr'],
      temporary: '1 synthetic image',
      ...engine,
    });
  } finally {
    await rm(folder, { recursive: true });
  }
  process.stdout.write(`\n${name}: ${STEPS} steps and an evaluation went through; nothing was kept\n`);
}
