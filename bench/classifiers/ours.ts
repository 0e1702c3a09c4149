// ours.ts <threads> <name> <weights> <batch> <side>: a classifier, cross entropy and its gradient to the images, as a recorded step.

import { recordStep, startEngine, tf } from '@sandwich/engine';
import { type ClassifierName, loadClassifier } from '@sandwich/models';
import { serve } from '../serve.js';

const [threads, name, weights, batch, side] = process.argv.slice(2);
await startEngine({ threads: Number(threads) });
const classifier = await loadClassifier({ name: name as ClassifierName, weights });
const shape: [number, number, number, number] = [Number(batch), Number(side), Number(side), 3];
const size = shape.reduce((product, n) => product * n);
const images = tf.tensor4d(
  Float32Array.from({ length: size }, (_, i) => (7 * i) % 256),
  shape,
);
const labels = tf.tensor1d(
  Int32Array.from({ length: Number(batch) }, (_, i) => i % 10),
  'int32',
);
const gradient = tf.variable(tf.zeros(shape), false);
const loss = (x: tf.Tensor) => classifier.loss(classifier.apply(x as tf.Tensor4D), labels).mean();
const recorded = recordStep({
  variables: [gradient],
  step: ({ x }: { x: tf.Tensor }) => {
    const { value, grad } = tf.valueAndGrad(loss)(x);
    gradient.assign(grad as tf.Tensor4D);
    return { loss: value };
  },
});
const run = async () => (await recorded.run({ x: images })).loss;
for (let i = 0; i < 3; i++) await run();
await serve('this project (recorded)', run);
