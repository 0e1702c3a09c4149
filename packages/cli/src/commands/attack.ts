import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Subsampling } from '@sandwich/codecs';
import { openLabelledPictures, selectPictures } from '@sandwich/data';
import { releaseMemory, startEngine, withoutEngine } from '@sandwich/engine';
import type { LabelledPicture } from '@sandwich/evaluation';
import { makeFolder } from '@sandwich/files';
import {
  type AttackCircumstances,
  type AttackResults,
  attackFiles,
  attackTable,
  readAttackResults,
  spread,
  writeAttackReport,
  writeAttackResults,
} from '@sandwich/inspector';
import {
  type AttackMethod,
  attackAt,
  attackMethods,
  attackPlaces,
  type ClassifierName,
  checkRecognisable,
  classifierNames,
  classifierWeightsFile,
  jpegGradients,
  loadClassifier,
  recognisedInFiles,
} from '@sandwich/models';
import { guardOutputs } from '@sandwich/trainer';
import { required, withDefault } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { count, integer, integers } from '../command-line/numbers.js';
import { images, inputFile, outputFolder } from '../command-line/paths.js';
import { choice, choices } from '../command-line/texts.js';
import { type EngineArguments, engineOf, engineOptions } from './options/engine-options.js';
import { forceOption } from './options/run-options.js';
import { subsamplingOption } from './options/subsampling-option.js';
import { picturesOf } from './pictures-of.js';

export interface AttackArguments extends EngineArguments {
  pictures: string;
  classifier: ClassifierName;
  weights?: string;
  method: AttackMethod;
  gradients?: string[];
  budgets: number[];
  qualities: number[];
  steps: number;
  subsampling: Subsampling;
  forward: 'real' | 'proxy';
  count?: number;
  seed: number;
  out: string;
  force?: boolean;
}

const note = (text: string) => process.stderr.write(`${text}\n`);

function digestOf(items: readonly LabelledPicture[]): string {
  const hash = createHash('sha256');
  for (const { picture, label } of items) hash.update(`${picture.width} ${label};`).update(picture.data);
  return hash.digest('hex');
}

/** Attacks a classifier on pictures that go through JPEG files, place by place; goes on where an earlier call with the same arguments ended. */
export async function attackCommand(args: AttackArguments): Promise<AttackResults> {
  const { pictures: path, classifier: name, budgets, qualities, method, steps, subsampling, forward, seed, out } = args;
  const { weights = classifierWeightsFile(name), gradients = Object.keys(jpegGradients), force } = args;
  const files = attackFiles(out, budgets);
  const all = await openLabelledPictures(path, { note });
  const indexes = spread([...all.labels.keys()], args.count ?? all.labels.length);
  const set = indexes.length < all.labels.length ? selectPictures(all, indexes) : all;
  await withoutEngine(async () => {
    const classifier = await loadClassifier({ name, weights });
    classifier.dispose();
    checkRecognisable([classifier], set);
  });
  const items = (await picturesOf(set)).map((picture, i) => ({ picture, label: set.labels[i] }));
  const circumstances: AttackCircumstances = {
    classifier: name,
    weights: createHash('sha256')
      .update(await readFile(weights))
      .digest('hex'),
    pictures: set.description,
    digest: digestOf(items),
    ...{ method, steps, subsampling, forward, seed },
  };
  const earlier = force ? undefined : await readAttackResults(files.results).catch(() => undefined);
  const own = isDeepStrictEqual(earlier?.circumstances, circumstances);
  const outputs = [files.results, files.table, ...files.plots.flatMap(({ svg, png }) => [svg, png])];
  await guardOutputs(outputs, { inputs: [weights], own, force, makesFolders: true });
  await startEngine(engineOf(args));
  const classifier = await loadClassifier({ name, weights });
  const unused = own ? [...earlier!.places] : [];
  const results: AttackResults = { circumstances, places: [] };
  try {
    await makeFolder(out);
    const places = attackPlaces({ gradients, budgets, qualities });
    const recognised = new Map<number, boolean[]>();
    for (const [i, place] of places.entries()) {
      const { gradient, budget, quality } = place;
      const at = unused.findIndex(
        (one) => one.gradient === gradient && one.budget === budget && one.quality === quality,
      );
      if (at >= 0) {
        results.places.push(...unused.splice(at, 1));
        continue;
      }
      if (!recognised.has(quality)) {
        recognised.set(quality, await recognisedInFiles(classifier, items, { quality, subsampling }));
      }
      results.places.push(await attackAt(classifier, items, recognised.get(quality)!, place, circumstances));
      await writeAttackResults(files.results, { circumstances, places: [...results.places, ...unused] });
      releaseMemory();
      note(`${i + 1}/${places.length} ${gradient}, budget ${budget}, quality ${quality}`);
    }
    const written = await writeAttackReport(out, results);
    process.stdout.write(`${attackTable(results)}\n\n${written.join('\n')}\n`);
    return results;
  } finally {
    classifier.dispose();
  }
}

export const attackDefinition = defineCommand({
  name: 'attack',
  describe:
    'Change pictures a little so that a classifier no longer knows them after JPEG compression, and compare gradients',
  operands: {
    pictures: required(images('Labelled pictures: folders by class, a CSV list, or a binary file of CIFAR')),
  },
  options: {
    classifier: required(choice('Classifier to attack', classifierNames)),
    weights: inputFile('Its weights; default those in SANDWICH_DATA/weights'),
    method: withDefault(choice('One step, several, or several from a random start', attackMethods), 'i-fgsm'),
    gradients: choices('Ways for gradients to pass the codec', Object.keys(jpegGradients), 'default all'),
    budgets: withDefault(integers('Largest change of a sample, gray levels', { max: 255 }), [2, 4, 8]),
    qualities: withDefault(integers('JPEG qualities', { max: 100 }), [25, 50, 75, 90]),
    steps: withDefault(count('Steps of i-fgsm and pgd', { max: 10_000 }), 10),
    subsampling: withDefault(subsamplingOption(), '4:2:0'),
    forward: withDefault(
      choice(
        'What the classifier sees during the attack',
        ['real', 'proxy'],
        'real files, or the differentiable codec',
      ),
      'real',
    ),
    count: count('How many of the pictures, evenly spread; default all'),
    seed: withDefault(integer('Seed of the random start and of random roundings', { max: 1e6 }), 0),
    out: withDefault(outputFolder('Folder for results, table and plots'), 'attacks'),
    force: forceOption,
    ...engineOptions,
  },
  async run(args) {
    await attackCommand(args as AttackArguments);
  },
});
