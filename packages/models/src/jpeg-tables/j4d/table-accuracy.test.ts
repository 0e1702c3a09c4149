import {
  encodeJpeg,
  flatTables,
  type JpegOptions,
  type JpegTables,
  jpegScanSize,
  scaledTables,
} from '@sandwich/codecs';
import { synthesizeImage } from '@sandwich/data';
import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { crossEntropy } from '../../classifiers/cross-entropy.js';
import type { Recogniser } from '../../classifiers/recogniser.js';
import { recognitionLoss } from './recognition-loss.js';
import { tableAccuracy } from './table-accuracy.js';

beforeAll(() => startEngine());

/** Says which of red and blue an image has more of. */
const colours: Recogniser = {
  name: 'colours',
  classes: 2,
  smallestSide: 1,
  apply: (images) => tf.tidy(() => tf.gather(images.mean([1, 2]), tf.tensor1d([0, 2], 'int32'), 1)),
  loss: crossEntropy,
  measures: [],
  dispose() {},
};

const pictures = Array.from({ length: 6 }, (_, seed) => synthesizeImage({ width: 16, height: 16, seed }));
const labels = Int32Array.from(pictures, ({ data }) => {
  let difference = 0;
  for (let i = 0; i < data.length; i += 3) difference += data[i] - data[i + 2];
  return difference > 0 ? 0 : 1;
});
const plain = (step: number) => {
  const { luma, chroma } = flatTables(step);
  return { luma: Array.from(luma), chroma: Array.from(chroma) };
};

describe('tableAccuracy', () => {
  it('codes each picture by the tables of its fold', async () => {
    const points = [
      { name: 'coarse', tables: [plain(200), plain(4)] },
      { name: 'fine', tables: [plain(4), plain(4)] },
    ];
    const options = {
      recogniser: colours,
      description: 'six pictures',
      pictures,
      labels,
      classes: ['red', 'blue'],
      anchors: ['annex-k'] as const,
    };
    const result = await tableAccuracy({ ...options, points, sample: { hardness: 4 } });
    expect(result.uncompressed).toBe(1);
    expect(result.classes).toEqual(['red', 'blue']);
    expect(result.points[1].byClass).toEqual([1, 1]);
    const sizes = pictures.map((picture, i) => {
      const tables = i % 2 === 0 ? plain(200) : plain(4);
      return (8 * encodeJpeg(picture, { tables, subsampling: '4:4:4', optimizeHuffman: true }).length) / 256;
    });
    expect(result.points[0].bpp).toBeCloseTo(sizes.reduce((a, b) => a + b) / 6, 10);
    expect(result.points[1].accuracy).toBe(1);
    expect(result.sampled).toHaveLength(2);
    for (const [i, { accuracy, gain }] of result.sampled.entries()) {
      expect(gain.value).toBeCloseTo(accuracy - result.points[i].accuracy, 12);
      expect(gain.low).toBeLessThanOrEqual(gain.value);
      expect(gain.high).toBeGreaterThanOrEqual(gain.value);
    }
    expect(result.anchors.map(({ name }) => name)).toEqual(['Annex K, 4:4:4']);
    expect(result.comparisons.map(({ bits }) => bits)).toEqual(['scanBpp', 'bpp']);
  });

  it("writes the learned tables' files with the chroma asked for, and those of anchors with their own", async () => {
    const points = [{ name: 'ten', tables: [plain(10)] }];
    const options = { recogniser: colours, description: 'six pictures', pictures, labels, points, qualities: [50] };
    const result = await tableAccuracy({ ...options, subsampling: '4:2:0', anchors: ['annex-k'] });
    const rateOf = (files: JpegOptions) => {
      const sizes = pictures.map(
        (picture) => (8 * encodeJpeg(picture, { ...files, optimizeHuffman: true }).length) / 256,
      );
      return expect.closeTo(sizes.reduce((a, b) => a + b) / 6, 10);
    };
    expect(result.subsampling).toBe('4:2:0');
    expect(result.points[0].bpp).toEqual(rateOf({ tables: plain(10), subsampling: '4:2:0' }));
    expect(result.anchors[0].points[0].bpp).toEqual(rateOf({ tables: scaledTables(50), subsampling: '4:4:4' }));
  });

  it('searches levels of the learned tables, and judges anchors with rounded and with searched ones', async () => {
    const [points, trellis] = [[{ name: 'ten', tables: [plain(10)] }], 0.04];
    const qualities = [50];
    const options = { recogniser: colours, description: 'six pictures', pictures, labels, points, trellis, qualities };
    const result = await tableAccuracy({ ...options, anchors: ['annex-k'] });
    const rateOf = (tables: JpegTables, search: JpegOptions) => {
      const files = { tables, subsampling: '4:4:4', optimizeHuffman: true, ...search } as const;
      const sizes = pictures.map((picture) => (8 * encodeJpeg(picture, files).length) / 256);
      return expect.closeTo(sizes.reduce((a, b) => a + b) / 6, 10);
    };
    const search = { trellis, trellisError: 'steps' } as const;
    expect(result.points[0].bpp).toEqual(rateOf(plain(10), search));
    expect(result.anchors.map(({ name }) => name)).toEqual(['Annex K, 4:4:4', 'Annex K, 4:4:4, searched levels']);
    expect(result.anchors.map((anchor) => anchor.points[0].bpp)).toEqual([
      rateOf(scaledTables(50), {}),
      rateOf(scaledTables(50), search),
    ]);
    expect(result.anchors[1].points[0].bpp).toBeLessThan(result.anchors[0].points[0].bpp);
    expect(result.trellis).toBe(trellis);
  });

  it('counts the scan: 623 bytes of a colour file with the example Huffman tables are headers, and 2 the end', () => {
    const file = encodeJpeg(pictures[0], { tables: scaledTables(50), subsampling: '4:4:4' });
    expect(jpegScanSize(file)).toBe(file.length - 623 - 2);
  });
});

describe('recognitionLoss', () => {
  it('is the divergence from the scores of the images, or the cross entropy with labels', () => {
    const images = tf.tensor4d([100, 0, 99, 50, 0, 52], [2, 1, 1, 3]);
    const decoded = tf.tensor4d([100, 0, 101, 50, 0, 52], [2, 1, 1, 3]);
    const of = { images, labels: tf.tensor1d([0, 1]) };
    const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
    const [p, q] = [sigmoid(1), sigmoid(-1)];
    const kl = p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q));
    const { task, accuracy } = recognitionLoss([colours], of, 'scores')(decoded);
    expect(task.dataSync()[0]).toBeCloseTo(kl / 2, 5);
    expect(accuracy.dataSync()[0]).toBe(0.5);
    const byLabels = recognitionLoss([colours, colours], of, 'labels')(decoded).task.dataSync()[0];
    expect(byLabels).toBeCloseTo((-Math.log(q) - Math.log(sigmoid(2))) / 2, 5);
  });
});
