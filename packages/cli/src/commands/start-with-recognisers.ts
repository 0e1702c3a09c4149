import { startEngine, withoutEngine } from '@sandwich/engine';
import { loadRecognisers, type Recogniser } from '@sandwich/models';
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

/**
 * Starts the engine and loads classifiers; the caller disposes them. They are loaded without an engine first, so that nothing starts where they cannot be
 * used.
 *
 * @throws Error when names and weights differ in number, or a file cannot be used
 */
export async function startWithRecognisers(args: RecogniserArguments): Promise<Recogniser[]> {
  const load = () => loadRecognisers({ recognisers: args.recognisers, weights: args.weights ?? '' });
  await withoutEngine(async () => {
    for (const recogniser of await load()) recogniser.dispose();
  });
  await startEngine(engineOf(args));
  return load();
}

/** The same for a command that computes with one classifier. @throws Error when several are named */
export async function startWithRecogniser(args: RecogniserArguments, command: string): Promise<Recogniser> {
  if (args.recognisers.includes(',')) throw new Error(`${command} takes one classifier, got ${args.recognisers}`);
  const [recogniser] = await startWithRecognisers(args);
  return recogniser;
}
