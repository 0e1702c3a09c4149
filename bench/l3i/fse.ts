// npm run bench:fse: megabytes that fseCompress takes and fseDecompress gives a second, of one thread, in the processor's time, for blocks of 4 and
// 64 KiB of symbols as a learned codec has them (a rounded Laplacian of 32 levels), the median of rounds.

import { fseCompress, fseDecompress } from '@sandwich/codecs';

const ROUNDS = 15;
const BYTES = 8e6;

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Symbols of 0 to 31 around 15, -spread ln u to each side. */
function symbols(length: number, spread: number): Uint8Array {
  let state = 1;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 1) / 2 ** 32;
  };
  return Uint8Array.from({ length }, () => {
    const size = -spread * Math.log(uniform());
    return Math.min(31, Math.max(0, Math.round(15 + (uniform() < 0.5 ? size : -size))));
  });
}

function megabytesPerSecond(bytes: number, run: () => unknown): number {
  const times = Math.ceil(BYTES / bytes);
  const rates: number[] = [];
  for (let round = -2; round < ROUNDS; round++) {
    const { user } = process.cpuUsage();
    for (let i = 0; i < times; i++) run();
    if (round >= 0) rates.push((times * bytes) / (process.cpuUsage().user - user));
  }
  return median(rates);
}

for (const size of [4096, 65_536]) {
  for (const spread of [0.4, 1.5, 5]) {
    const input = symbols(size, spread);
    const { bytes } = fseCompress(input);
    const compress = megabytesPerSecond(size, () => fseCompress(input));
    const decompress = megabytesPerSecond(size, () => fseDecompress(bytes, size));
    const bits = ((8 * bytes.length) / size).toFixed(2);
    console.log(`${size} bytes, ${bits} bits each: ${compress.toFixed(0)} MB/s, back ${decompress.toFixed(0)} MB/s`);
  }
}
