import { classifierWeightsFile } from '../../classifiers/classifier-weights.js';
import { type ClassifierName, loadClassifier } from '../../classifiers/load-classifier.js';
import type { Recogniser } from '../../classifiers/recogniser.js';
import type { J4dSettings } from './j4d-settings.js';

const listOf = (text: string) => text.split(',').map((part) => part.trim());

/** Loads the classifiers that settings name. @throws Error when names and weights differ in number, or a file cannot be used */
export async function loadRecognisers({
  recognisers,
  weights,
}: Pick<J4dSettings, 'recognisers' | 'weights'>): Promise<Recogniser[]> {
  const names = listOf(recognisers) as ClassifierName[];
  const files = weights === '' ? names.map(classifierWeightsFile) : listOf(weights);
  if (files.length !== names.length) {
    throw new Error(`weights must name ${names.length} files, as many as recognisers, got ${files.length}: ${weights}`);
  }
  const loaded: Recogniser[] = [];
  try {
    for (const [i, name] of names.entries()) loaded.push(await loadClassifier({ name, weights: files[i] }));
    return loaded;
  } catch (error) {
    for (const recogniser of loaded) recogniser.dispose();
    throw error;
  }
}
