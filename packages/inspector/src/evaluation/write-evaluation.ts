import { anchorsOf, type Curve, groupOf, groupsOf, type NamedItem, writeCurve } from '@sandwich/evaluation';
import { writeFileAtomically } from '@sandwich/files';
import type { Picture } from '@sandwich/pictures';
import { figureTheme } from '../chart/line-chart-spec.js';
import { contactSheet } from '../reports/contact-sheet.js';
import type { RunEvaluation } from './evaluate-runs.js';
import { candidateName, evaluationFiles, overviewPlot } from './evaluation-files.js';
import { galleryRows } from './gallery-rows.js';
import { plotMeasure } from './plot-measure.js';

const GALLERY_IMAGES = 4;
const GALLERY_RATE = 0.75;

/** The candidate's curve by a name that says around which codec. */
const namedCandidate = ({ results: { candidate, codec } }: RunEvaluation): Curve => ({
  ...candidate,
  name: candidateName(candidate.name, codec?.format),
});

/**
 * Writes an evaluation into a directory: results, curves in CompressAI's schema, a plot a measure and a contact sheet.
 *
 * @returns the paths to look at
 */
export async function writeEvaluation(
  evaluation: RunEvaluation,
  directory: string,
  items: readonly NamedItem<Picture>[],
): Promise<string[]> {
  const { run, results } = evaluation;
  const { candidate, anchors, compared, codec, measures } = results;
  const files = evaluationFiles(directory, codec?.name);
  const plots: string[] = [];
  for (const curve of [namedCandidate(evaluation), ...anchors]) {
    const description = [curve.description, codec?.description, results.items].filter(Boolean).join('; ');
    await writeCurve(files.curve(curve.name), { ...curve, description });
  }
  await writeFileAtomically(files.results, `${JSON.stringify(results, null, 2)}\n`);
  const others = [...anchorsOf(results), ...compared].map((curve) => ({ ...curve, dashed: true }));
  for (const measure of measures) {
    const file = (extension: 'svg' | 'png') => files.plot(extension, measure.key);
    plots.push(...(await plotMeasure(run.configuration.experiment, { ours: [candidate], others }, measure, file)));
  }
  const rows = await galleryRows(evaluation, items.slice(0, GALLERY_IMAGES), GALLERY_RATE);
  await contactSheet(rows, files.contactSheet);
  return [files.results, ...plots, files.contactSheet];
}

/**
 * Draws one run around several codecs, a colour a codec, with the anchors that a user would choose instead.
 *
 * @returns the pictures' files
 */
export async function writeOverview(evaluations: readonly RunEvaluation[], directory: string): Promise<string[]> {
  const [{ run, results }] = evaluations;
  const { colours } = figureTheme;
  const colour = (i: number) => colours[i % colours.length];
  const ours = evaluations.map((evaluation, i) => ({ ...namedCandidate(evaluation), colour: colour(i) }));
  const anchors = evaluations.flatMap(({ results }, i) => {
    const [reference] = groupsOf(results);
    const own = results.anchors.filter((anchor) => groupOf(anchor) === reference);
    return own.map((anchor) => ({ ...anchor, colour: colour(i), dashed: true }));
  });
  const others = [
    // Encoders of one format have some in common.
    ...anchors.filter(({ name }, i) => anchors.findIndex((other) => other.name === name) === i),
    ...results.compared.map((curve, i) => ({ ...curve, colour: colour(evaluations.length + i), dashed: true })),
  ];
  const plots: string[] = [];
  for (const measure of results.measures) {
    const file = (extension: 'svg' | 'png') => overviewPlot(directory, extension, measure.key);
    plots.push(...(await plotMeasure(run.configuration.experiment, { ours, others }, measure, file)));
  }
  return plots;
}
