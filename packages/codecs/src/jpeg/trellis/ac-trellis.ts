// Rate-distortion optimised quantisation of a block's AC coefficients: a trellis over the places of the zigzag walk (Ramchandran and
// Vetterli, "Rate-distortion optimal fast thresholding with complete JPEG/MPEG decoder compatibility", IEEE Transactions on Image
// Processing 3(5), 1994; Crouse and Ramchandran, "Joint thresholding and quantizer selection", 1997).
//
// A node k holds the least cost J_k of coding the places 1 ... k when the last level that is not zero stands at k, with c the coefficient,
// q its step and b(run, size) the length of a Huffman code:
//
//   J_k = min over j < k and levels m of   J_j + sum_{j < i < k} w_i c_i^2 + w_k (|c_k| - m q_k)^2 + price (b(k - j - 1, size(m)) + size(m))
//
// with w the weight of an error.
//
// Which levels can be best: a level of the same size class as the rounded one costs as many bits and has a larger error. So there remain
// the rounded level and the largest of each smaller class, 2^s - 1. Levels that round to zero stay zero.

const SIXTEEN_ZEROS = 0xf0;
const END_OF_BLOCK = 0x00;

/** Chooses the AC levels of one block after another. */
export class AcTrellis {
  /** J_k, with J_0 = 0 for the beginning of the block. */
  private readonly cost = new Float64Array(64);
  private readonly previous = new Uint8Array(64);
  private readonly magnitude = new Int16Array(64);
  /** Weighted squares of the coefficients up to a place, summed: what it costs to make them zero. */
  private readonly squares = new Float64Array(64);
  /** The nodes of a block, the beginning first. */
  private readonly nodes = new Uint8Array(64);

  /**
   * @param steps of the 64 places in zigzag order, in the unit of the coefficients
   * @param lengths Huffman code lengths of the 256 AC symbols
   * @param price of a bit, in the unit of weighted squared errors
   * @param weights of the squared errors of the 64 places
   */
  constructor(
    private readonly steps: ArrayLike<number>,
    private readonly lengths: ArrayLike<number>,
    private readonly price: number,
    private readonly weights: ArrayLike<number>,
  ) {}

  /**
   * Writes the best AC levels of the block at `start`; DC is left alone.
   *
   * @param coefficients in zigzag order
   * @param levels receives them in the same order
   */
  choose(coefficients: Int16Array, levels: Int16Array, start: number): void {
    const { cost, previous, magnitude, squares, nodes, steps, lengths, price, weights } = this;
    let count = 1;
    for (let k = 1; k < 64; k++) {
      const size = Math.abs(coefficients[start + k]);
      squares[k] = squares[k - 1] + weights[k] * size * size;
      levels[start + k] = 0;
      const rounded = Math.floor(size / steps[k] + 0.5);
      if (rounded === 0) continue;
      cost[k] = Number.POSITIVE_INFINITY;
      for (let class_ = 32 - Math.clz32(rounded), level = rounded; class_ > 0; class_--, level = 2 ** class_ - 1) {
        const error = size - level * steps[k];
        const fixed = weights[k] * error * error + price * class_;
        for (let n = 0; n < count; n++) {
          const j = nodes[n];
          const run = k - j - 1;
          const code = (run >> 4) * lengths[SIXTEEN_ZEROS] + lengths[((run & 15) << 4) | class_];
          const total = cost[j] + squares[k - 1] - squares[j] + fixed + price * code;
          if (total < cost[k]) {
            cost[k] = total;
            previous[k] = j;
            magnitude[k] = level;
          }
        }
      }
      nodes[count++] = k;
    }

    let last = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let n = 0; n < count; n++) {
      const k = nodes[n];
      const total = cost[k] + squares[63] - squares[k] + (k < 63 ? price * lengths[END_OF_BLOCK] : 0);
      if (total < least) [last, least] = [k, total];
    }
    for (let k = last; k > 0; k = previous[k]) {
      levels[start + k] = coefficients[start + k] < 0 ? -magnitude[k] : magnitude[k];
    }
  }
}
