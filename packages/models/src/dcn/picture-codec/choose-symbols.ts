/** What a bit weighs, in squared distances of neighbouring entries, chosen on pictures that networks were trained on. */
const BIT_PRICE = 0.03;

/** How often bits are counted anew. */
const ROUNDS = 3;

/** Bits of each symbol by how often it occurs; infinite for those that do not. */
function bitsOf(symbols: Uint8Array, entries: number): Float64Array {
  const counts = new Float64Array(entries);
  for (const symbol of symbols) counts[symbol]++;
  return counts.map((count) => Math.log2(symbols.length / count));
}

/**
 * Symbols of a channel by rate and distortion instead of rounding: of the nearest entry of the codebook and the two beside it that of the least squared
 * distance + price x bits, where bits are those of an ideal code for the symbols of the channel, counted anew three times (entropy-constrained scalar
 * quantisation: Chou, Lookabaugh and Gray, "Entropy-constrained vector quantization", 1989).
 *
 * @param latent values of the channel before they are quantised
 * @param nearest their nearest entries, as indices
 * @param range the first and the last entry of the codebook
 * @returns indices of entries
 */
export function chooseSymbols(
  latent: Float32Array,
  nearest: Uint8Array,
  [low, high]: readonly [number, number],
  price = BIT_PRICE,
): Uint8Array {
  let symbols = nearest;
  for (let round = 0; round < ROUNDS; round++) {
    const bits = bitsOf(symbols, high - low + 1);
    symbols = nearest.map((own, i) => {
      let [best, least] = [own, Number.POSITIVE_INFINITY];
      for (let symbol = Math.max(0, own - 1); symbol <= Math.min(high - low, own + 1); symbol++) {
        const cost = (latent[i] - (symbol + low)) ** 2 + price * bits[symbol];
        if (cost < least) [best, least] = [symbol, cost];
      }
      return best;
    });
  }
  return symbols;
}
