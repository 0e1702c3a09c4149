import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tinyCifar } from '../../../data/testing/tiny-labelled.js';
import { resnet, resnetShapes } from '../../models/src/classifiers/resnet.js';
import { syntheticWeights, writeWeights } from '../../models/testing/synthetic-weights.js';

/** Writes pictures of CIFAR-10, one of each label, and weights of ResNet-20, which judges them. @returns the two files */
export async function writeJudgedPictures(
  folder: string,
  labels: readonly number[] = [3, 5, 7, 9],
): Promise<{ pictures: string; weights: string }> {
  const pictures = join(folder, 'pictures.bin');
  await writeFile(pictures, tinyCifar(labels.map((label) => [label])));
  return { pictures, weights: await writeWeights(folder, 'resnet20', syntheticWeights(resnetShapes(resnet(20), 10))) };
}
