import { presentEngines, recordStep, startEngine, tf } from '@sandwich/engine';
import type { Picture } from '@sandwich/pictures';
import { beforeAll, describe, expect, it } from 'vitest';
import { diffJpeg, diffJpegWithRate } from './diff-jpeg/diff-jpeg.js';
import { throughRealCodec } from './real/real-forward.js';
import type { RealCodec } from './real/start-real-codec.js';

type Inputs = Record<string, tf.Tensor>;

/** A codec that decodes half of every sample, in files of 100 bytes. */
const halving: RealCodec = {
  code: (images) =>
    images.map((image): { image: Picture<Uint8Array>; size: number } => ({
      image: { ...image, data: image.data.map((value) => value >> 1) },
      size: 100,
    })),
  close: async () => {},
};

const table = (i: number) => tf.addN([tf.fill([8, 8], 10 + i), tf.reshape(tf.range(0, 64), [8, 8])]);
const inputsOf = (i: number): Inputs =>
  tf.tidy(() => ({
    images: tf.randomUniform([2, 16, 24, 3], 0, 255, 'float32', i + 1),
    quality: tf.tensor1d([30 + i, 80]),
    tableY: table(i),
    tableC: table(2 * i),
    colorMatrix: tf.tensor2d([
      [0.3, 0.6, 0.1 + i / 100],
      [-0.2, -0.3, 0.5],
      [0.5, -0.4, -0.1],
    ]),
  }));

/** Values and a gradient of what a codec makes of images. */
const steps: Record<string, (inputs: Inputs) => Record<string, tf.Tensor>> = {
  'diffJpeg with a colour matrix': ({ images, quality, colorMatrix }) =>
    weighed([images, colorMatrix], ([x, matrix]) => ({
      decoded: diffJpeg(x as tf.Tensor4D, quality as tf.Tensor1D, { ste: true, colorMatrix: matrix as tf.Tensor2D }),
    })),
  'diffJpegWithRate with tables of its own': ({ images, quality, tableY, tableC }) =>
    weighed([images, tableY], ([x, y]) =>
      diffJpegWithRate(x as tf.Tensor4D, quality as tf.Tensor1D, {
        tableY: y as tf.Tensor2D,
        tableC: tableC as tf.Tensor2D,
        rateOf: 'unrounded',
      }),
    ),
  throughRealCodec: ({ images, quality }) =>
    weighed([images], ([x]) =>
      throughRealCodec(
        x as tf.Tensor4D,
        { codec: halving, quality: 5 },
        diffJpegWithRate(x as tf.Tensor4D, quality as tf.Tensor1D, { ste: true }),
        { gradient: 'projected' },
      ),
    ),
};

function weighed(xs: tf.Tensor[], compute: (xs: tf.Tensor[]) => Record<string, tf.Tensor>): Record<string, tf.Tensor> {
  const { value, grads } = tf.valueAndGrads((...args) => {
    const sums = Object.values(compute(args)).map((tensor) => tf.sum(tf.square(tensor)));
    return tf.addN(sums);
  })(xs);
  return { value, ...Object.fromEntries(grads.map((grad, i) => [`gradient ${i}`, tf.sum(tf.abs(grad))])) };
}

describe.skipIf(!presentEngines().includes('torch'))('in a recorded step', () => {
  beforeAll(async () => {
    await startEngine({ engine: 'torch', threads: 1 });
  });

  it.each(Object.entries(steps))('%s computes what the code computes, bit for bit', async (_, step) => {
    const recorded = recordStep({ variables: [], step });
    for (let i = 0; i < 5; i++) {
      const inputs = inputsOf(i);
      const expected = tf.tidy(() =>
        Object.fromEntries(Object.entries(step(inputs)).map(([name, tensor]) => [name, tensor.dataSync()[0]])),
      );
      expect(await recorded.run(inputs), `run ${i}`).toEqual(expected);
      tf.dispose(inputs);
    }
    expect(recorded.mode).toBe('calls');
    recorded.dispose();
  });

  it('diffJpeg looks at the elements of its arguments only when asked to', async () => {
    const images = tf.zeros([1, 8, 8, 3]) as tf.Tensor4D;
    const quality = tf.tensor1d([200]);
    expect(() => diffJpeg(images, quality)).toThrow('diffJpeg: quality[0] must be 1 to 100, got 200');
    expect(diffJpeg(images, quality, { check: false }).shape).toEqual([1, 8, 8, 3]);
    const checking = recordStep({
      variables: [],
      step: (inputs: Inputs) => ({ sum: tf.sum(diffJpeg(images, inputs.quality as tf.Tensor1D, { check: true })) }),
    });
    await expect(checking.run({ quality: tf.tensor1d([30]) })).rejects.toThrow(/read in the middle of a recorded step/);
  });
});
