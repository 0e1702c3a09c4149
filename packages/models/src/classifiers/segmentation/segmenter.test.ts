import { join } from 'node:path';
import { shapeClasses, synthesizeShapes } from '@sandwich/data';
import { startEngine, tf } from '@sandwich/engine';
import { loadRun, type ObjectiveDefinition, readRunDescription, startTraining } from '@sandwich/trainer';
import { beforeAll, describe, expect, it } from 'vitest';
import { useTemporaryFolder } from '../../../../files/testing/temporary-folder.js';
import { busyImages } from '../../../testing/busy-images.js';
import { checkRecogniser } from '../../testing/index.js';
import { defineSegmenter } from './define-segmenter.js';
import { meanIouOfBatch } from './mean-iou-of-batch.js';
import { Segmenter } from './segmenter.js';
import { segmentingRecogniser } from './segmenter-kind.js';

const folder = useTemporaryFolder();

beforeAll(async () => {
  await startEngine();
});

const architecture = { filters: [4, 6], classes: [...shapeClasses], seed: 3 };

describe('segmentingRecogniser', () => {
  it('conforms', async () => {
    const system = new Segmenter(architecture);
    const images = busyImages(14, 10);
    const targets = tf.tidy(() => tf.cast(tf.mod(tf.range(0, 280), 4), 'int32').reshape([2, 14, 10]));
    await checkRecogniser(() => segmentingRecogniser(system), { images, targets });
    tf.dispose([images, targets]);
    system.dispose();
  });

  it('refuses other systems', () => {
    const other = { kind: 'toy', architecture: {}, parameters: {}, dispose() {} };
    expect(() => segmentingRecogniser(other)).toThrow('the system must be a segmenter, got toy');
    expect(() => new Segmenter({ ...architecture, classes: ['one'] })).toThrow('two classes or more, got 1');
  });
});

describe('meanIouOfBatch', () => {
  it('is over the classes that occur, and passes over pixels without a class', () => {
    tf.tidy(() => {
      const labels = tf.tensor3d([0, 0, 1, 1, 255, 2], [1, 2, 3], 'int32');
      // Found: 0 1 1 1 3 2. Class 0: 1 of 2, class 1: 2 of 3, class 2: 1 of 1; class 3 only where nothing is known.
      const scores = tf.oneHot(tf.tensor3d([0, 1, 1, 1, 3, 2], [1, 2, 3], 'int32'), 4).cast('float32') as tf.Tensor4D;
      expect(meanIouOfBatch(scores, labels).dataSync()[0]).toBeCloseTo((1 / 2 + 2 / 3 + 1) / 3, 6);
    });
  });
});

describe('defineSegmenter', () => {
  const experiment = defineSegmenter({
    description: 'shapes',
    settings: { filters: '8,12', side: 32, batchSize: 8, validationImages: 8, learningRate: 0.01 },
  }) as unknown as ObjectiveDefinition;
  const start = (name: string, steps: number, settings: Record<string, string | number> = {}) =>
    startTraining({ experiment, run: join(folder(), name), steps, settings, log: ['none'], note: () => {} });

  it('learns shapes, and judges as the measure of evaluations does', async () => {
    await start('run', 120);
    const { system } = await loadRun(join(folder(), 'run'));
    const recogniser = segmentingRecogniser(system);
    const [measure] = recogniser.measures;
    expect([measure.key, measure.better]).toEqual(['miou', 'more']);
    const counts: number[][] = [];
    const ious = [];
    for (let seed = 900; seed < 908; seed++) {
      const item = synthesizeShapes({ width: 32, height: 32, seed });
      counts.push((await measure.perItem(item, [item]))[0]!);
      const iou = tf.tidy(() => {
        const scores = recogniser.apply(tf.tensor4d(Float32Array.from(item.picture.data), [1, 32, 32, 3]));
        const own = meanIouOfBatch(
          scores as tf.Tensor4D,
          tf.tensor3d(Int32Array.from(item.labels), [1, 32, 32], 'int32'),
        );
        return own.dataSync()[0];
      });
      ious.push(iou);
      expect(measure.aggregate(counts.slice(-1))).toBeCloseTo(iou, 5);
    }
    // For a network that calls everything background it is a quarter of the background's share, less than 0.25.
    expect(measure.aggregate(counts)).toBeGreaterThan(0.25);
    recogniser.dispose();
    system.dispose();
    expect((await readRunDescription(join(folder(), 'run'))).kind).toBe('segmenter');
  });

  it('names settings that do not go', async () => {
    await expect(start('a', 1, { filters: '8,x' })).rejects.toThrow("with commas between, such as 16,32; got '8,x'");
    await expect(start('a', 1, { side: 4 })).rejects.toThrow('side must be at least 8, got 4');
  });
});
