// npm run accuracy [-- --run <run> --images <labelled pictures>]: accuracies of the published classifiers on the pictures of SANDWICH_DATA, or of
// a classifier that was trained here.

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { labelledSettings, openLabelledPictures, openLabelledStream } from '@sandwich/data';
import { startEngine, tf } from '@sandwich/engine';
import {
  type ClassifierName,
  classifierWeightsFile,
  loadClassifier,
  type Recogniser,
  trainedRecogniser,
} from '@sandwich/models';
import { loadRun } from '@sandwich/trainer';

/** Pictures with their class among the one and the five of highest score, and the mean cross entropy. */
async function judge(recogniser: Recogniser, images: string, cropSize = 0) {
  const pictures = await openLabelledPictures(images, { note: () => {} });
  const batchSize = pictures.sizes[0].width > 64 ? 20 : 100;
  const settings = { ...labelledSettings, batchSize, cropSize, seed: 1, purpose: 'validate' as const };
  const stream = openLabelledStream({ ...settings, pictures, note: console.error });
  let [count, top1, top5, loss] = [0, 0, 0, 0];
  for (let batch = await stream.next(); batch !== null; batch = await stream.next()) {
    const { images: pixels, labels } = batch.arrays;
    const [best, losses] = tf.tidy(() => {
      const scores = recogniser.apply(tf.tensor4d(pixels.values, pixels.shape as [number, number, number, number]));
      const targets = tf.tensor1d(labels.values, 'int32');
      return [tf.topk(scores, 5).indices, recogniser.loss(scores, targets).sum()];
    });
    const found = (await best.array()) as number[][];
    for (const [i, classes] of found.entries()) {
      if (classes[0] === labels.values[i]) top1++;
      if (classes.includes(labels.values[i])) top5++;
    }
    loss += (await losses.data())[0];
    count += found.length;
    tf.dispose([best, losses]);
  }
  await stream.close();
  const share = (right: number) => `${right} of ${count} (${((100 * right) / count).toFixed(1)} %)`;
  console.log(`${recogniser.name}, ${images}${cropSize > 0 ? `, middle ${cropSize}` : ''}: top-1 ${share(top1)}, top-5 ${share(top5)}, cross entropy ${(loss / count).toFixed(4)}`); // biome-ignore format: one line
}

const { values } = parseArgs({ options: { run: { type: 'string' }, images: { type: 'string' } } });
const data = process.env.SANDWICH_DATA ?? 'data';
await startEngine();
if (values.run !== undefined) {
  const { system } = await loadRun(values.run);
  await judge(trainedRecogniser(system), values.images ?? join(data, 'cifar10/test.bin'));
} else {
  const published: [ClassifierName, string, number?][] = [
    ['resnet20', 'cifar10/test.bin'],
    ['resnet56', 'cifar10/test.bin'],
    ['squeezenet1_1', 'imagenet-sample', 224],
    ['squeezenet1_1', 'imagenet-sample'],
  ];
  for (const [name, images, crop] of published) {
    const recogniser = await loadClassifier({ name, weights: classifierWeightsFile(name) });
    await judge(recogniser, join(data, images), crop);
    recogniser.dispose();
  }
}
