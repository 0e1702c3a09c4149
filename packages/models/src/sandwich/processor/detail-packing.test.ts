import { startEngine, tf, valuesOf } from '@sandwich/engine';
import { checkGradient } from '@sandwich/engine/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { patternImage } from '../../../../pictures/testing/pattern-image.js';
import { checkVariableGradients } from '../../../testing/check-variable-gradients.js';
import { packPicture, unpackPicture } from '../contenders/packed-details.js';
import { Sandwich } from '../sandwich.js';
import { DetailPacker, DetailUnpacker } from './detail-packing.js';

beforeAll(() => startEngine());

const alone = () => new Sandwich({ downsampleFactor: 2, pre: null, post: null, startFrom: 'details' });

const imageOf = ({ data, width, height }: { data: ArrayLike<number>; width: number; height: number }) =>
  tf.tensor4d(Float32Array.from(data), [1, height, width, 3]);

/** Values that, clipped, are rounded to what is expected, but for this much. */
function expectRounded(values: ArrayLike<number>, expected: Uint8Array, within: number) {
  expect(values.length).toBe(expected.length);
  const distances = Array.from(expected, (x, i) => Math.abs(Math.min(Math.max(values[i], 0), 255) - x));
  expect(Math.max(...distances)).toBeLessThan(0.5 + within);
}

describe('packed details', () => {
  // `packPicture` and `unpackPicture` are held against NumPy and Pillow in `contenders/linear-filters.test.ts`.
  it.each([
    [48, 32],
    [80, 64],
  ])('begin as the code that is filtered line by line, edges too, %i x %i', (width, height) => {
    const model = alone();
    const picture = patternImage(width, height);
    const packed = packPicture(picture);
    const sent = valuesOf(() => model.preprocess(imageOf(picture)));
    expectRounded(sent, packed.data, 0.01);
    // The filters of luma sum to 0.9997: about 128, not about 0, that is less than 0.1.
    const received = valuesOf(() => model.postprocess(imageOf(packed), { width, height }));
    expectRounded(received, unpackPicture(packed, { width, height }).data, 0.1);
    model.dispose();
  });

  it.each([
    ['packer', () => new DetailPacker(), [1, 16, 18, 3]],
    ['unpacker', () => new DetailUnpacker(), [1, 8, 9, 3]],
  ] as const)('have the gradient of their numbers: %s', (_, create, shape) => {
    const code = create();
    const x = tf.randomNormal([...shape], 0, 0.5, 'float32', 3) as tf.Tensor4D;
    checkGradient((images: tf.Tensor4D) => code.apply(images), x);
    checkVariableGradients(code.parameters, () => code.apply(x), 5);
    tf.dispose([x, code.parameters.kernel]);
  });

  it.each([
    [{ downsampleFactor: 1 }, '3 through 3 through 3, 1 and 0'],
    [{ downsampleFactor: 2, bottleneckChannels: 1 }, '3 through 1 through 3, 2 and 0'],
    [{ downsampleFactor: 2, truncateBits: 4 }, '3 through 3 through 3, 2 and 4'],
    [{ downsampleFactor: 2, startFromTransform: true }, 'got null and true'],
  ])('are refused with %o', (options, got) => {
    expect(() => new Sandwich({ ...options, pre: null, post: null, startFrom: 'details' })).toThrow(got);
  });
});
