import { assertSomeUsable, openDataset, trainingImages } from '@sandwich/data';
import { startEngine, tf, withoutEngine } from '@sandwich/engine';
import { textTable } from '@sandwich/inspector';
import { type Lpips, type LpipsNet, loadLpips, lpipsNets, mse } from '@sandwich/losses';
import { lpipsWeightsFile } from '@sandwich/models';
import { required } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { images, inputFile } from '../command-line/paths.js';
import { choice } from '../command-line/texts.js';
import { type EngineArguments, engineOf, engineOptions } from './options/engine-options.js';

export interface LpipsScaleArguments extends EngineArguments {
  net: LpipsNet;
  weights?: string;
  images?: string;
}

/** Standard deviations of the noise, gray levels; the scale is that of 1, the others show how far it holds. */
const DEVIATIONS = [0.5, 1, 2, 4, 8];
const CROP = 256;
const BATCH = 6;
const SEED = 1;

/** Sums of squared error and LPIPS of a batch with Gaussian noise. */
function measure(lpips: Lpips, images: tf.Tensor4D, deviation: number, seed: number): [mse: number, lpips: number] {
  const sums = tf.tidy(() => {
    const noise = tf.randomNormal<tf.Rank.R4>(images.shape, 0, deviation, 'float32', seed);
    const noisy = tf.add<tf.Tensor4D>(images, noise);
    return tf.stack([tf.sum(mse(noisy, images)), tf.sum(lpips(noisy, images))]);
  });
  const [squares, distance] = sums.dataSync();
  sums.dispose();
  return [squares, distance];
}

/**
 * Measures by what LPIPS is to be multiplied to equal the squared error where errors are small: the mean squared error over
 * the mean LPIPS, of crops of photographs with Gaussian noise of one gray level.
 */
export async function lpipsScaleCommand(args: LpipsScaleArguments): Promise<number> {
  const { net } = args;
  const source = await trainingImages(args.images);
  const load = () => loadLpips({ net, weights: args.weights ?? lpipsWeightsFile(net) });
  await withoutEngine(async () => (await load()).dispose());
  if (!(await source.upcoming())) {
    const note = (text: string) => process.stderr.write(`${text}\n`);
    await assertSomeUsable(await source.images(), { crop: CROP, bitDepth: 8 }, note);
  }
  await startEngine(engineOf(args));
  const lpips = await load();
  try {
    const images = await source.images();
    const dataset = await openDataset({ images, crop: CROP, seed: SEED });
    const sums = DEVIATIONS.map(() => [0, 0]);
    try {
      for (let done = 0; done < images.length; done += BATCH) {
        const { pixels } = await dataset.nextBatch(BATCH);
        const batch = tf.tensor4d(pixels, [BATCH, CROP, CROP, 3]);
        for (const [i, deviation] of DEVIATIONS.entries()) {
          const [squares, distance] = measure(lpips, batch, deviation, SEED + done);
          sums[i][0] += squares;
          sums[i][1] += distance;
        }
        batch.dispose();
      }
    } finally {
      await dataset.close();
    }
    const scales = sums.map(([squares, distance]) => squares / distance);
    const rows = DEVIATIONS.map((deviation, i) => [`${deviation}`, scales[i].toPrecision(4)]);
    process.stdout.write(
      `${textTable(['noise', 'squared error / LPIPS'], rows)}\n\n` +
        `scale of LPIPS ${net}: ${scales[DEVIATIONS.indexOf(1)].toPrecision(4)}; ${source.description}, crops of ${CROP}x${CROP}\n`,
    );
    return scales[DEVIATIONS.indexOf(1)];
  } finally {
    lpips.dispose();
  }
}

export const lpipsScaleDefinition = defineCommand({
  name: 'lpips-scale',
  describe: 'Measure the factor that makes LPIPS equal to the squared error where errors are small',
  operands: {},
  options: {
    net: required(choice('Network of LPIPS', lpipsNets)),
    weights: inputFile('Weights file; default the one in SANDWICH_DATA/weights'),
    images: images('Folder, glob, list (.txt) or file of photographs; default as for train'),
    ...engineOptions,
  },
  async run(args) {
    await lpipsScaleCommand(args);
  },
});
