import { basename, dirname, join } from 'node:path';
import { type EncoderName, encoders } from '@sandwich/codecs';
import { startEngine } from '@sandwich/engine';
import { openMeasures } from '@sandwich/evaluation';
import { byExtension, makeFolder, writeFileAtomically } from '@sandwich/files';
import {
  checkInspection,
  figuresIn,
  filesOfRun,
  type InspectedRun,
  inspectionOf,
  inspectRun,
  renderInspection,
  runIds,
  writeFigures,
} from '@sandwich/inspector';
import { lpipsWeightsFile } from '@sandwich/models';
import type { Picture, Region } from '@sandwich/pictures';
import { guardFolder, guardOutputs, isOwn, resultsFolder, type System } from '@sandwich/trainer';
import { repeated, required } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { count, integers, positives } from '../command-line/numbers.js';
import { inputFile, outputFile, outputFolder, runDirectory } from '../command-line/paths.js';
import { choice, region } from '../command-line/texts.js';
import { type EngineArguments, engineOf, engineOptions } from './options/engine-options.js';
import { codecNames } from './options/eval-arguments.js';
import { checkpointOption, evaluationImagesOption, forceOption } from './options/run-options.js';
import { heatMapsWith, type ShownSensitivities, sensitivitiesOf } from './options/shown-sensitivities.js';

export interface InspectArguments extends EngineArguments {
  run: string[];
  out?: string;
  checkpoint?: string;
  codec?: EncoderName;
  images?: string;
  count?: number;
  crop?: number;
  qsteps?: number[];
  qualities?: number[];
  /** What `table-sensitivity` wrote. */
  sensitivity?: string;
  figures?: string;
  region?: Region;
  force?: boolean;
}

const PAGE = 'inspect.html';
/** Page of several runs; that of the first run alone stays. */
const PAGE_OF_SEVERAL = 'inspect-runs.html';
const MEGABYTE = 1e6;

/** Settings of the codec that are asked for: steps of JPEG's flat tables, or qualities of another codec. */
function chosenSettings({ codec = 'jpeg', qsteps, qualities }: InspectArguments): number[] | undefined {
  const isJpeg = encoders[codec].codec === 'jpeg';
  if (isJpeg && qualities !== undefined) throw new Error('--qualities is for other codecs; JPEG has --qsteps');
  if (!isJpeg && qsteps !== undefined) throw new Error(`--qsteps is for JPEG; ${codec} has --qualities`);
  return isJpeg ? qsteps : qualities;
}

/** @throws Error for arguments that contradict each other, or would be passed over */
function checkInspectArguments(args: InspectArguments): void {
  chosenSettings(args);
  if (args.region !== undefined && args.figures === undefined) throw new Error('--region goes with --figures');
  runIds(args.run);
  if (args.run.length === 1) return;
  if (args.figures !== undefined) throw new Error(`--figures is for one run, got ${args.run.length}`);
  if (args.checkpoint !== undefined && args.checkpoint !== 'best') {
    throw new Error(
      `--checkpoint ${args.checkpoint} is of one run, got ${args.run.length}: take best, or leave it out`,
    );
  }
}

/** Writes one page of all the runs, and figures if they are asked for. @returns the page's file */
export async function inspectCommand(args: InspectArguments): Promise<string> {
  const { run: directories, force, checkpoint, codec, images, count, crop, figures, region } = args;
  const note = (text: string) => process.stderr.write(`${text}\n`);
  const options = { checkpoint, codec, images, count, crop, codecSettings: chosenSettings(args), note };
  const name = directories.length === 1 ? PAGE : PAGE_OF_SEVERAL;
  const home = await resultsFolder(directories[0]);
  const out = args.out ?? join(home.directory, name);
  byExtension(out, { '.html': 'page', '.htm': 'page' });
  const own = isOwn(dirname(out), home) && basename(out) === name;
  const inputs: string[] = [];
  const sensitivities = new Map<string, ShownSensitivities>();
  for (const directory of directories) {
    inputs.push(...(await checkInspection(directory, { ...options, region })), ...(await filesOfRun(directory)));
    const beside = await sensitivitiesOf(directory, args.sensitivity, note);
    if (beside === undefined) continue;
    sensitivities.set(directory, beside);
    inputs.push(beside.file);
  }
  await guardOutputs([out], { inputs, own, force, makesFolders: own });
  if (figures !== undefined) {
    await guardFolder(figures);
    await guardOutputs(await figuresIn(figures), { inputs, force });
  }

  const measures = await openMeasures(undefined, { lpipsWeights: lpipsWeightsFile, note });
  const ids = runIds(directories);
  const inspected: InspectedRun[] = [];
  try {
    await startEngine(engineOf(args));
    for (const [i, directory] of directories.entries()) {
      const beside = sensitivities.get(directory);
      const heatMaps = beside && ((system: System, items: readonly Picture[]) => heatMapsWith(beside, system, items));
      inspected.push(await inspectRun(directory, { ...options, measures, heatMaps }, ids[i]));
    }
  } finally {
    for (const measure of measures) await measure.dispose?.();
  }
  for (const { shown } of inspected) {
    const of = directories.length > 1 ? `${shown.id}: ` : '';
    for (const { text, command } of shown.notes) note(of + (command ? `${text} ${command}` : text));
  }
  const page = renderInspection(inspectionOf(inspected));
  if (own) await home.make();
  await writeFileAtomically(out, page);
  process.stdout.write(`${out} (${(Buffer.byteLength(page) / MEGABYTE).toFixed(1)} MB)\n`);
  if (figures !== undefined) {
    await makeFolder(figures);
    for (const file of await writeFigures(figures, inspected[0], region)) process.stdout.write(`${file}\n`);
  }
  return out;
}

export const inspectDefinition = defineCommand({
  name: 'inspect',
  describe: 'Make one page on which to look at runs: pictures side by side, curves, configuration',
  operands: { run: required(repeated(runDirectory('Run directory; several are shown on one page'))) },
  options: {
    out: outputFile(
      'File of the page; default inspect.html, of several runs inspect-runs.html, in the directory of the first, of packed networks in runs/<folder>/<name>',
    ),
    force: forceOption,
    images: evaluationImagesOption,
    count: count('How many of the images, evenly spread; default 3'),
    crop: count('Take only the middle of each image, this many pixels wide and high'),
    qsteps: positives(
      'Quantiser steps of JPEG, such as 6,12, behind a companding curve slopes; default 1, 2 and 4 times the trained step',
      { max: 255 },
    ),
    codec: choice('Codec that carries the pictures', codecNames, 'default jpeg'),
    qualities: integers('Qualities of a codec other than JPEG, such as 30,60; default three between 0.3 and 1.2 bpp', {
      max: 100,
    }),
    checkpoint: checkpointOption,
    sensitivity: inputFile(
      'Sensitivities to show beside tables, which table-sensitivity wrote; default those by which the tables began',
    ),
    figures: outputFolder('Folder for figures as well: curves as SVG and PNG, enlarged crops as PNG'),
    region: region('Region that the figure of crops enlarges, in pixels; default 96x96 in the middle'),
    ...engineOptions,
  },
  check: checkInspectArguments,
  async run(args) {
    await inspectCommand(args);
  },
});
