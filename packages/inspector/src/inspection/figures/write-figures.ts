import { readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { writeFileAtomically } from '@sandwich/files';
import type { Region } from '@sandwich/pictures';
import type { ShownResults, TrainingCurve } from '../../inspection.js';
import { contactSheet } from '../../reports/contact-sheet.js';
import { type RatePlotOptions, ratePlot } from '../../reports/rate-plot.js';
import { svgToPng } from '../../reports/svg-to-png.js';
import type { InspectedRun } from '../inspect-run.js';
import { comparisonRow } from './comparison-row.js';

/** Training curves that a paper shows. */
const TRAINING_KEYS = ['loss', 'psnr', 'bpp', 'learningRate', 'validationLoss'];

function rateFigures(title: string, { measures, sets }: ShownResults): Record<string, RatePlotOptions> {
  const [{ curves }] = sets;
  return Object.fromEntries(
    measures.map(({ key, label, unit, better }) => [
      `rate-${key}`,
      {
        title,
        xLabel: 'bits per pixel (real files)',
        yLabel: `${label}${unit ? `, ${unit}` : ''}${better === 'less' ? ' (less is better)' : ''}`,
        logX: true,
        series: curves.map(({ name, role, points }) => ({
          name,
          dashed: role !== 'candidate',
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

const FIGURE = /^(rate|training)-.+\.(svg|png)$|^comparison-\d+-.+\.png$/;

/** The files in a folder that have names as figures have; none when it is not there. */
export async function figuresIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.filter((name) => FIGURE.test(name)).map((name) => join(folder, name));
}

/** File names have 255 bytes at most, of which the others need some. */
const NAME_BYTES = 200;

/** The name of an image's file without its extension, cut where it is too long for the name of another file. */
function stemOf(name: string): string {
  const characters = [...parse(name).name];
  while (Buffer.byteLength(characters.join('')) > NAME_BYTES) characters.pop();
  return characters.join('');
}

/**
 * Writes the curves as SVG and PNG files, and for each image a sheet of enlarged crops as a PNG file.
 *
 * @param folder is there
 * @param region what the crops show of each image; default its middle
 * @returns the files
 */
export async function writeFigures(folder: string, { shown, items }: InspectedRun, region?: Region): Promise<string[]> {
  const { title, results, training } = shown;
  const charts = { ...(results && rateFigures(title, results)), ...trainingFigures(title, training) };
  const files: string[] = [];
  for (const [name, options] of Object.entries(charts)) {
    const svg = await ratePlot(options);
    const [svgFile, pngFile] = ['svg', 'png'].map((extension) => join(folder, `${name}.${extension}`));
    await writeFileAtomically(svgFile, svg);
    await writeFileAtomically(pngFile, await svgToPng(svg));
    files.push(svgFile, pngFile);
  }
  for (const [i, item] of items.entries()) {
    const file = join(folder, `comparison-${i + 1}-${stemOf(item.name)}.png`);
    const rows = item.comparisons.map((_, rate) => comparisonRow(item, rate, region));
    await contactSheet(rows, file);
    files.push(file);
  }
  return files;
}
