import { tf } from '@sandwich/engine';
import type { CodebookKernel } from '../architecture.js';

/** Values as means of the codebook, and how much of all of them falls on each of its entries. */
export interface SoftCodebook {
  /** In the shape of the values. */
  soft: tf.Tensor;
  /** Means of the weights over the values of a group, [groups, entries]; each group sums to one. */
  shares: tf.Tensor2D;
}

/** Log-weights are -power log1p(rate d^2), or -rate d^2 without a power. */
function factorsOf({ form, gamma, v }: CodebookKernel): { rate: number; power?: number } {
  if (form === 'gaussian') return { rate: gamma };
  return { rate: (form === 'code' ? gamma ** 2 : gamma) / v, power: (v + 1) / 2 };
}

/** The nearest integer within the range; halves go to the lower one. */
export const nearestEntry = (z: tf.Tensor, [low, high]: readonly [number, number]): tf.Tensor =>
  tf.clipByValue(tf.ceil(tf.sub(z, 0.5)), low, high);

/** A soft assignment in numbers: `perGroup` values in each of `groups` groups, to the entries of `range`. */
interface Assignment {
  range: readonly [number, number];
  kernel: CodebookKernel;
  groups: number;
  perGroup: number;
}

/** The logarithm of the weight of an entry that does not exist. */
const NEVER = -1e9;

/** The largest sum of the weights that are left out, as a fraction of the largest weight, of a value within the codebook. */
const NEGLIGIBLE = 1e-9;

/** How many entries to either side of the nearest one have weights that count. */
function reachOf(kernel: CodebookKernel, count: number): number {
  const { rate, power } = factorsOf(kernel);
  const logWeight = (d: number) => (power === undefined ? -rate * d ** 2 : -power * Math.log1p(rate * d ** 2));
  const least = Math.log(NEGLIGIBLE / count) + logWeight(0.5);
  let reach = 1;
  while (reach < count - 1 && logWeight(reach + 0.5) > least) reach++;
  return reach;
}

/** The entries around the nearest one of each value, [perGroup, groups, 2 reach + 1]. */
interface Neighbours {
  /** [perGroup, groups, 1] */
  nearest: tf.Tensor3D;
  /** The distance of the value from the nearest entry, [perGroup, groups, 1]. */
  e: tf.Tensor3D;
  /** The nearest entry less each of these, [1, 1, 2 reach + 1]. */
  j: tf.Tensor3D;
  /** Whether the codebook has them. */
  exist: tf.Tensor3D;
  /** Which of the shares each adds to, counted through all groups; some place for those that do not exist. */
  places: tf.Tensor1D;
}

function neighboursOf(z: tf.Tensor3D, { range: [low, high], kernel, groups }: Assignment): Neighbours {
  const count = high - low + 1;
  const reach = reachOf(kernel, count);
  const nearest = nearestEntry(z, [low, high]) as tf.Tensor3D;
  const j = tf.reshape(tf.range(reach, -reach - 1, -1), [1, 1, 2 * reach + 1]) as tf.Tensor3D;
  const entry = tf.sub(tf.sub(nearest, j), low);
  const exist = tf.logicalAnd(tf.greaterEqual(entry, 0), tf.less(entry, count));
  const group = tf.reshape(tf.range(0, groups * count, count), [1, groups, 1]);
  const places = tf.cast(tf.reshape(tf.add(tf.clipByValue(entry, 0, count - 1), group), [-1]), 'int32');
  return { nearest, e: tf.sub(z, nearest), j, exist: exist as tf.Tensor3D, places: places as tf.Tensor1D };
}

/**
 * Weights of the entries around each value, [perGroup, groups, 2 reach + 1]; 0 for those that do not exist.
 *
 * With the nearest entry k, the distance e = z - c_k and j = c_k - c_m, the squared distance from the entry m is e^2 + j (j + 2e), so that
 *
 *     log w_m - log w_k = -power log1p(rate j (j + 2e) / (1 + rate e^2))
 *
 * whose rounding error in float32 is small beside the difference itself, where the difference of two logarithms would lose it.
 */
function weightsOf({ e, j, exist }: Neighbours, kernel: CodebookKernel): tf.Tensor3D {
  const { rate, power } = factorsOf(kernel);
  const beyond = tf.mul(j, tf.add(j, tf.mul(e, 2)));
  const logs =
    power === undefined
      ? tf.mul(beyond, -rate)
      : tf.mul(tf.log1p(tf.mul(beyond, tf.div(rate, tf.add(tf.mul(tf.square(e), rate), 1)))), -power);
  return tf.softmax(tf.where(exist, logs, NEVER) as tf.Tensor3D);
}

/** Half the slopes of the log-weights over z with the other sign, -(d log w_m / dz) / 2, of distances d. */
function halfSlopes(d: tf.Tensor, kernel: CodebookKernel): tf.Tensor {
  const { rate, power } = factorsOf(kernel);
  if (power === undefined) return tf.mul(d, rate);
  return tf.div(tf.mul(d, rate * power), tf.add(tf.mul(tf.square(d), rate), 1));
}

/** The gradient to z, [perGroup, groups, 1]; see `softCodebook`. */
function gradientToValues(
  { e, j, places }: Pick<Neighbours, 'e' | 'j' | 'places'>,
  weights: tf.Tensor3D,
  dSoft: tf.Tensor3D,
  dShares: tf.Tensor1D,
  { kernel, perGroup }: Assignment,
): tf.Tensor3D {
  const s = halfSlopes(tf.add(j, e), kernel);
  const t = tf.mul(weights, tf.sub(s, tf.sum(tf.mul(weights, s), 2, true)));
  // Since the t of a value sum to zero, c_m may be counted from the nearest entry, whose rounding error is then without effect.
  const toSoft = tf.mul(dSoft, tf.sum(tf.mul(t, j), 2, true));
  const toShares = tf.sum(tf.mul(t, tf.reshape(tf.gather(dShares, places), weights.shape)), 2, true);
  return tf.sub(tf.mul(toSoft, 2), tf.mul(toShares, 2 / perGroup));
}

/**
 * Soft assignment of values to the integers of a range (Korus and Memon, "Quantifying the cost of reliable photo authentication via
 * high-performance learned lossy representations", 2020): the weights w_m of the entries c_m fall with their distance as the kernel says, and sum
 * to one. A value becomes sum_m w_m c_m, and the shares are the means of w_m over the values of a group, of which the entropy is taken.
 *
 * With the half slopes s_m,
 *
 *     dw_m / dz = -2 t_m,   t_m = w_m (s_m - sum_k w_k s_k)
 *
 * Only the entries near a value are computed, three with the code's kernel and five with the paper's; the weights of all others sum to less than 1e-9 of
 * the largest. Of a value ten or more entries beyond the codebook, to which all entries are about equally far, only these few share the weight.
 *
 * The published code adds 1e-72 to weights before they are scaled, which makes them all equal where a value lies some seven entries beyond the range;
 * here they keep their order everywhere.
 *
 * @param z [..., C]
 * @param range the first and the last integer
 * @param groups whether all values are one group, or those of each channel
 */
export function softCodebook(
  z: tf.Tensor,
  range: readonly [low: number, high: number],
  kernel: CodebookKernel,
  groups: 'all' | 'channels' = 'all',
): SoftCodebook {
  const count = range[1] - range[0] + 1;
  const channels = groups === 'channels' ? z.shape.at(-1)! : 1;
  const a: Assignment = { range, kernel, groups: channels, perGroup: z.size / channels };
  const shape = [a.perGroup, a.groups, 1] as [number, number, 1];
  // Both results in one tensor, so that one gradient has both.
  const joined = tf.customGrad<tf.Tensor1D>((...args) => {
    const [values, save] = args as [tf.Tensor3D, (tensors: tf.Tensor[]) => void];
    const neighbours = neighboursOf(values, a);
    const { nearest, e, j, places } = neighbours;
    const weights = weightsOf(neighbours, kernel);
    // Counted from the nearest entry, so that what is rounded is small.
    const soft = tf.sub(nearest, tf.sum(tf.mul(weights, j), 2, true));
    const sums = tf.unsortedSegmentSum(tf.reshape(weights, [-1]), places, channels * count);
    save([e, j, places, weights]);
    return {
      value: tf.concat1d([tf.reshape<tf.Rank.R1>(soft, [soft.size]), tf.div<tf.Tensor1D>(sums, a.perGroup)]),
      gradFunc: (dy: tf.Tensor1D, [e, j, places, weights]: tf.Tensor[]) =>
        gradientToValues(
          { e, j, places } as Neighbours,
          weights as tf.Tensor3D,
          tf.reshape(tf.slice1d(dy, 0, z.size), shape),
          tf.slice1d(dy, z.size, channels * count),
          a,
        ),
    };
  })(tf.reshape(z, shape));
  return {
    soft: tf.reshape(tf.slice1d(joined, 0, z.size), z.shape),
    shares: tf.reshape(tf.slice1d(joined, z.size, channels * count), [channels, count]),
  };
}
