import type { Subsampling } from '@sandwich/codecs';
import { withoutEngine } from '@sandwich/engine';
import { checkOutputs, writeFileAtomically } from '@sandwich/files';
import { ratePlot, textTable } from '@sandwich/inspector';
import {
  type DrawnHardness,
  type Estimate,
  openJ4dPictures,
  openPoints,
  subsamplingOf,
  type TableAccuracy,
  type TableAnchor,
  tableAccuracy,
  tableAnchors,
} from '@sandwich/models';
import { repeated, required } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { integers, positive } from '../command-line/numbers.js';
import { images, outputFile } from '../command-line/paths.js';
import { choices, text } from '../command-line/texts.js';
import { engineOptions } from './options/engine-options.js';
import { cropOption, limitOption } from './options/picture-options.js';
import { forceOption } from './options/run-options.js';
import { subsamplingOption } from './options/subsampling-option.js';
import { trellisOption } from './options/trellis-option.js';
import { picturesOf } from './pictures-of.js';
import {
  checkOneRecogniser,
  type RecogniserArguments,
  recogniserOptions,
  startWithRecognisers,
} from './start-with-recognisers.js';

export interface TableAccuracyArguments extends RecogniserArguments {
  tables: string[];
  images: string;
  crop?: number;
  limit?: number;
  /** Hardness in units of squared steps. */
  sample?: number;
  /** The same in units of squared gray levels. */
  sampleAlpha?: number;
  /** Squared steps that are worth a bit. */
  trellis?: number;
  /** Chroma of the learned tables' files; default that in which they were learned or judged. */
  subsampling?: Subsampling;
  anchors?: TableAnchor[];
  qualities?: number[];
  out?: string;
  plot?: string;
  force?: boolean;
}

const percent = (share: number) => (100 * share).toFixed(1);
const signed = (share: number) => `${share < 0 ? '' : '+'}${percent(share)}`;

function interval({ low, high }: Estimate, show: (value: number) => string): string {
  return `${show(low)} to ${show(high)}`;
}

/** Tables for people: curves, then gains and shares against each anchor by the bits of scans. */
export function accuracyText({
  uncompressed,
  classes,
  points,
  sampled,
  anchors,
  comparisons,
  subsampling,
  ...of
}: TableAccuracy): string {
  const curves = [
    { name: subsampling === '4:4:4' ? 'learned tables' : `learned tables, ${subsampling}`, points },
    ...(sampled.length > 0 ? [{ name: 'learned tables, levels drawn', points: sampled }] : []),
    ...anchors,
  ];
  const rows = curves.flatMap(({ name, points: each }) =>
    each.map((point) => [name, point.name, point.scanBpp.toFixed(3), point.bpp.toFixed(3), percent(point.accuracy)]),
  );
  const drawn = sampled.map(({ name, gain }) => [name, `${signed(gain.value)} points`, interval(gain, signed)]);
  const against = comparisons.flatMap(({ anchor, bits, gains, shares }) => [
    ...gains.map(({ at, ...gain }) => [
      anchor,
      bits,
      `at ${at}`,
      `${signed(gain.value)} points`,
      interval(gain, signed),
    ]),
    ...shares.map(({ loss, ...share }) => [
      anchor,
      bits,
      `at a loss of ${percent(loss)} points`,
      ...(Number.isNaN(share.value)
        ? ['not reached by both', '-']
        : [`${percent(share.value)} % of the bits`, interval(share, percent)]),
    ]),
  ]);
  const byClass = classes.map((name, i) => [name, ...points.map((point) => percent(point.byClass[i]))]);
  return [
    `${of.recogniser} on ${of.pictures}: ${percent(uncompressed)} % right without compression`,
    textTable(['tables', 'point', 'scan bpp', 'file bpp', 'right %'], rows),
    ...(drawn.length > 0 ? [textTable(['levels drawn', 'over rounded ones', '95 % interval'], drawn)] : []),
    textTable(['against', 'bits', 'where', 'learned tables', '95 % interval'], against),
    ...(byClass.length > 0
      ? [textTable(['right % by class', ...points.map(({ scanBpp }) => `${scanBpp.toFixed(2)} bpp`)], byClass)]
      : []),
  ].join('\n\n');
}

const plotOf = ({ recogniser, points, anchors, uncompressed }: TableAccuracy): Promise<string> =>
  ratePlot({
    title: `${recogniser}: ${percent(uncompressed)} % right without compression`,
    xLabel: 'bits per pixel of the scan',
    yLabel: 'right (%)',
    logX: true,
    series: [{ name: 'learned tables', points }, ...anchors].map(({ name, points: each }) => ({
      name,
      points: each.map(({ scanBpp, accuracy }) => ({ x: scanBpp, y: 100 * accuracy })).sort((a, b) => a.x - b.x),
    })),
  });

function drawnHardness({ sample, sampleAlpha }: TableAccuracyArguments): DrawnHardness | undefined {
  if (sampleAlpha !== undefined) return { alpha: sampleAlpha };
  return sample === undefined ? undefined : { hardness: sample };
}

/** @throws Error for levels that are drawn in files of reduced chroma, saying why they would be */
function checkDrawnChroma(
  { sample, sampleAlpha }: TableAccuracyArguments,
  reason: string,
  subsampling: Subsampling,
): void {
  if (subsampling !== '4:4:4' && (sample ?? sampleAlpha) !== undefined)
    throw new Error(`--sample and --sample-alpha draw levels of 4:4:4, and ${reason}`);
}

/** @throws Error for levels that are drawn in two ways, drawn and searched, or drawn where chroma is reduced, or several classifiers */
function checkTableAccuracyArguments(args: TableAccuracyArguments): void {
  const { sample, sampleAlpha, trellis, subsampling } = args;
  checkOneRecogniser(args);
  if (sample !== undefined && sampleAlpha !== undefined) {
    throw new Error(`give --sample ${sample} or --sample-alpha ${sampleAlpha}, not both`);
  }
  if (trellis !== undefined && (sample ?? sampleAlpha) !== undefined) {
    throw new Error(`--trellis ${trellis} searches levels, --sample and --sample-alpha draw them: give one of them`);
  }
  if (subsampling !== undefined) checkDrawnChroma(args, `--subsampling is ${subsampling}`, subsampling);
}

/** Judges learned tables by what classifiers recognise in real files, beside tables that need no learning. */
export async function tableAccuracyCommand(args: TableAccuracyArguments): Promise<TableAccuracy> {
  const { tables, images: path, crop, limit, trellis, anchors, qualities, out, plot, force } = args;
  await checkOutputs(
    [out, plot].filter((file) => file !== undefined),
    { inputs: tables, force },
  );
  const note = (line: string) => process.stderr.write(`${line}\n`);
  const set = await openJ4dPictures({ folds: 1, fold: 0, more: '' }, { images: path, limit, note }, path);
  const points = await withoutEngine(() => openPoints(tables));
  const { subsampling = subsamplingOf(points) } = args;
  checkDrawnChroma(args, `the tables are for ${subsampling}`, subsampling);
  const [recogniser] = await startWithRecognisers(args, [set], crop);
  try {
    const onCurve = (name: string) => note(`measured: ${name}`);
    const options = {
      description: set.description,
      pictures: await picturesOf(set, crop),
      labels: set.labels,
      classes: set.classes,
      points,
      sample: drawnHardness(args),
      trellis,
      subsampling,
      anchors,
      qualities,
      onCurve,
    };
    const result = await tableAccuracy({ recogniser, ...options });
    if (out !== undefined) await writeFileAtomically(out, `${JSON.stringify(result, undefined, 1)}\n`);
    if (plot !== undefined) await writeFileAtomically(plot, await plotOf(result));
    process.stdout.write(`${accuracyText(result)}\n`);
    return result;
  } finally {
    recogniser.dispose();
  }
}

export const tableAccuracyDefinition = defineCommand({
  name: 'table-accuracy',
  describe: 'Judge learned tables by what a classifier recognises in real files',
  operands: {
    tables: required(
      repeated(
        text(
          'Run directories, those that differ in their fold alone are one point; or files that --out or table-search wrote',
          'run',
        ),
      ),
    ),
  },
  options: {
    ...recogniserOptions,
    images: required(images('Labelled pictures, all of them: folder, CSV list or binary files of CIFAR')),
    crop: cropOption,
    limit: limitOption,
    sample: positive(
      'Judge files with drawn levels, too, by the soft quantiser of this hardness, in units of squared steps',
    ),
    sampleAlpha: positive('The same in units of squared gray levels for all steps, for which J4D has 100'),
    trellis: trellisOption,
    subsampling: subsamplingOption('; default that in which the tables were learned or judged'),
    anchors: choices('What the tables are compared with; default all', tableAnchors),
    qualities: integers("Qualities of Annex K's tables; default 14 of 5 to 98", { max: 100 }),
    out: outputFile('JSON file for the tables and all results'),
    plot: outputFile('SVG file for a plot of the curves'),
    force: forceOption,
    ...engineOptions,
  },
  check: checkTableAccuracyArguments,
  async run(args) {
    await tableAccuracyCommand(args);
  },
});
