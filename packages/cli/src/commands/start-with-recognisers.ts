import type { LabelledPictures } from '@sandwich/data';
import { startEngine, withoutEngine } from '@sandwich/engine';
import { checkRecognisable, loadRecognisers, type Recogniser } from '@sandwich/models';
import { withDefault } from '../command-line/argument.js';
import { inputFile } from '../command-line/paths.js';
import { text } from '../command-line/texts.js';
import { type EngineArguments, engineOf } from './options/engine-options.js';

/** Arguments of every command that computes with classifiers. */
export interface RecogniserArguments extends EngineArguments {
  /** Their names, separated by commas. */
  recognisers: string;
  /** Their weights, separated by commas; default those in SANDWICH_DATA. */
  weights?: string;
}

/** Options of a command that computes with one classifier. */
export const recogniserOptions = {
  recognisers: withDefault(text('The classifier', 'name'), 'resnet20'),
  weights: inputFile('Its weights; default those in SANDWICH_DATA'),
};

/** @throws Error for several classifiers */
export function checkOneRecogniser({ recognisers }: RecogniserArguments): void {
  if (recognisers.includes(',')) throw new Error(`--recognisers takes one classifier here, got ${recognisers}`);
}

/**
 * Starts the engine and loads classifiers; the caller disposes them. They are loaded without an engine first, so that nothing starts where they cannot be
 * used.
 *
 * @param sets what they will judge
 * @param crop side of the middle that is taken of each picture
 * @throws Error when names and weights differ in number, a file cannot be used, or a classifier cannot judge a picture
 */
export async function startWithRecognisers(
  args: RecogniserArguments,
  sets: readonly LabelledPictures[],
  crop?: number,
): Promise<Recogniser[]> {
  const load = () => loadRecognisers({ recognisers: args.recognisers, weights: args.weights ?? '' });
  await withoutEngine(async () => {
    const recognisers = await load();
    for (const recogniser of recognisers) recogniser.dispose();
    for (const set of sets) checkRecognisable(recognisers, set, crop);
  });
  await startEngine(engineOf(args));
  return load();
}
