import { computeOnHost, type tf } from '@sandwich/engine';
import { withGradient } from '../custom-gradient.js';

/** No symbols are counted in a column with this source. */
export const UNCOUNTED = -1;

/**
 * Bits of symbols that are coded by the entropy of what the sources of each image emit on average, when every symbol is known by its
 * probabilities of K successive values: the marginal distribution of a source is the mean over its symbols, P(n) = (1/M) sum_j p_j(n), over
 * the range of values that occur, and the bits of an image are the sum of M H(P) over its sources (J4D). The gradient goes to the
 * probabilities alone, dH/dP = -(log2 P + 1 / ln 2).
 *
 * Histograms are made on the host, as large as the range of each source: an alphabet of 2,048 levels for 128 sources an image would
 * fill 1 MB an image and step.
 *
 * @param probabilities [K, B, rows, columns], of K successive values each
 * @param first the first of them, [B, rows, columns], whole numbers; without a gradient
 * @param sources source of each column, from 0; `UNCOUNTED` for columns that cost nothing
 * @returns bits, [B]
 */
export function mixtureBits(probabilities: tf.Tensor4D, first: tf.Tensor3D, sources: readonly number[]): tf.Tensor1D {
  const batch = first.shape[0];
  return withGradient(
    probabilities,
    (p, save): tf.Tensor1D => {
      const [information, bits] = computeOnHost([p, first], [p.shape, [batch]], (values, firsts) =>
        selfInformation(values, firsts, p.shape, sources),
      );
      save([information]);
      return bits as tf.Tensor1D;
    },
    (dy, [information]) => information.sub(1 / Math.LN2).mul(dy.reshape([1, -1, 1, 1])),
  );
}

/** -log2 P of each value of each symbol, 1 / ln 2 where nothing is counted; and the bits of each image. */
function selfInformation(
  p: Float32Array,
  first: Float32Array,
  [values, batch, rows, columns]: number[],
  sources: readonly number[],
): Float32Array[] {
  const information = new Float32Array(p.length).fill(1 / Math.LN2);
  const bits = new Float32Array(batch);
  const count = Math.max(...sources) + 1;
  const symbols = new Int32Array(count);
  for (const source of sources) if (source !== UNCOUNTED) symbols[source] += rows;
  const [lowest, highest, offset] = [new Int32Array(count), new Int32Array(count), new Int32Array(count)];
  const image = rows * columns;
  for (let b = 0; b < batch; b++) {
    const begin = b * image;
    lowest.fill(2 ** 30);
    highest.fill(-(2 ** 30));
    eachSymbol((source, at) => {
      const level = first[at];
      if (level < lowest[source]) lowest[source] = level;
      if (level > highest[source]) highest[source] = level;
    });
    let total = 0;
    for (let s = 0; s < count; s++) {
      offset[s] = total - lowest[s];
      if (symbols[s] > 0) total += highest[s] - lowest[s] + values;
    }
    const histogram = new Float64Array(total);
    eachSymbol((source, at) => {
      const bin = offset[source] + first[at];
      for (let k = 0; k < values; k++) histogram[bin + k] += p[k * batch * image + at];
    });
    let sum = 0;
    for (let s = 0; s < count; s++) {
      if (symbols[s] === 0) continue;
      for (let bin = offset[s] + lowest[s]; bin < offset[s] + highest[s] + values; bin++) {
        const mass = histogram[bin];
        // A value that no symbol can take has no gradient to give, whatever its information.
        const cost = mass > 0 ? -Math.log2(mass / symbols[s]) : 0;
        sum += mass * cost;
        histogram[bin] = cost;
      }
    }
    bits[b] = sum;
    eachSymbol((source, at) => {
      const bin = offset[source] + first[at];
      for (let k = 0; k < values; k++) information[k * batch * image + at] = histogram[bin + k];
    });

    function eachSymbol(visit: (source: number, at: number) => void): void {
      for (let row = 0, at = begin; row < rows; row++) {
        for (let column = 0; column < columns; column++, at++) {
          if (sources[column] !== UNCOUNTED) visit(sources[column], at);
        }
      }
    }
  }
  return [information, bits];
}
