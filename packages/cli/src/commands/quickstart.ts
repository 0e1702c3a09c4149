import { evaluationImages } from '@sandwich/data';
import { groupsOf, meanGain, type Results } from '@sandwich/evaluation';
import { withDefault } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { positive } from '../command-line/numbers.js';
import { images } from '../command-line/paths.js';
import { evalCommand } from './eval.js';
import { type EngineArguments, engineOf, engineOptions } from './options/engine-options.js';
import { MOST_MINUTES, trainUntilSignal } from './train.js';

export interface QuickstartArguments extends EngineArguments {
  images?: string;
  minutes?: number;
}

/** Training time that keeps the whole, with set-up and evaluation, below ten minutes on two cores. */
const DEFAULT_MINUTES = 6;

/**
 * Small batches of small crops: many steps in little time, also on a slow engine. Their gradients are noisier, and at the experiment's
 * learning rate often lead to gray pictures.
 */
const SETTINGS = {
  batchSize: 4,
  cropSize: 64,
  learningRate: 5e-4,
  schedule: 'constant',
  warmupSteps: 0,
  balancedStart: false,
};

/** Mean gains over each group of anchors, a line each: `+4.61 dB over plain codec (mean PSNR; PSNR of mean error +4.40 dB)`. */
function gainsText(results: Results): string {
  const { gains, measures } = results;
  const lines = groupsOf(results).map((group) => {
    const [first, ...others] = measures.map(({ key, label, digits, unit = '' }) => {
      const gain = meanGain(gains, group, key);
      return { label, text: gain === null ? '-' : `${gain > 0 ? '+' : ''}${gain.toFixed(digits)} ${unit}`.trim() };
    });
    return `  ${first.text} over ${group} (${[first.label, ...others.map(({ label, text }) => `${label} ${text}`)].join('; ')})`;
  });
  return lines.join('\n');
}

/** Trains a small sandwich for some minutes and shows what it gained. */
export async function quickstartCommand(args: QuickstartArguments): Promise<void> {
  const { images, minutes = DEFAULT_MINUTES } = args;
  const engine = engineOf(args);
  // Not only after the training.
  await evaluationImages(undefined);
  const run = await trainUntilSignal({
    experiment: 'color-over-grayscale',
    settings: SETTINGS,
    data: { images },
    minutes,
    ...engine,
  });
  const [results] = await evalCommand({ run, every: 4, metrics: ['psnr'], ...engine });
  const verdict = results.gains.every(({ mean }) => mean === null)
    ? 'The rates do not overlap with those of any codec without networks: train for longer (--minutes).'
    : `Colour through a grayscale codec; less than 0 is a loss:\n${gainsText(results)}`;
  process.stdout.write(
    `\n${verdict}\nLook at ${run}/contact-sheet.png: original, bottleneck, result, codecs without networks.\n`,
  );
}

export const quickstartDefinition = defineCommand({
  name: 'quickstart',
  describe: 'Train a small colour-over-grayscale sandwich for some minutes and evaluate it',
  operands: {},
  options: {
    images: images('Folder, glob, list (.txt) or file of photographs to train on'),
    minutes: withDefault(positive('Minutes to train', { max: MOST_MINUTES }), DEFAULT_MINUTES),
    ...engineOptions,
  },
  run: quickstartCommand,
});
