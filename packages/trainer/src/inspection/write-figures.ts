import { join, parse } from 'node:path';
import { writeFileAtomically } from '@sandwich/files';
import type { RateResults, TrainingCurve } from '@sandwich/inspector';
import { contactSheet } from '../reports/contact-sheet.js';
import { type RatePlotOptions, ratePlot } from '../reports/rate-plot.js';
import { svgToPng } from '../reports/svg-to-png.js';
import { comparisonRow } from './comparison-row.js';
import type { Region } from './crop-picture.js';
import type { InspectedRun } from './inspect-run.js';

/** Training curves that a paper shows. */
const TRAINING_KEYS = ['loss', 'psnr', 'bpp', 'learningRate', 'validationLoss'];

function rateFigures(title: string, { measures, sets }: RateResults): Record<string, RatePlotOptions> {
  const [{ curves }] = sets;
  return Object.fromEntries(
    measures.map(({ key, label, lessIsBetter }) => [
      `rate-${key}`,
      {
        title,
        xLabel: 'bits per pixel (real files)',
        yLabel: `${label}, RGB${lessIsBetter ? ' (less is better)' : ''}`,
        logX: true,
        series: curves.map(({ name, points }, i) => ({
          name,
          dashed: i > 0,
          points: points.flatMap(({ bpp, measures: { [key]: y } }) => (y === null ? [] : [{ x: bpp, y }])),
        })),
      },
    ]),
  );
}

const trainingFigures = (title: string, curves: readonly TrainingCurve[]): Record<string, RatePlotOptions> =>
  Object.fromEntries(
    curves
      .filter(({ key }) => TRAINING_KEYS.includes(key))
      .map(({ key, steps, values }) => [
        `training-${key}`,
        {
          title,
          xLabel: 'step',
          yLabel: key,
          marks: false,
          legend: false,
          series: [{ name: key, points: steps.map((x, i) => ({ x, y: values[i] })) }],
        },
      ]),
  );

/**
 * Writes the curves as SVG and PNG files, and for each image a sheet of enlarged crops as a PNG file.
 *
 * @param folder is there
 * @param region what the crops show of each image; default its middle
 * @returns the files
 */
export async function writeFigures(
  folder: string,
  { inspection, images, downsampleFactor }: InspectedRun,
  region?: Region,
): Promise<string[]> {
  const { title, results, training } = inspection;
  const charts = { ...(results && rateFigures(title, results)), ...trainingFigures(title, training) };
  const files: string[] = [];
  for (const [name, options] of Object.entries(charts)) {
    const svg = await ratePlot(options);
    const [svgFile, pngFile] = ['svg', 'png'].map((extension) => join(folder, `${name}.${extension}`));
    await writeFileAtomically(svgFile, svg);
    await writeFileAtomically(pngFile, await svgToPng(svg));
    files.push(svgFile, pngFile);
  }
  for (const [i, image] of images.entries()) {
    const file = join(folder, `comparison-${i + 1}-${parse(image.name).name}.png`);
    const rows = image.comparisons.map((_, rate) => comparisonRow(image, rate, downsampleFactor, region));
    await contactSheet(rows, file);
    files.push(file);
  }
  return files;
}
