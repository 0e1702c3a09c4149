import { findImages, loadImage } from '@sandwich/data';
import { startEngine } from '@sandwich/engine';
import { checkOutputs, writeFileAtomically } from '@sandwich/files';
import { ratePlot, spread, textTable } from '@sandwich/inspector';
import { compareRateModels, type RateComparison } from '@sandwich/models';
import { centreCrop, type Picture } from '@sandwich/pictures';
import { required, withDefault } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { count } from '../command-line/numbers.js';
import { images, outputFile } from '../command-line/paths.js';
import { median } from '../median.js';
import { type EngineArguments, engineOf, engineOptions } from './options/engine-options.js';
import { forceOption } from './options/run-options.js';

/** A correlation needs as many. */
const FEWEST = 3;

export interface RateModelsArguments extends EngineArguments {
  images: string;
  count: number;
  crop: number;
  step: number;
  out?: string;
  plot?: string;
  force?: boolean;
}

/** A row a model, the best correlated first. */
export function rateModelsTable({ fits }: RateComparison): string {
  const rows = Object.entries(fits)
    .map(([name, each]) => ({
      name,
      correlation: median(each.map((fit) => fit.correlation)),
      error: each.reduce((sum, fit) => sum + fit.relativeError, 0) / each.length,
    }))
    .sort((a, b) => b.correlation - a.correlation)
    .map(({ name, correlation, error }) => [name, correlation.toFixed(4), `${(100 * error).toFixed(1)} %`]);
  return textTable(['rate model', 'median correlation', 'mean relative error'], rows);
}

/** Compares rate models with the scans of real files. */
export async function rateModelsCommand(args: RateModelsArguments): Promise<RateComparison> {
  const { images: path, count: wanted, crop, step, out, plot, force } = args;
  await checkOutputs(
    [out, plot].filter((file) => file !== undefined),
    { force },
  );
  const files = await findImages(path);
  const pictures: Picture<Uint8Array>[] = [];
  for (const file of spread(files, wanted)) {
    const picture = (await loadImage(file)) as Picture<Uint8Array>;
    if (Math.min(picture.width, picture.height) < crop) {
      process.stderr.write(`skipped: ${file} is smaller than ${crop}x${crop}\n`);
      continue;
    }
    pictures.push(centreCrop(picture, crop));
  }
  if (pictures.length < FEWEST)
    throw new Error(`rate-models needs three pictures or more of ${crop}x${crop}, got ${pictures.length}`);
  await startEngine(engineOf(args));
  const qualities = Array.from({ length: Math.floor(99 / step) + 1 }, (_, i) => 1 + i * step);
  const onQuality = (quality: number) => process.stderr.write(`\rquality ${quality}`);
  const comparison = await compareRateModels(pictures, qualities, { onQuality });
  process.stderr.write('\n');
  if (out !== undefined) await writeFileAtomically(out, `${JSON.stringify(comparison, undefined, 1)}\n`);
  if (plot !== undefined) {
    const series = Object.entries(comparison.fits).map(([name, fits]) => ({
      name,
      points: fits.map(({ correlation }, i) => ({ x: qualities[i], y: correlation })),
    }));
    const axes = { xLabel: "quality of Annex K's tables", yLabel: 'correlation with bits of real scans' };
    await writeFileAtomically(
      plot,
      await ratePlot({ title: `${pictures.length} pictures of ${path}`, ...axes, series }),
    );
  }
  process.stdout.write(
    `${pictures.length} pictures, qualities ${qualities[0]} to ${qualities.at(-1)}\n\n${rateModelsTable(comparison)}\n`,
  );
  return comparison;
}

export const rateModelsDefinition = defineCommand({
  name: 'rate-models',
  describe: 'Compare rate models with the bits of real JPEG files',
  operands: { images: required(images('Folder, glob, list (.txt) or file of photographs')) },
  options: {
    count: withDefault(count('How many pictures, spread evenly', { min: FEWEST }), 100),
    crop: withDefault(count('Side of the middle that is taken of each, pixels'), 224),
    step: withDefault(count('From one quality to the next, from 1 to 100'), 1),
    out: outputFile('JSON file for the fit of every model at every quality'),
    plot: outputFile('SVG file for a plot of the correlations'),
    force: forceOption,
    ...engineOptions,
  },
  async run(args) {
    await rateModelsCommand(args);
  },
});
