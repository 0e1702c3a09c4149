// n symbols of probabilities p share T = 2^precision units. With f_i units symbol i costs -log2(f_i / T) bits, so the mean cost is least
// where sum p_i ln f_i is greatest under sum f_i = T, f_i >= 1. Over real numbers that is f_i = max(1, p_i s), with the scale s that makes
// the sum T. Over whole numbers the sum is concave in each f_i, so a point is the optimum when moving no single unit helps: when the most
// that a unit gains where it is given, p_i ln((f_i + 1) / f_i), is not more than the least that it costs where it is taken,
// p_j ln(f_j / (f_j - 1)). Rounding the real optimum and moving units until that holds takes few moves.

/**
 * Shares 2^precision units among symbols, at least one each, so that an entropy coder needs the fewest bits.
 *
 * @param probabilities of the symbols, in any unit, none negative; 1 to 2^precision of them
 * @param precision bits of the total, 1 to 31
 * @returns cumulative frequencies, one more than there are symbols, from 0 to 2^precision
 * @throws RangeError when there are no symbols or too many, or a probability is negative or not finite, or all are 0
 */
export function integerCdf(probabilities: readonly number[], precision: number): Uint32Array {
  const total = 2 ** precision;
  if (probabilities.length === 0 || probabilities.length > total)
    throw new RangeError(`integerCdf: needs 1 to ${total} symbols, got ${probabilities.length}`);
  const odd = probabilities.findIndex((p) => !(p >= 0 && p < Number.POSITIVE_INFINITY));
  if (odd !== -1)
    throw new RangeError(
      `integerCdf: probabilities[${odd}] must be finite and not negative, got ${probabilities[odd]}`,
    );
  if (!probabilities.some((p) => p > 0)) throw new RangeError('integerCdf: all probabilities are 0');

  const scale = scaleOfShares(probabilities, total);
  const shares = probabilities.map((p) => Math.max(1, Math.round(p * scale)));
  let spare = total - shares.reduce((a, b) => a + b, 0);
  for (;;) {
    const { taker, gain, giver, cost } = bestMoves(shares, probabilities);
    if (spare === 0 && gain <= cost) break;
    if (spare >= 0) {
      shares[taker]++;
      spare--;
    }
    if (spare < 0) {
      shares[giver]--;
      spare++;
    }
  }
  const cdf = new Uint32Array(shares.length + 1);
  shares.forEach((share, i) => {
    cdf[i + 1] = cdf[i] + share;
  });
  return cdf;
}

/** The scale s with sum max(1, p_i s) = total, by bisection. */
function scaleOfShares(probabilities: readonly number[], total: number): number {
  let [low, high] = [0, total / probabilities.reduce((a, b) => Math.max(a, b))];
  for (let i = 0; i < 60; i++) {
    const scale = (low + high) / 2;
    if (probabilities.reduce((sum, p) => sum + Math.max(1, p * scale), 0) < total) low = scale;
    else high = scale;
  }
  return low;
}

/** Where one unit more gains most, and where one unit less costs least, in nats. */
function bestMoves(shares: readonly number[], probabilities: readonly number[]) {
  const found = { taker: 0, gain: Number.NEGATIVE_INFINITY, giver: 0, cost: Number.POSITIVE_INFINITY };
  shares.forEach((share, i) => {
    const gain = probabilities[i] * Math.log1p(1 / share);
    if (gain > found.gain) Object.assign(found, { taker: i, gain });
    if (share === 1) return;
    const cost = probabilities[i] * Math.log1p(1 / (share - 1));
    if (cost < found.cost) Object.assign(found, { giver: i, cost });
  });
  return found;
}
