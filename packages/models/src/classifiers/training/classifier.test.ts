import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeSafetensors, startEngine, tf } from '@sandwich/engine';
import { loadRun, type ObjectiveDefinition, startTraining } from '@sandwich/trainer';
import { beforeAll, describe, expect, it } from 'vitest';
import { useTemporaryFolder } from '../../../../files/testing/temporary-folder.js';
import { busyImages } from '../../../testing/busy-images.js';
import { FEW_KINKS, gradientError } from '../../../testing/gradient-error.js';
import { syntheticWeights } from '../../../testing/synthetic-weights.js';
import { crossEntropy } from '../cross-entropy.js';
import { resnet, resnetShapes } from '../resnet.js';
import { Classifier } from './classifier.js';
import { classifierKind, trainedRecogniser } from './classifier-kind.js';
import { defineClassifier } from './define-classifier.js';

/** What PyTorch's network makes of one step of training; see fixtures/make_classifiers.py. */
interface Golden {
  loss: number;
  gradients: Record<string, number[]>;
  state: Record<string, number[]>;
}

const golden: Golden = JSON.parse(
  readFileSync(new URL('../fixtures/classifiers.json', import.meta.url), 'utf8'),
).training;
const folder = useTemporaryFolder();

beforeAll(async () => {
  await startEngine();
});

/** Numbers of a tensor that the fixture holds. */
function someOf(tensor: tf.Tensor): Float32Array {
  const every = Math.max(1, Math.floor(tensor.size / 40));
  return tensor.dataSync<'float32'>().filter((_, i) => i % every === 0);
}

/** Largest difference of some of the numbers of a tensor, relative to the largest of those that are expected. */
function difference(tensor: tf.Tensor, wanted: readonly number[]): number {
  const actual = someOf(tensor);
  expect(actual.length).toBe(wanted.length);
  const scale = Math.max(...wanted.map(Math.abs));
  return Math.max(...wanted.map((value, i) => Math.abs(actual[i] - value))) / scale;
}

const classes = [...'0123456789'];

describe('Classifier', () => {
  it('trains as in PyTorch: loss, gradients and statistics of a step', () => {
    const classifier = new Classifier({ depth: 8, classes, seed: 1 });
    const variables = { ...classifier.parameters, ...classifier.state };
    for (const [name, { shape, values }] of Object.entries(syntheticWeights(resnetShapes(resnet(8), 10)))) {
      tf.tidy(() => variables[name].assign(tf.tensor(values, shape)));
    }
    tf.tidy(() => {
      const two = busyImages(12, 16);
      const images = tf.concat([two, tf.sub<tf.Tensor4D>(255, two)]);
      const labels = tf.tensor1d([3, 0, 9, 5], 'int32');
      const { value, grads } = tf.variableGrads(
        () => crossEntropy(classifier.apply(images, true), labels).mean(),
        Object.values(classifier.parameters),
      );
      expect(Math.abs(value.dataSync()[0] / golden.loss - 1)).toBeLessThan(1e-5);
      for (const [name, wanted] of Object.entries(golden.gradients)) {
        const gradient = someOf(grads[classifier.parameters[name].name]);
        expect(gradientError(gradient, wanted), name).toBeLessThan(FEW_KINKS);
      }
      for (const [name, wanted] of Object.entries(golden.state)) {
        expect(difference(classifier.state[name], wanted), name).toBeLessThan(1e-5);
      }
    });
    classifier.dispose();
  });

  it('begins with weights that depend on the seed, and names what it cannot be', () => {
    const [a, b, c] = [1, 1, 2].map((seed) => new Classifier({ depth: 8, classes, seed }));
    const first = (classifier: Classifier) => [...classifier.parameters['layer1.0.conv1.weight'].dataSync()];
    expect(first(a)).toEqual(first(b));
    expect(first(a)).not.toEqual(first(c));
    for (const each of [a, b, c]) each.dispose();
    expect(() => new Classifier({ depth: 9, classes, seed: 1 })).toThrow('the depth must be 6n + 2');
    expect(() => new Classifier({ depth: 8, classes: ['a'], seed: 1 })).toThrow('two classes or more, got 1');
  });
});

describe('defineClassifier', () => {
  const experiment = defineClassifier({
    description: 'red, green and blue',
    images: 'none.bin',
    settings: { depth: 8, batchSize: 8, padding: 1, learningRate: 0.05, validationImages: 6, weightDecay: 1e-3 },
  }) as unknown as ObjectiveDefinition;

  /** Pictures of one colour and its number as label, with noise. */
  async function writePictures(): Promise<string> {
    const pictures = Array.from({ length: 30 }, (_, n) => {
      const samples = Array.from({ length: 3072 }, (_, i) =>
        Math.floor(i / 1024) === n % 3 ? 200 + ((i * 31 + n * 17) % 50) : (i * 13 + n * 29) % 90,
      );
      return [n % 3, ...samples];
    });
    const path = join(folder(), 'pictures.bin');
    await writeFile(path, Uint8Array.from(pictures.flat()));
    await writeFile(join(folder(), 'classes.txt'), 'red\ngreen\nblue\n');
    return path;
  }

  it('learns, goes on after a pause as without one, and becomes a recogniser', async () => {
    const images = await writePictures();
    const at = (name: string) => join(folder(), name);
    const start = (name: string, steps: number) =>
      startTraining({ experiment, run: at(name), steps, data: { images }, log: ['none'], note: () => {} });
    await start('whole', 12);
    await start('paused', 6);
    await startTraining({ resume: at('paused'), experiment, steps: 12, note: () => {} });
    const [whole, paused] = await Promise.all(['whole', 'paused'].map((name) => loadRun(at(name))));
    const [first, second] = [whole, paused].map(({ system }) => system as Classifier);
    expect(second.tensors()).toEqual(first.tensors());
    expect(first.architecture.classes).toEqual(['red', 'green', 'blue']);

    const recogniser = trainedRecogniser(first);
    tf.tidy(() => {
      const colours = tf.tensor4d([220, 40, 50, 45, 230, 40, 50, 40, 220], [3, 1, 1, 3]).tile<tf.Tensor4D>([1, 16, 16, 1]); // biome-ignore format: one line
      const scores = recogniser.apply(colours);
      expect([...scores.argMax(1).dataSync()]).toEqual([0, 1, 2]);
      const own = first.apply(colours, false).dataSync();
      for (const [i, score] of scores.dataSync().entries()) expect(score).toBeCloseTo(own[i], 3);
    });
    recogniser.dispose();

    const files = classifierKind.exports!.files(first, { experiment: 'colours' });
    const { tensors, metadata } = decodeSafetensors(files['resnet8.safetensors']);
    expect(metadata).toEqual({ experiment: 'colours' });
    expect(tensors).toEqual(first.tensors());
    expect(Object.keys(tensors).sort()).toEqual(Object.keys(resnetShapes(resnet(8), 3)).sort());
    for (const each of [first, second]) each.dispose();
  });

  it('names settings that do not go, before anything is trained', async () => {
    const images = await writePictures();
    const start = (settings: Record<string, number | string>) =>
      startTraining({ experiment, run: join(folder(), 'run'), steps: 2, data: { images }, settings, note: () => {} });
    await expect(start({ depth: 21 })).rejects.toThrow('depth must be 6n + 2, such as 20, got 21');
    await expect(start({ optimizer: 'lion' })).rejects.toThrow("optimizer must be sgd or adam, got 'lion'");
    await expect(start({ validationImages: 30 })).rejects.toThrow('validationImages=30 leaves none of 30 pictures');
    await expect(start({ weightDecay: -1 })).rejects.toThrow('weightDecay');
  });
});
