import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CodecName } from '@sandwich/codecs';
import { startEngine } from '@sandwich/engine';
import { writeFileAtomically } from '@sandwich/files';
import { renderInspection } from '@sandwich/inspector';
import type { Argv, CommandModule } from 'yargs';
import { inspectRun } from '../inspection/inspect-run.js';
import { parseRegion } from '../inspection/parse-region.js';
import { writeFigures } from '../inspection/write-figures.js';
import { readRunDescription, runFiles } from '../run-directory.js';
import { checkCount, checkQualities } from './check-arguments.js';
import { type EngineArguments, engineOf, engineOptions } from './engine-options.js';
import { codecNames, parseNumbers } from './eval-arguments.js';
import { checkOutput } from './output-file.js';
import { checkpointOption, evaluationImagesOption } from './run-options.js';

export interface InspectArguments extends EngineArguments {
  run: string;
  out?: string;
  checkpoint?: string;
  codec?: CodecName;
  images?: string;
  count?: number;
  crop?: number;
  qsteps?: string;
  qualities?: string;
  figures?: string;
  region?: string;
}

const MEGABYTE = 1e6;

/** Settings of the codec that are asked for: steps of JPEG's flat tables, or qualities of another codec. */
function parseSettings({ codec = 'jpeg', qsteps, qualities }: InspectArguments): number[] | undefined {
  if (codec === 'jpeg' && qualities !== undefined)
    throw new Error('--qualities is for other codecs; JPEG has --qsteps');
  if (codec !== 'jpeg' && qsteps !== undefined) throw new Error(`--qsteps is for JPEG; ${codec} has --qualities`);
  const [option, text] = codec === 'jpeg' ? ['qsteps', qsteps] : ['qualities', qualities];
  const settings = text === undefined ? undefined : parseNumbers(option, text);
  if (codec !== 'jpeg') checkQualities(settings);
  return settings;
}

/** Writes the page of a run, and figures if they are asked for. @returns the page's file */
export async function inspectCommand(args: InspectArguments): Promise<string> {
  const { run, out = join(run, 'inspect.html'), checkpoint, codec, images, count, crop, figures } = args;
  checkCount('count', count);
  checkCount('crop', crop);
  const codecSettings = parseSettings(args);
  const region = args.region === undefined ? undefined : parseRegion(args.region);
  await readRunDescription(run);
  await checkOutput(out, runFiles(run).configuration, true);
  if (figures !== undefined) await mkdir(figures, { recursive: true });

  await startEngine(engineOf(args));
  const note = (text: string) => process.stderr.write(`${text}\n`);
  const inspected = await inspectRun(run, { checkpoint, codec, images, count, crop, codecSettings, note });
  for (const { text, command } of inspected.inspection.notes) note(command ? `${text} ${command}` : text);
  const page = renderInspection(inspected.inspection);
  await writeFileAtomically(out, page);
  process.stdout.write(`${out} (${(Buffer.byteLength(page) / MEGABYTE).toFixed(1)} MB)\n`);
  if (figures !== undefined) {
    for (const file of await writeFigures(figures, inspected, region)) process.stdout.write(`${file}\n`);
  }
  return out;
}

export const inspectModule: CommandModule<object, InspectArguments> = {
  command: 'inspect <run>',
  describe: 'Make one page on which to look at a run: pictures side by side, curves, configuration',
  builder: (yargs) =>
    yargs
      .positional('run', { type: 'string', demandOption: true, describe: 'Run directory' })
      .option('out', { type: 'string', describe: 'File of the page; default inspect.html in the run directory' })
      .option('images', evaluationImagesOption)
      .option('count', { type: 'number', describe: 'How many of the images, evenly spread; default 3' })
      .option('crop', { type: 'number', describe: 'Take only the middle of each image, so many pixels wide and high' })
      .option('qsteps', {
        type: 'string',
        describe: 'Quantiser steps of JPEG, such as 6,12; default 1, 2 and 4 times the trained step',
      })
      .option('codec', { choices: codecNames, describe: 'Around which pictures are made; default jpeg' })
      .option('qualities', {
        type: 'string',
        describe: 'Qualities of a codec other than JPEG, such as 30,60; default three between 0.3 and 1.2 bpp',
      })
      .option('checkpoint', checkpointOption)
      .option('figures', {
        type: 'string',
        describe: 'Folder for figures as well: curves as SVG and PNG, enlarged crops as PNG',
      })
      .option('region', {
        type: 'string',
        describe: 'What the figure of crops enlarges: left,top,width,height in pixels; default 96x96 in the middle',
      })
      .options(engineOptions) as Argv<InspectArguments>,
  handler: async (args) => {
    await inspectCommand(args);
  },
};
