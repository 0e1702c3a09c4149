import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, expect, it } from 'vitest';
import { useTemporaryFolder } from '../../../files/testing/temporary-folder.js';
import { openRecognition } from './open-recognition.js';

const data = process.env.SANDWICH_DATA;
const folder = useTemporaryFolder();
beforeAll(() => startEngine());

const CIFAR_BYTES = 3073;

it.skipIf(data === undefined)(
  "knows as many of the first 100 pictures of CIFAR-10's test set as PyTorch (needs SANDWICH_DATA)",
  async () => {
    const fixtures = new URL('../../../models/src/classifiers/fixtures/classifiers.json', import.meta.url);
    const { published } = JSON.parse(await readFile(fixtures, 'utf8'));
    const images = join(folder(), 'hundred.bin');
    await writeFile(images, (await readFile(join(data!, 'cifar10/test.bin'))).subarray(0, 100 * CIFAR_BYTES));
    const names = ['resnet20', 'resnet56'];
    const tensors = tf.memory().numTensors;
    const recognition = await openRecognition({ images, recognisers: names, every: 1, note: () => {} });
    const { items, description, measures } = await recognition.load();
    expect(description).toContain('100 pictures of 10 classes');
    expect(items[99].name).toBe('hundred.bin, picture 99');
    expect(measures.map(({ key }) => key)).toEqual(recognition.keys);
    const accuracies = measures.map(({ uncompressed }) => uncompressed);
    expect(accuracies).toEqual(names.map((name) => published[name].rightOf100));
    for (const measure of measures) await measure.dispose?.();
    expect(tf.memory().numTensors).toBe(tensors);
  },
);
