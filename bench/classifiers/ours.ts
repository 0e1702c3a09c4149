// ours.ts <threads> <name> <weights> <batch> <side> [tables]: a classifier, cross entropy and its gradient to the images, as a recorded step; with
// `tables`, a step of J4D instead: the same through a soft JPEG with its rate, and the gradient to the quantisation tables.

import { recordStep, startEngine, tf } from '@sandwich/engine';
import { type ClassifierName, codeSoftly, JpegTables, loadClassifier } from '@sandwich/models';
import { serve } from '../serve.js';

const LAMBDA = 0.1;

const [threads, name, weights, batch, side, what] = process.argv.slice(2);
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
const lossOf = (x: tf.Tensor) => classifier.loss(classifier.apply(x as tf.Tensor4D), labels).mean() as tf.Scalar;

/** The gradient to the images. */
function alone() {
  const gradient = tf.variable(tf.zeros(shape), false);
  return recordStep({
    variables: [gradient],
    step: ({ x }: { x: tf.Tensor }) => {
      const { value, grad } = tf.valueAndGrad(lossOf)(x);
      gradient.assign(grad as tf.Tensor4D);
      return { loss: value };
    },
  });
}

/** The gradient to the tables, as J4D trains them, with the classifier looking at rounded levels. */
function withTables() {
  const system = new JpegTables({ initial: { quality: 50 } });
  const tables = Object.values(system.parameters);
  const gradients = tables.map(({ shape: of }) => tf.variable(tf.zeros(of), false));
  return recordStep({
    variables: [...tables, ...gradients],
    step: ({ x }: { x: tf.Tensor }) => {
      const { value, grads } = tf.variableGrads(() => {
        const { decoded, rate } = codeSoftly(system, x as tf.Tensor4D, { forward: 'hard' });
        return lossOf(decoded).add<tf.Scalar>(rate.mean().mul(LAMBDA / (Number(side) * Number(side))));
      }, tables);
      for (const [i, { name: of }] of tables.entries()) gradients[i].assign(grads[of]);
      return { loss: value };
    },
  });
}

const recorded = what === 'tables' ? withTables() : alone();
const run = async () => (await recorded.run({ x: images })).loss;
for (let i = 0; i < 3; i++) await run();
await serve(what === 'tables' ? 'tables through a soft JPEG' : 'this project (recorded)', run);
