import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEngine, tf } from '@sandwich/engine';
import { loadOnnxRuntime, OnnxGraph } from '@sandwich/onnx';
import { beforeAll, describe, expect, it } from 'vitest';
import { useTemporaryFolder } from '../../../../files/testing/temporary-folder.js';
import { busyImages } from '../../../testing/busy-images.js';
import { FEW_KINKS, gradientError } from '../../../testing/gradient-error.js';
import { checkRecogniser } from '../../testing/index.js';
import { imagenetNormalization } from '../normalization.js';
import { loadOnnxClassifier } from './load-onnx-classifier.js';

/** What PyTorch says of two images; see fixtures/make_onnx.py. */
interface Judged {
  size: [number, number];
  logits: number[][];
  losses: number[];
  gradient: number[];
}

const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
const expected = JSON.parse(readFileSync(fixture('onnx.json'), 'utf8')) as Record<string, Judged>;
const folder = useTemporaryFolder();

beforeAll(async () => {
  await startEngine();
});

/** Largest difference, relative to the largest of the expected numbers. */
function difference(actual: ArrayLike<number>, wanted: readonly number[]): number {
  expect(actual.length).toBe(wanted.length);
  const scale = Math.max(...wanted.map(Math.abs));
  return Math.max(...wanted.map((value, i) => Math.abs(actual[i] - value))) / scale;
}

/** Scores by ONNX Runtime, image by image. */
async function scoresByRuntime(model: string, images: tf.Tensor4D): Promise<number[]> {
  const { InferenceSession, Tensor } = await loadOnnxRuntime();
  const session = await InferenceSession.create(model);
  const { mean, deviation } = imagenetNormalization;
  const given = tf.tidy(() => tf.transpose(tf.div(tf.sub(images, [...mean]), [...deviation]), [0, 3, 1, 2]));
  const [count, ...size] = given.shape;
  const values = given.dataSync<'float32'>();
  given.dispose();
  const scores: number[] = [];
  for (let i = 0; i < count; i++) {
    const one = values.slice((i * values.length) / count, ((i + 1) * values.length) / count);
    const { scores: found } = await session.run({ images: new Tensor('float32', one, [1, ...size]) });
    scores.push(...(found.data as Float32Array));
  }
  await session.release();
  return scores;
}

describe('loadOnnxClassifier', () => {
  it.each(Object.entries(expected))('agrees with PyTorch and ONNX Runtime: %s', async (name, wanted) => {
    const model = fixture(`${name}.onnx`);
    const classifier = await loadOnnxClassifier({ model });
    expect(classifier.classes).toBe(6);
    const images = busyImages(...wanted.size);
    tf.tidy(() => {
      const targets = tf.tensor1d([1, 4], 'int32');
      const logits = classifier.apply(images);
      expect(difference(logits.dataSync(), wanted.logits.flat())).toBeLessThan(1e-5);
      expect(difference(classifier.loss(logits, targets).dataSync(), wanted.losses)).toBeLessThan(1e-4);
      const gradient = tf.grad((x) => classifier.loss(classifier.apply(x as tf.Tensor4D), targets).sum())(images);
      const taken = gradient.dataSync().filter((_, i) => i % 97 === 0);
      expect(gradientError(taken, wanted.gradient)).toBeLessThan(FEW_KINKS);
    });
    const scores = tf.tidy(() => classifier.apply(images));
    expect(difference(scores.dataSync(), await scoresByRuntime(model, images))).toBeLessThan(1e-5);
    tf.dispose([images, scores]);
    classifier.dispose();
  });

  it.each(['mobilenet_v2', 'squeezenet', 'vit-13'])('conforms: %s', async (name) => {
    const images = busyImages(...expected[name].size);
    const targets = tf.tensor1d([1, 4], 'int32');
    const load = () => loadOnnxClassifier({ model: fixture(`${name}.onnx`), name });
    await checkRecogniser(load, { images, targets, gradient: { step: 0.1 } });
    tf.dispose([images, targets]);
  });

  it('takes images of the size that a model is for', async () => {
    const classifier = await loadOnnxClassifier({ model: fixture('resnext.onnx'), name: 'x' });
    expect(classifier.smallestSide).toBe(33);
    const larger = busyImages(40, 40);
    expect(() => classifier.apply(larger)).toThrow('x: images must be 40 x 33, got 40 x 40');
    larger.dispose();
    classifier.dispose();
    // Two poolings of 3x3 at every second pixel behind a convolution of the same kind, which round up.
    const squeezenet = await loadOnnxClassifier({ model: fixture('squeezenet.onnx') });
    expect(squeezenet.smallestSide).toBe(9);
    squeezenet.dispose();
  });

  /** Writes a graph. @returns its path */
  const write = async (name: string, build: (graph: OnnxGraph) => void) => {
    const graph = new OnnxGraph('g');
    build(graph);
    const path = join(folder(), name);
    await writeFile(path, graph.encode());
    return path;
  };

  it('takes images with the channels last', async () => {
    const model = await write('last.onnx', (graph) => {
      const x = graph.input('x', ['N', 'H', 'W', 3]);
      const mean = graph.node('ReduceMean', [x, graph.constant([1, 2], [2], 'int64')], { keepdims: 0 });
      graph.output('y', mean, ['N', 3]);
    });
    const normalization = { mean: [1, 2, 3], deviation: [1, 2, 0.5] };
    const classifier = await loadOnnxClassifier({ model, normalization });
    tf.tidy(() => {
      const images = tf.tensor4d([5, 6, 7, 9, 10, 11], [1, 1, 2, 3]);
      expect([...classifier.apply(images).dataSync()]).toEqual([6, 3, 12]);
    });
    classifier.dispose();
  });

  it('names the operators that are missing, with their nodes, and what there is', async () => {
    const model = await write('missing.onnx', (graph) => {
      const x = graph.input('x', [1, 3, 8, 8]);
      const sine = graph.node('Sin', [x], {}, 'sine');
      graph.output('y', graph.node('Flatten', [graph.node('Det', [sine], {}, 'det')]), [1, 3]);
    });
    const error: Error = await loadOnnxClassifier({ model }).catch((e) => e);
    expect(error.message).toContain(`loadOnnxClassifier: ${model} cannot be used: it needs operators that are not`);
    expect(error.message).toContain("Sin (node 'sine'), Det (node 'det'); supported are Constant, Add, AveragePool");
  });

  it('names what is wrong with a model', async () => {
    const cases: [(graph: OnnxGraph) => void, string][] = [
      [
        (graph) => {
          graph.input('x', [1, 3, 8, 8]);
          graph.output('y', graph.node('Relu', [graph.input('z', [1, 2])]), [1, 2]);
        },
        "it must have one input of float32, got 2: 'x'; 'z'",
      ],
      [(graph) => graph.output('y', graph.input('x', [1, 4, 8, 8]), [1, 4]), '[B,3,H,W] or [B,H,W,3], got [1,4,8,8]'],
      [(graph) => graph.output('y', graph.input('x', [1, 3, 8, 8]), [1, 3]), 'it gives [1,3,8,8] for 1 images'],
      [
        (graph) => {
          const x = graph.input('x', ['N', 3, 8, 8]);
          const weights = graph.constant(new Float32Array(36), [1, 4, 3, 3]);
          graph.output('y', graph.node('Conv', [x, weights], {}, 'first'), ['N', 1]);
        },
        "the node 'first' (Conv): its weights are for 4 channels, got 3",
      ],
      [
        (graph) => {
          const x = graph.input('x', ['N', 3, 8, 8]);
          const index = graph.cast(x, 'int64');
          graph.output('y', graph.node('Gather', [x, index]), ['N', 1]);
        },
        "(Cast): its input 'x' depends on the values of the images",
      ],
      [
        (graph) => {
          graph.input('x', ['N', 3, 8, 8]);
          graph.output('y', graph.constant([1, 2], [1, 2]), [1, 2]);
        },
        "its output 'y' does not depend on its input",
      ],
      [
        (graph) => {
          const x = graph.input('x', ['N', 3, 8, 8]);
          graph.output('y', graph.node('MatMul', [x, graph.constant([1, 2], [2, 1])], {}, 'product'), ['N', 1]);
        },
        "the node 'product' (MatMul): ",
      ],
    ];
    const before = tf.memory().numTensors;
    for (const [i, [build, reason]] of cases.entries()) {
      const model = await write(`${i}.onnx`, build);
      await expect(loadOnnxClassifier({ model })).rejects.toThrow(reason);
    }
    expect(tf.memory().numTensors).toBe(before);
    await expect(loadOnnxClassifier({ model: '/none.onnx' })).rejects.toThrow('/none.onnx cannot be used: ENOENT');
  });

  it('refuses damaged files and never fails otherwise', async () => {
    const bytes = readFileSync(fixture('squeezenet.onnx'));
    const model = join(folder(), 'damaged.onnx');
    const before = tf.memory().numTensors;
    const tries: Uint8Array[] = [new Uint8Array(), bytes.subarray(0, bytes.length / 2)];
    for (let i = 0; i < 60; i++) {
      const damaged = Uint8Array.from(bytes);
      for (let k = 0; k < 3; k++) damaged[Math.floor(((i * 3 + k + 1) * 7919) % bytes.length)] ^= 1 << (i % 8);
      tries.push(damaged);
    }
    for (const [i, damaged] of tries.entries()) {
      await writeFile(model, damaged);
      const loaded = await loadOnnxClassifier({ model }).catch((error: Error) => error);
      if (loaded instanceof Error) expect(loaded.message).toContain(`${model} cannot be used: `);
      else loaded.dispose();
      if (i < 2) expect(loaded).toBeInstanceOf(Error);
    }
    expect(tf.memory().numTensors).toBe(before);
  });
});
