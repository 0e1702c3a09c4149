import { writeFileAtomically } from '@sandwich/files';
import { contactSheet, figureTheme } from '@sandwich/inspector';
import { formats } from './codec-systems.js';
import { writeCurve } from './curve-file.js';
import type { Curve, LoadedImage } from './evaluate.js';
import type { RunEvaluation } from './evaluate-runs.js';
import { evaluationFiles, overviewPlot } from './evaluation-files.js';
import { galleryRows } from './gallery.js';
import type { Measure } from './metric.js';
import { plotMeasure } from './plot-measure.js';

const GALLERY_IMAGES = 4;
const GALLERY_RATE = 0.75;

/** A name that tells the curve of one codec from that of another. */
const namedCurves = ({ results: { systems, codecName } }: RunEvaluation): Curve[] =>
  systems.map((system, i) => (i === 0 ? { ...system, name: `sandwich, ${formats[codecName]}` } : system));

/**
 * Writes an evaluation into a directory: results, curves in CompressAI's schema, a plot a measure and a contact sheet.
 *
 * @returns the paths to look at
 */
export async function writeEvaluation(
  evaluation: RunEvaluation,
  directory: string,
  images: readonly LoadedImage[],
  measures: readonly Measure[],
): Promise<string[]> {
  const { run, results, systems } = evaluation;
  const files = evaluationFiles(directory, results.codecName);
  const plots: string[] = [];
  for (const curve of namedCurves(evaluation)) {
    const description = `${curve.description}; ${results.codec}; ${results.images}`;
    await writeCurve(files.curve(curve.name), { ...curve, description });
  }
  await writeFileAtomically(files.results, `${JSON.stringify(results, null, 2)}\n`);
  const curves = [...results.systems, ...results.compared].map((curve, i) => ({ ...curve, dashed: i > 0 }));
  for (const measure of measures) {
    const file = (extension: 'svg' | 'png') => files.plot(extension, measure.key);
    plots.push(...(await plotMeasure(run.configuration.experiment, curves, measure, file)));
  }
  const rows = await galleryRows(systems, results.systems, images.slice(0, GALLERY_IMAGES), GALLERY_RATE);
  await contactSheet(rows, files.contactSheet);
  return [files.results, ...plots, files.contactSheet];
}

/**
 * Draws one run around several codecs, a colour a codec, with the last of the plain curves of each.
 *
 * @returns the pictures' files
 */
export async function writeOverview(
  evaluations: readonly RunEvaluation[],
  directory: string,
  measures: readonly Measure[],
): Promise<string[]> {
  const [{ run, results }] = evaluations;
  const { colours } = figureTheme;
  const colour = (i: number) => colours[i % colours.length];
  const curves = [
    ...evaluations.flatMap((evaluation, i) => {
      const [sandwich, ...plain] = namedCurves(evaluation);
      return [
        { ...sandwich, colour: colour(i) },
        { ...plain.at(-1)!, colour: colour(i), dashed: true },
      ];
    }),
    ...results.compared.map((curve, i) => ({ ...curve, colour: colour(evaluations.length + i), dashed: true })),
  ];
  const plots: string[] = [];
  for (const measure of measures) {
    const file = (extension: 'svg' | 'png') => overviewPlot(directory, extension, measure.key);
    plots.push(...(await plotMeasure(run.configuration.experiment, curves, measure, file)));
  }
  return plots;
}
