// Sampling at positions given by boxes, angles or projections: y is linear in the image, with weights that follow from
// the positions. They are computed on the host, as TFJS's kernels compute them.

import { tf } from '../tf.js';
import { type GradientTable, gradient } from './gradient.js';

/** What an output pixel reads: `[image of the batch, row, column, weight]`; places outside the image are left out. */
type Taps = (
  output: number,
  row: number,
  column: number,
) => [image: number, row: number, column: number, weight: number][];

/** Adds each pixel of dy, weighted, to the pixels that it was read from. */
function scatter(dy: tf.Tensor, imageShape: number[], taps: Taps): tf.Tensor {
  const [batch, height, width, channels] = imageShape;
  const [outputs, rows, columns] = dy.shape;
  const sources: number[] = [];
  const targets: number[] = [];
  const weights: number[] = [];
  for (let output = 0; output < outputs; output++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        for (const [image, y, x, weight] of taps(output, row, column)) {
          const inside = image >= 0 && image < batch && y >= 0 && y < height && x >= 0 && x < width;
          if (!inside || weight === 0) continue;
          sources.push((output * rows + row) * columns + column);
          targets.push((image * height + y) * width + x);
          weights.push(weight);
        }
      }
    }
  }
  if (weights.length === 0) return tf.zeros(imageShape);
  const read = tf.gather(tf.reshape(dy, [-1, channels]), tf.tensor1d(sources, 'int32'));
  const weighted = tf.mul(read, tf.tensor2d(weights, [weights.length, 1]));
  return tf.reshape(tf.unsortedSegmentSum(weighted, tf.tensor1d(targets, 'int32'), batch * height * width), imageShape);
}

type Interpolation = 'nearest' | 'bilinear';

/** The pixels that a position lies between. */
function neighbours(image: number, y: number, x: number, interpolation: Interpolation): ReturnType<Taps> {
  if (interpolation === 'nearest') return [[image, Math.round(y), Math.round(x), 1]];
  const [top, left] = [Math.floor(y), Math.floor(x)];
  const [down, right] = [y - top, x - left];
  return [
    [image, top, left, (1 - down) * (1 - right)],
    [image, top, left + 1, (1 - down) * right],
    [image, top + 1, left, down * (1 - right)],
    [image, top + 1, left + 1, down * right],
  ];
}

/** Position on an axis of the image for a position beyond its ends. */
const continued: Record<tf.TransformAttrs['fillMode'], (position: number, size: number) => number> = {
  constant: (position) => position,
  nearest: (position, size) => Math.min(Math.max(position, 0), size - 1),
  // ... c b a | a b c | c b a ...
  reflect: (position, size) => {
    const period = 2 * size;
    const inPeriod = position - period * Math.floor(position / period);
    const mirrored = inPeriod >= size ? period - inPeriod - 1 : inPeriod;
    return Math.min(Math.max(mirrored, 0), size - 1);
  },
  // ... a b c | a b c | a b c ...
  wrap: (position, size) => {
    if (size === 1) return 0;
    const turns = Math.trunc(Math.abs(position) / (size - 1));
    if (position < 0) return Math.min(Math.max(position + size * (turns + 1), 0), size - 1);
    return Math.min(Math.max(position > size - 1 ? position - size * turns : position, 0), size - 1);
  },
};

export const sampling: GradientTable = {
  CropAndResize: gradient<tf.CropAndResizeAttrs>({
    why: 'missing',
    inputsToSave: ['image', 'boxes', 'boxInd'],
    gradFunc: (dy, [image, boxes, boxInd], { cropSize, method }) => ({
      image: () => {
        const corners = boxes.dataSync();
        const images = boxInd.dataSync();
        const position = (low: number, high: number, i: number, count: number, size: number) =>
          count > 1 ? (low + ((high - low) * i) / (count - 1)) * (size - 1) : 0.5 * (low + high) * (size - 1);
        return scatter(dy, image.shape, (box, row, column) => {
          const [top, left, bottom, right] = corners.subarray(4 * box, 4 * box + 4);
          const [, height, width] = image.shape;
          const y = position(top, bottom, row, cropSize[0], height);
          const x = position(left, right, column, cropSize[1], width);
          if (y < 0 || y > height - 1 || x < 0 || x > width - 1) return [];
          return neighbours(images[box], y, x, method as Interpolation);
        });
      },
    }),
  }),

  FlipLeftRight: gradient({
    why: 'missing',
    gradFunc: (dy) => ({ image: () => tf.reverse(dy, 2) }),
  }),

  RotateWithOffset: gradient<tf.RotateWithOffsetAttrs>({
    why: 'missing',
    inputsToSave: ['image'],
    gradFunc: (dy, [image], { radians, center }) => ({
      image: () => {
        const [centerX, centerY] = tf.backend_util.getImageCenter(center, image.shape[1]!, image.shape[2]!);
        const [sine, cosine] = [Math.sin(radians), Math.cos(radians)];
        return scatter(dy, image.shape, (i, row, column) => {
          const [x, y] = [column - centerX, row - centerY];
          return neighbours(i, x * sine + y * cosine + centerY, x * cosine - y * sine + centerX, 'nearest');
        });
      },
    }),
  }),

  Transform: gradient<tf.TransformAttrs>({
    why: 'missing',
    inputsToSave: ['image', 'transforms'],
    gradFunc: (dy, [image, transforms], { interpolation, fillMode }) => ({
      image: () => {
        const values = transforms.dataSync();
        const [, height, width] = image.shape;
        return scatter(dy, image.shape, (i, row, column) => {
          const t = values.subarray(transforms.shape[0] === 1 ? 0 : 8 * i);
          const projection = t[6] * column + t[7] * row + 1;
          if (projection === 0) return [];
          const x = continued[fillMode]((t[0] * column + t[1] * row + t[2]) / projection, width);
          const y = continued[fillMode]((t[3] * column + t[4] * row + t[5]) / projection, height);
          return neighbours(i, y, x, interpolation);
        });
      },
    }),
  }),
};
