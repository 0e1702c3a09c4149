import { join } from 'node:path';
import { startEngine, tf } from '@sandwich/engine';
import type { Picture } from '@sandwich/pictures';
import { beforeAll, describe, expect, it } from 'vitest';
import { pattern, waves } from '../../testing/images.js';
import { readPng } from '../../testing/read-png.js';
import { syntheticTensors, useWeightFiles } from '../../testing/synthetic-weights.js';
import { loadLpips } from './lpips.js';
import { loadLpipsMetric } from './lpips-metric.js';

const data = process.env.SANDWICH_DATA ?? '';
const writeWeights = useWeightFiles();
beforeAll(() => startEngine());

const pictureOf = (image: tf.Tensor4D): Picture<Uint8Array | Float32Array> => ({
  data: image.dataSync<'float32'>(),
  height: image.shape[1],
  width: image.shape[2],
  channels: 3,
});

describe('loadLpipsMetric', () => {
  it.each(['alex', 'squeeze', 'vgg'] as const)('equals the port to tensor operations, for %s', async (net) => {
    const weights = await writeWeights(net, syntheticTensors(net));
    const lpips = await loadLpips({ net, weights, sha256: null });
    const metric = await loadLpipsMetric({ net, weights, sha256: null });
    const smallest = metric.smallestSide;
    for (const [height, width] of [
      [smallest, smallest + 1],
      [2 * smallest + 3, 2 * smallest],
    ]) {
      const reference = waves([height, width, 3]);
      const images = [0.05, 0.3, 0].map((amount) =>
        tf.tidy(() => tf.add<tf.Tensor4D>(reference, tf.mul(pattern([height, width, 3]), amount))),
      );
      const expected = images.map((image) => tf.tidy(() => lpips(image, reference).dataSync()[0]));
      const distances = await metric.measure(pictureOf(reference), images.map(pictureOf));
      expect(distances.length).toBe(3);
      for (const [i, distance] of distances.entries()) expect(Math.abs(distance - expected[i])).toBeLessThan(1e-5);
      expect(distances[1]).toBeGreaterThan(distances[0]);
      expect(distances[2]).toBe(0);
      expect(await metric.measure(pictureOf(reference), [pictureOf(images[1])])).toEqual([
        expect.closeTo(distances[1], 6),
      ]);
      tf.dispose([reference, images]);
    }
    lpips.dispose();
    await metric.release();
  });

  // In tiles of 64 pixels, the last of which are narrower; the tensor port sees the whole picture.
  it.each(['alex', 'squeeze'] as const)('sees large pictures in tiles as a whole, for %s', async (net) => {
    const weights = await writeWeights(net, syntheticTensors(net));
    const lpips = await loadLpips({ net, weights, sha256: null });
    const metric = await loadLpipsMetric({ net, weights, sha256: null, pixelsAtOnce: 2 ** 14 });
    const shape: [number, number, number] = [203, 149, 3];
    const reference = waves(shape);
    const image = tf.tidy(() => tf.add<tf.Tensor4D>(reference, tf.mul(pattern(shape), 0.1)));
    const [expected] = tf.tidy(() => lpips(image, reference).dataSync());
    const [distance] = await metric.measure(pictureOf(reference), [pictureOf(image)]);
    expect(expected).toBeGreaterThan(0);
    expect(Math.abs(distance - expected)).toBeLessThan(1e-5 * expected);
    tf.dispose([reference, image]);
    lpips.dispose();
    await metric.release();
  });

  it.each([2 ** 14, 2 ** 19])('measures several pictures as each alone, %i pixels at once', async (pixelsAtOnce) => {
    const weights = await writeWeights('alex', syntheticTensors('alex'));
    const metric = await loadLpipsMetric({ net: 'alex', weights, sha256: null, pixelsAtOnce });
    // As sharp gives samples.
    const lighter = (by: number) => ({
      data: Buffer.from(Array.from({ length: 3 * 149 * 203 }, (_, i) => ((i * i) % 251) + by)),
      width: 149,
      height: 203,
      channels: 3 as const,
    });
    const [reference, ...pictures] = [0, 1, 4, 0].map(lighter);
    const distances = await metric.measure(reference, pictures);
    for (const [i, picture] of pictures.entries()) {
      const [alone] = await metric.measure(reference, [picture]);
      // Batches are added up in another order.
      expect(Math.abs(alone - distances[i])).toBeLessThanOrEqual(1e-5 * distances[i]);
    }
    expect(distances[1]).toBeGreaterThan(distances[0]);
    expect(distances[2]).toBe(0);
    expect(reference).toEqual(lighter(0));
    await metric.release();
  });

  it.skipIf(data === '').each([
    ['alex', [0.721881, 0.137566]],
    ['squeeze', [0.711048, 0.147902]],
  ] as const)('agrees with the published %s (needs SANDWICH_DATA)', async (net, expected) => {
    const metric = await loadLpipsMetric({ net, weights: join(data, 'weights', `lpips-${net}.safetensors`) });
    const read = async (name: string) => pictureOf(await readPng(join(data, 'lpips-examples', `${name}.png`)));
    const distances = await metric.measure(await read('ex_ref'), [await read('ex_p0'), await read('ex_p1')]);
    for (const [i, value] of expected.entries()) expect(Math.abs(distances[i] - value)).toBeLessThan(1e-4);
    await metric.release();
  });

  it('says what is wrong', async () => {
    const weights = await writeWeights('alex', syntheticTensors('alex'));
    await expect(loadLpipsMetric({ net: 'alex', weights })).rejects.toThrow('the SHA-256 of its values is');
    const metric = await loadLpipsMetric({ net: 'alex', weights, sha256: null });
    const picture = (width: number, height: number, length = 3 * width * height) => ({
      data: new Uint8Array(length),
      width,
      height,
      channels: 3 as const,
    });
    await expect(metric.measure(picture(40, 32), [picture(32, 40)])).rejects.toThrow(
      'LpipsMetric: pictures must be RGB of 40 x 32, got 3840 samples of 32 x 40',
    );
    await expect(metric.measure(picture(40, 32), [picture(40, 32, 1280)])).rejects.toThrow(
      'got 1280 samples of 40 x 32',
    );
    await expect(metric.measure(picture(30, 40), [picture(30, 40)])).rejects.toThrow('at least 31 x 31, got 30 x 40');
    await metric.release();
  });
});
