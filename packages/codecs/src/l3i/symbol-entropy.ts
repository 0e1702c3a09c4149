/** How often each of 256 symbols stands in channels. */
export function symbolCounts(channels: readonly Uint8Array[]): Uint32Array {
  const counts = new Uint32Array(256);
  for (const symbols of channels) for (let i = 0; i < symbols.length; i++) counts[symbols[i]]++;
  return counts;
}

/** Entropy of the symbols of channels, all together, in bits per symbol; 0 where there are none. */
export function symbolEntropy(channels: readonly Uint8Array[]): number {
  const total = channels.reduce((sum, { length }) => sum + length, 0);
  return symbolCounts(channels).reduce(
    (sum, times) => (times > 0 ? sum - (times / total) * Math.log2(times / total) : sum),
    0,
  );
}
