import { decodeJpeg } from '@sandwich/codecs';
import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectClose, pattern } from '../../testing/tensors.js';
import { resize } from '../resampling/resize.js';
import { encodeBottleneck } from './bottleneck-files.js';
import { decodeBottleneck } from './decode-bottleneck.js';

beforeAll(async () => {
  await startEngine();
});

const size = { width: 13, height: 10, channels: 5 };
const pixels = () => ({ data: pattern(10, 13, 5).dataSync<'float32'>(), ...size });
const channel = (data: ArrayLike<number>, c: number) => Array.from(data).filter((_, i) => i % 5 === c);

describe('decodeBottleneck', () => {
  it('puts every grayscale file into its channel', async () => {
    const { data } = await decodeBottleneck(encodeBottleneck(pixels(), { qstep: 1 }), size);
    // Step 1 and rounding: no pixel is off by more than 2.
    expectClose(data, pixels().data, 2);
  });

  it('interleaves colour files and the channels after them', async () => {
    const files = encodeBottleneck(pixels(), { qstep: 9, convertToYuv: true });
    const { data } = await decodeBottleneck(files, { ...size, convertToYuv: true });
    const [rgb, fourth, fifth] = await Promise.all(files.map(decodeJpeg));
    for (const c of [0, 1, 2]) {
      expect(channel(data, c)).toEqual([...rgb.data.filter((_, i) => i % 3 === c)]);
    }
    expect(channel(data, 3)).toEqual([...fourth.data]);
    expect(channel(data, 4)).toEqual([...fifth.data]);
  });

  it('enlarges halved channels, of odd sides too', async () => {
    const files = encodeBottleneck(pixels(), { qstep: 9, downsampleChroma: true });
    const { data } = await decodeBottleneck(files, { ...size, downsampleChroma: true });
    const halves = await Promise.all(files.map(decodeJpeg));
    for (const c of [1, 2, 4]) {
      const half = tf.tensor4d(Float32Array.from(halves[c].data), [1, 5, 7, 1]);
      const full = tf.slice(resize(half, [10, 14], 'lanczos3'), [0, 0, 0, 0], [1, 10, 13, 1]);
      expectClose(channel(data, c), full.dataSync(), 1e-4);
    }
    expect(channel(data, 3)).toEqual([...halves[3].data]);
  });

  it('leaves no tensors behind', async () => {
    const files = encodeBottleneck(pixels(), { qstep: 9, downsampleChroma: true });
    const before = tf.memory().numTensors;
    await decodeBottleneck(files, { ...size, downsampleChroma: true });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses files that do not match', async () => {
    const files = encodeBottleneck(pixels(), { qstep: 9 });
    await expect(decodeBottleneck(files.slice(1), size)).rejects.toThrow(
      /5 channels of this layout are 5 files, got 4/,
    );
    await expect(decodeBottleneck(files, { ...size, width: 12 })).rejects.toThrow(
      /file 0 must be 12 x 10 x 1 \(width, height, channels\), got 13 x 10 x 1/,
    );
    await expect(decodeBottleneck([files[0].subarray(0, 60), ...files.slice(1)], size)).rejects.toThrow(/decodeJpeg/);
  });
});
