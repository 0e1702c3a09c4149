import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { labelledSettings, openLabelledPictures, openLabelledStream } from '@sandwich/data';
import { type StoredTensor, startEngine, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { useTemporaryFolder } from '../../../files/testing/temporary-folder.js';
import { busyImages } from '../../testing/busy-images.js';
import { FEW_KINKS, gradientError } from '../../testing/gradient-error.js';
import { syntheticWeights, writeWeights } from '../../testing/synthetic-weights.js';
import { checkRecogniser } from '../testing/index.js';
import { type ClassifierName, loadClassifier } from './load-classifier.js';
import type { Recogniser } from './recogniser.js';
import { resnet, resnetShapes } from './resnet.js';
import { squeezeNetShapes } from './squeezenet.js';

/** What PyTorch says of the first two images; see fixtures/make_classifiers.py. */
interface Judged {
  logits: number[][];
  losses: number[];
  gradient: number[];
}

const expected = JSON.parse(readFileSync(new URL('./fixtures/classifiers.json', import.meta.url), 'utf8')) as {
  synthetic: Record<string, Judged>;
  published: Record<string, Judged & Record<string, number>>;
};
const data = process.env.SANDWICH_DATA ?? '';
const folder = useTemporaryFolder();

beforeAll(async () => {
  await startEngine();
});

const shapesOf = (name: ClassifierName) =>
  name === 'squeezenet1_1' ? squeezeNetShapes : resnetShapes(resnet(Number(name.slice(6))), 10);

const write = (name: ClassifierName, change: (tensors: Record<string, StoredTensor>) => void = () => {}) => {
  const tensors = syntheticWeights(shapesOf(name));
  change(tensors);
  return writeWeights(folder(), name, tensors);
};

const publishedWeights = (name: ClassifierName) =>
  join(data, 'weights', `${name}-${name === 'squeezenet1_1' ? 'imagenet' : 'cifar10'}.safetensors`);

/** Largest difference, relative to the largest of the expected numbers. */
function difference(actual: ArrayLike<number>, wanted: readonly number[]): number {
  expect(actual.length).toBe(wanted.length);
  const scale = Math.max(...wanted.map(Math.abs));
  return Math.max(...wanted.map((value, i) => Math.abs(actual[i] - value))) / scale;
}

function expectAgreement(classifier: Recogniser, images: tf.Tensor4D, labels: number[], wanted: Judged): void {
  tf.tidy(() => {
    const targets = tf.tensor1d(labels, 'int32');
    const logits = classifier.apply(images);
    const first = tf.slice(logits, [0, 0], [2, 10]).dataSync();
    expect(difference(first, wanted.logits.flat())).toBeLessThan(1e-5);
    expect(difference(classifier.loss(logits, targets).dataSync(), wanted.losses)).toBeLessThan(1e-4);
    const gradient = tf.grad((x) => classifier.loss(classifier.apply(x as tf.Tensor4D), targets).sum())(images);
    const every = images.size < 100_000 ? 97 : 997;
    const taken = gradient.dataSync().filter((_, i) => i % every === 0);
    expect(gradientError(taken, wanted.gradient)).toBeLessThan(FEW_KINKS);
  });
}

describe('loadClassifier', () => {
  it.each(Object.entries(expected.synthetic))('agrees with PyTorch: %s', async (key, wanted) => {
    const [name, size] = key.split(' ') as [ClassifierName, string];
    const [height, width] = size.split('x').map(Number);
    const classifier = await loadClassifier({ name, weights: await write(name) });
    const images = busyImages(height, width);
    expectAgreement(classifier, images, [3, 7], wanted);
    images.dispose();
    classifier.dispose();
  });

  it.skipIf(data === '').each([
    ['resnet20', 'cifar10/test.bin', { rightOf100: 1 }],
    ['resnet56', 'cifar10/test.bin', { rightOf100: 1 }],
    ['squeezenet1_1', 'imagenet-sample', { top1Of20: 1, top5Of20: 5 }],
  ] as const)('agrees with PyTorch with published weights: %s (needs SANDWICH_DATA)', async (name, set, counts) => {
    const wanted = expected.published[name];
    const classifier = await loadClassifier({ name, weights: publishedWeights(name) });
    const pictures = await openLabelledPictures(join(data, set), { note: () => {} });
    const settings = {
      ...labelledSettings,
      batchSize: name === 'squeezenet1_1' ? 20 : 100,
      cropSize: name === 'squeezenet1_1' ? 224 : 0,
    };
    const stream = openLabelledStream({ ...settings, pictures, seed: 1, purpose: 'validate', note: () => {} });
    const { images, labels } = (await stream.next())!.arrays;
    await stream.close();
    const all = tf.tensor4d(images.values, images.shape as [number, number, number, number]);
    const two = tf.slice(all, [0, 0, 0, 0], [2, -1, -1, -1]);
    const others = [0, 1].map((i) => (labels.values[i] + 1) % classifier.classes);
    expectAgreement(classifier, two, others, wanted);
    const scores = tf.tidy(() => classifier.apply(all));
    for (const [key, k] of Object.entries(counts)) {
      const best = tf.topk(scores, k).indices;
      const found = best.arraySync() as number[][];
      expect(found.filter((each, i) => each.includes(labels.values[i])).length).toBe(wanted[key]);
      best.dispose();
    }
    tf.dispose([all, two, scores]);
    classifier.dispose();
  });

  it.each([
    ['resnet20', 12, 11],
    ['squeezenet1_1', 35, 33],
  ] as const)('conforms: %s', async (name, height, width) => {
    const weights = await write(name);
    const images = busyImages(height, width);
    const targets = tf.tensor1d([1, 8], 'int32');
    await checkRecogniser(() => loadClassifier({ name, weights }), { images, targets });
    tf.dispose([images, targets]);
  });

  it('has accuracy as a measure of pictures', async () => {
    const classifier = await loadClassifier({ name: 'resnet20', weights: await write('resnet20') });
    expect(classifier.measures.map(({ key, better }) => [key, better])).toEqual([
      ['top-1', 'more'],
      ['top-5', 'more'],
    ]);
    const images = busyImages(32, 32);
    const pictures = [...images.dataSync<'float32'>()];
    images.dispose();
    const picture = (n: number) => ({
      data: Uint8Array.from(pictures.slice(3072 * n, 3072 * (n + 1))),
      width: 32,
      height: 32,
      channels: 3 as const,
    });
    const order = expected.synthetic['resnet20 32x32'].logits.map((row) =>
      [...row.keys()].sort((a, b) => row[b] - row[a]),
    );
    const [top1, top5] = classifier.measures;
    const judge = async (measure: typeof top1, label: number) => {
      const outputs = [0, 1].map((n) => ({ picture: picture(n), label }));
      return (await measure.perItem(outputs[0], outputs)).flat();
    };
    for (const label of [order[0][0], order[0][4], order[0][5], order[1][0]]) {
      const ranks = order.map((each) => each.indexOf(label));
      expect(await judge(top1, label)).toEqual(ranks.map((rank) => (rank < 1 ? 1 : 0)));
      expect(await judge(top5, label)).toEqual(ranks.map((rank) => (rank < 5 ? 1 : 0)));
    }
    classifier.dispose();
  });

  it('names what is wrong with weights', async () => {
    const kernel = 'layer2.0.conv1.weight';
    const load = async (change: (tensors: Record<string, StoredTensor>) => void) =>
      loadClassifier({ name: 'resnet20', weights: await write('resnet20', change) });
    await expect(load((tensors) => delete tensors[kernel])).rejects.toThrow(
      `resnet20.safetensors cannot be used for resnet20: ${kernel} of shape [32,16,3,3] is missing`,
    );
    await expect(load((tensors) => (tensors[kernel].shape = [32, 16, 9, 1]))).rejects.toThrow(
      `${kernel} has shape [32,16,9,1], expected [32,16,3,3]`,
    );
    await expect(load((tensors) => (tensors['fc.bias'] = tensors['linear.bias']))).rejects.toThrow(
      'fc.bias is not part of resnet20',
    );
    const weights = await write('resnet20');
    await expect(loadClassifier({ name: 'resnet32', weights })).rejects.toThrow(
      'resnet20.safetensors cannot be used for resnet32: layer1.3.conv1.weight of shape [16,16,3,3] is missing, and 59 more',
    );
    await expect(loadClassifier({ name: 'vgg' as ClassifierName, weights })).rejects.toThrow(
      "unknown classifier 'vgg'; known are resnet20, resnet32, resnet44, resnet56, squeezenet1_1",
    );
    await expect(loadClassifier({ name: 'resnet20', weights: '/none' })).rejects.toThrow('there is no such file');
  });
});
