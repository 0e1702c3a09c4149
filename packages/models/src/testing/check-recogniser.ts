import { canRecord, recordStep, tf, valuesOf } from '@sandwich/engine';
import { checkGradient, type GradientCheck } from '@sandwich/engine/testing';
import type { Recogniser } from '../classifiers/recogniser.js';

/** What a recogniser is checked with. */
export interface RecogniserCheck {
  /** Two images or more, [B,H,W,3] in [0, 255]. */
  images: tf.Tensor4D;
  /** Labels of them, [B] or [B,H,W], int32. */
  targets: tf.Tensor;
  /** How far the gradient of the loss may be from its central difference; see `checkGradient`. */
  gradient?: GradientCheck;
}

type AnyRecogniser = Pick<Recogniser, 'name' | 'classes' | 'smallestSide' | 'apply' | 'loss' | 'dispose'> & {
  readonly measures: readonly { key: string; better: string }[];
};

const require = (holds: boolean, complaint: string): void => {
  if (!holds) throw new Error(`checkRecogniser: ${complaint}`);
};

const areClose = (a: number, b: number, scale: number): boolean => Math.abs(a - b) <= 1e-4 * Math.max(1, scale);

const requireClose = (actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void => {
  const scale = Array.from(expected, Math.abs).reduce((most, value) => Math.max(most, value), 0);
  require(actual.length === expected.length, `${what}: ${actual.length} numbers, expected ${expected.length}`);
  for (let i = 0; i < expected.length; i++) {
    require(areClose(actual[i], expected[i], scale), `${what}: number ${i} is ${actual[i]}, expected ${expected[i]}`);
  }
};

/** The cross entropy of each image, the mean over its labels, in double precision. */
function entropies(logits: Float32Array, targets: ArrayLike<number>, images: number, classes: number): number[] {
  const perImage = targets.length / images;
  return Array.from({ length: images }, (_, image) => {
    let sum = 0;
    for (let i = image * perImage; i < (image + 1) * perImage; i++) {
      const scores = logits.subarray(i * classes, (i + 1) * classes);
      const most = scores.reduce((a, b) => Math.max(a, b));
      const total = scores.reduce((all, score) => all + Math.exp(score - most), 0);
      sum += Math.log(total) + most - scores[targets[i]];
    }
    return sum / perImage;
  });
}

function requireRefusal(recogniser: AnyRecogniser, shape: [number, number, number, number], what: string): void {
  let message: string | undefined;
  tf.tidy(() => {
    const images = tf.fill(shape, 100) as tf.Tensor4D;
    try {
      recogniser.apply(images);
    } catch (error) {
      message = (error as Error).message;
    }
  });
  const sizes = `${shape[1]} x ${shape[2]}`;
  require(message !== undefined, `takes ${what}`);
  require(message!.includes(recogniser.name) &&
    (message!.includes(sizes) ||
      message!.includes(`[${shape}]`)), `refuses ${what} without its name or their size: ${message}`);
}

/**
 * Checks that a recogniser does what the interface says, with no test framework: shapes, finite scores, each image by itself, the loss against
 * double precision, the gradient to the images against a central difference, the same in a recorded step, refusals by name, and that nothing is
 * left behind, before and after it is disposed of.
 *
 * @param load makes the recogniser, which is disposed of here
 * @throws Error that says what does not hold
 * @example
 * await checkRecogniser(() => loadClassifier({ name: 'resnet20', weights }), { images, targets });
 */
export async function checkRecogniser(
  load: () => AnyRecogniser | Promise<AnyRecogniser>,
  { images, targets, gradient }: RecogniserCheck,
): Promise<void> {
  const before = tf.memory().numTensors;
  const recogniser = await load();
  const { name, classes, smallestSide, measures } = recogniser;
  try {
    const loaded = tf.memory().numTensors;
    const [batch, height, width] = images.shape;
    require(batch > 1, `needs two images or more, got ${batch}`);
    require(name !== '' && classes > 1, `has the name '${name}' and ${classes} classes`);
    require(measures.length > 0, 'has no measure');
    for (const { key, better } of measures) {
      require(key !== '' && ['more', 'less'].includes(better), `has the measure '${key}', better '${better}'`);
    }

    const expectedShape = targets.rank === 1 ? [batch, classes] : [batch, height, width, classes];
    tf.tidy(() => {
      const { shape, dtype } = recogniser.apply(images);
      require(`${shape}` === `${expectedShape}`, `gives scores of shape [${shape}], expected [${expectedShape}]`);
      require(dtype === 'float32', `gives scores of ${dtype}`);
    });
    const scores = valuesOf(() => recogniser.apply(images));
    require(scores.every(Number.isFinite), 'gives scores that are not finite');
    requireClose(
      valuesOf(() => recogniser.apply(images)),
      scores,
      'scores of the same images again',
    );
    const alone = valuesOf(() => recogniser.apply(tf.slice(images, [1, 0, 0, 0], [1, -1, -1, -1])));
    requireClose(alone, scores.subarray(alone.length, 2 * alone.length), 'scores of the second image alone');

    const loss = (x: tf.Tensor4D): tf.Tensor => recogniser.loss(recogniser.apply(x), targets);
    const losses = valuesOf(() => loss(images));
    requireClose(losses, entropies(scores, targets.dataSync(), batch, classes), 'loss');
    checkGradient(loss, images, { direction: 'gradient', step: 0.5, tolerance: 0.02, ...gradient });
    if (canRecord()) await requireRecordable(recogniser, images, targets);

    requireRefusal(recogniser, [1, height, width, 1], 'images of one channel');
    if (smallestSide > 1) requireRefusal(recogniser, [1, smallestSide - 1, width, 3], 'images that are too small');
    tf.tidy(() => {
      const shortest = tf.slice(images, [0, 0, 0, 0], [1, smallestSide, smallestSide, 3]);
      recogniser.apply(shortest);
    });
    const left = tf.memory().numTensors - loaded;
    require(left === 0, `leaves ${left} tensors behind`);
  } finally {
    recogniser.dispose();
  }
  const left = tf.memory().numTensors - before;
  require(left === 0, `leaves ${left} tensors behind when it is disposed of`);
}

/** The loss and the length of its gradient, as a program. */
async function requireRecordable(recogniser: AnyRecogniser, images: tf.Tensor4D, targets: tf.Tensor): Promise<void> {
  const step = ({ x, labels }: { x: tf.Tensor; labels: tf.Tensor }) => {
    const loss = (at: tf.Tensor) => recogniser.loss(recogniser.apply(at as tf.Tensor4D), labels).mean();
    const { value, grad } = tf.valueAndGrad(loss)(x);
    return { loss: value, norm: tf.norm(grad) };
  };
  const inputs = { x: images, labels: targets };
  const expected = valuesOf(() => tf.stack(Object.values(step(inputs))));
  const recorded = recordStep({ variables: [], step });
  try {
    for (const run of ['first', 'recorded', 'replayed']) {
      requireClose(Object.values(await recorded.run(inputs)), expected, `${run} step`);
    }
  } finally {
    recorded.dispose();
  }
}
