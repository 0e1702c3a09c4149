import { tf } from '@sandwich/engine';
import { softProbabilities } from '../rounding/soft-probabilities.js';
import { hardnessOf, type SoftHardness } from '../rounding/soft-quantize.js';
import { type SoftAlphabet, WINDOW } from '../rounding/soft-window.js';
import { mixtureBits, UNCOUNTED } from './mixture-bits.js';
import type { RateModel } from './rate-models.js';

const AREA = 64;
const LUMA = 0;
const CHROMA = 1;

/**
 * The rate of J4D: an image costs what its AC levels and the differences of its successive DC levels cost, each coded by the entropy of
 * its frequency in that image, for luma, and for both chroma planes together; levels are those of a soft quantiser, and gradients pass through
 * their probabilities. In bits a pixel of 4:4:4 that is (1/64) (sum_i R_i^Y + 2 sum_i R_i^C). The first DC level of a plane is coded
 * against 0, as in JPEG; that runs of zeros are coded together is left out.
 *
 * @throws RangeError naming the option and its value
 */
export function entropyRate(options: SoftHardness & SoftAlphabet = {}): RateModel {
  const { hardness, alpha, ...alphabet } = options;
  const a = hardnessOf('entropyRate', { hardness, alpha });
  return ({ unrounded, steps }) =>
    tf.tidy(() => {
      let before = 0;
      const bits = unrounded.flatMap((levels, group) => {
        const planes = levels.shape[3] / AREA;
        const tables = Array.from({ length: planes }, (_, i) => (before + i === 0 ? LUMA : CHROMA));
        before += planes;
        const { probabilities, first } = softProbabilities(levels, a(steps?.[group]), alphabet);
        return [acBits(probabilities, first, tables), dcBits(probabilities, first, tables)];
      });
      return tf.addN(bits);
    });
}

/** @param probabilities [5, B, h, w, planes * 64]; @param first [B, h, w, planes * 64] */
function acBits(probabilities: tf.Tensor, first: tf.Tensor, tables: number[]): tf.Tensor1D {
  const [batch, height, width, columns] = first.shape;
  const sources = tables.flatMap((table) =>
    Array.from({ length: AREA }, (_, frequency) => (frequency === 0 ? UNCOUNTED : table * AREA + frequency)),
  );
  return mixtureBits(
    probabilities.reshape([WINDOW, batch, height * width, columns]),
    first.reshape([batch, height * width, columns]),
    sources,
  );
}

const PAIRS = WINDOW * WINDOW;
const DIFFERENCES = 2 * WINDOW - 1;
/** [25, 9]: to which difference, counted from -4, a pair of offsets belongs. */
const differenceOfPair = (): tf.Tensor2D => {
  const matrix = new Float32Array(PAIRS * DIFFERENCES);
  for (let pair = 0; pair < PAIRS; pair++) {
    const [now, before] = [Math.floor(pair / WINDOW), pair % WINDOW];
    matrix[pair * DIFFERENCES + (now - before + WINDOW - 1)] = 1;
  }
  return tf.tensor2d(matrix, [PAIRS, DIFFERENCES]);
};

function dcBits(probabilities: tf.Tensor, first: tf.Tensor, tables: number[]): tf.Tensor1D {
  const [batch, height, width] = first.shape;
  const blocks = height * width;
  const planes = tables.length;
  const dc = (tensor: tf.Tensor, values: number) =>
    tf.slice(tensor.reshape([values * batch, blocks, planes, AREA]), [0, 0, 0, 0], [-1, -1, -1, 1]);
  // [B, blocks, planes, 5], and the same of the block before, the level 0 for certain at first.
  const now = dc(probabilities, WINDOW).reshape([WINDOW, batch, blocks, planes]).transpose([1, 2, 3, 0]);
  const level = dc(first, 1).reshape<tf.Tensor3D>([batch, blocks, planes]);
  const certain = tf.tile(tf.reshape(tf.oneHot(tf.scalar(0, 'int32'), WINDOW).toFloat(), [1, 1, 1, WINDOW]), [
    batch,
    1,
    planes,
    1,
  ]);
  const before = tf.concat([certain, tf.slice(now, [0, 0, 0, 0], [-1, blocks - 1, -1, -1])], 1);
  const levelBefore = tf.concat(
    [tf.zeros([batch, 1, planes]), tf.slice(level, [0, 0, 0], [-1, blocks - 1, -1])],
    1,
  ) as tf.Tensor3D;
  const pairs = now.expandDims(4).mul(before.expandDims(3)).reshape<tf.Tensor2D>([-1, PAIRS]);
  const differences = tf.matMul(pairs, differenceOfPair()).reshape([batch, blocks, planes, DIFFERENCES]);
  return mixtureBits(
    differences.transpose([3, 0, 1, 2]) as tf.Tensor4D,
    level.sub(levelBefore).sub(WINDOW - 1) as tf.Tensor3D,
    tables,
  );
}
