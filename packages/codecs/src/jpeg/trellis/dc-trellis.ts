// A DC level is coded as its difference from the one before, so the best levels of all blocks hang together: a trellis over the blocks in
// coding order, whose nodes are the rounded level and its two neighbours (Viterbi's algorithm).

const CANDIDATES = 3;
const LEAST = -1024;
const LARGEST = 1023;

/** What a DC difference costs in bits: the code of its size class and the bits of its value. */
const differenceBits = (difference: number, lengths: ArrayLike<number>): number => {
  const size = 32 - Math.clz32(Math.abs(difference));
  return lengths[size] + size;
};

/**
 * Writes the DC levels of one component that cost the least squared error and price of bits.
 *
 * @param coefficients 64 a block
 * @param levels receives the levels at the blocks' first places
 * @param order indices of the blocks, in coding order
 * @param step in the unit of the coefficients
 * @param lengths Huffman code lengths of the DC symbols
 * @param price of a bit, in squared units of the coefficients
 */
export function chooseDcLevels(
  coefficients: Int16Array,
  levels: Int16Array,
  order: Uint32Array,
  step: number,
  lengths: ArrayLike<number>,
  price: number,
): void {
  const candidate = (block: number, i: number) =>
    Math.min(Math.max(Math.round(coefficients[64 * block] / step) + i - 1, LEAST), LARGEST);
  const from = new Uint8Array(CANDIDATES * order.length);
  let before = { levels: [0], costs: [0] };
  order.forEach((block, n) => {
    const now = { levels: [0, 1, 2].map((i) => candidate(block, i)), costs: [0, 0, 0] };
    now.levels.forEach((level, i) => {
      let least = Number.POSITIVE_INFINITY;
      before.levels.forEach((predicted, p) => {
        const total = before.costs[p] + price * differenceBits(level - predicted, lengths);
        if (total < least) {
          least = total;
          from[CANDIDATES * n + i] = p;
        }
      });
      now.costs[i] = least + (coefficients[64 * block] - level * step) ** 2;
    });
    before = now;
  });
  let i = before.costs.indexOf(Math.min(...before.costs));
  for (let n = order.length - 1; n >= 0; n--) {
    levels[64 * order[n]] = candidate(order[n], i);
    i = from[CANDIDATES * n + i];
  }
}
