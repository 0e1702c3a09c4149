import { zigzag } from '../zigzag.js';

// What a level costs depends on the others of its block: at k in zigzag order, between the levels before and after it that are not 0, at p
// and n, the magnitude m costs
//
//   m > 0:  b(k - p - 1, size(m)) + size(m) + b(n - k - 1, size(n))        m = 0:  b(n - p - 1, size(n))
//
// with b(run, size) the bits of a symbol, those of runs of sixteen zeros before it included, and that of the end of the block in place of a
// level that is not there. Of DC the differences from the block before and to the block after are coded.

/** Components of one pair of Huffman tables: luma, or both of chroma. */
const SYMBOLS = 256;
const SIXTEEN_ZEROS = 0xf0;
const END_OF_BLOCK = 0x00;
/** How often symbols that do not occur are taken to occur, so that it is known what they would cost. */
const ABSENT = 0.5;

const sizeOf = (magnitude: number) => 32 - Math.clz32(magnitude);

/** What is known of the levels of one component. */
interface Component {
  /** Rounded, in zigzag order. */
  levels: Int16Array;
  exact: Float32Array;
}

/** Bits of the symbols of a table, by how often they occur. */
function symbolBits(counts: Float64Array): Float64Array {
  const total = counts.reduce((sum, count) => sum + Math.max(count, ABSENT), 0);
  return counts.map((count) => Math.log2(total / Math.max(count, ABSENT)));
}

function countSymbols({ levels }: Component, dc: Float64Array, ac: Float64Array): void {
  let before = 0;
  for (let start = 0; start < levels.length; start += 64) {
    dc[sizeOf(Math.abs(levels[start] - before))]++;
    before = levels[start];
    let previous = 0;
    for (let k = 1; k < 64; k++) {
      const level = levels[start + k];
      if (level === 0) continue;
      const run = k - previous - 1;
      ac[SIXTEEN_ZEROS] += run >> 4;
      ac[((run & 15) << 4) | sizeOf(Math.abs(level))]++;
      previous = k;
    }
    if (previous < 63) ac[END_OF_BLOCK]++;
  }
}

/** Bits of all symbols of a table. */
const bitsOf = (counts: Float64Array, bits: Float64Array, valueSize: (symbol: number) => number): number =>
  counts.reduce((sum, count, symbol) => sum + count * (bits[symbol] + valueSize(symbol)), 0);

/** Bits of a value behind a run of zeros, at 16 run + size; without those that tell the value. */
function runBits(ac: Float64Array): Float64Array {
  const bits = new Float64Array(64 * 16);
  for (let run = 0; run < 64; run++) {
    for (let size = 0; size < 16; size++) {
      bits[16 * run + size] = (run >> 4) * ac[SIXTEEN_ZEROS] + ac[((run & 15) << 4) | size];
    }
  }
  return bits;
}

/** Bits by which each level grows the file when it goes from the whole number below it to the one above, away from 0; with its sign. */
function slopesOf({ levels, exact }: Component, dc: Float64Array, ac: Float64Array): Float32Array {
  const slopes = new Float32Array(levels.length);
  const runs = runBits(ac);
  const end = ac[END_OF_BLOCK];
  const dcCost = (difference: number) => {
    const size = sizeOf(Math.abs(difference));
    return dc[size] + size;
  };
  /** Bits of the next level that is not 0, or of the end of the block, behind the last one. */
  const restAfter = (last: number, next: number, size: number) =>
    next < 64 ? runs[16 * (next - last - 1) + size] : last < 63 ? end : 0;
  const next = new Uint8Array(64);
  for (let start = 0; start < levels.length; start += 64) {
    const below = Math.floor(exact[start]);
    const before = start === 0 ? 0 : levels[start - 64];
    slopes[start] = dcCost(below + 1 - before) - dcCost(below - before);
    if (start + 64 < levels.length) {
      slopes[start] += dcCost(levels[start + 64] - below - 1) - dcCost(levels[start + 64] - below);
    }

    for (let k = 63, following = 64; k > 0; k--) {
      next[k] = following;
      if (levels[start + k] !== 0) following = k;
    }
    for (let k = 1, p = 0; k < 64; k++) {
      const place = start + zigzag[k];
      const value = exact[place];
      const low = Math.floor(Math.abs(value));
      const [size, grown] = [sizeOf(low), sizeOf(low + 1)];
      if (size !== grown) {
        const n = next[k];
        const nextSize = n < 64 ? sizeOf(Math.abs(levels[start + n])) : 0;
        const run = 16 * (k - p - 1);
        const rest = restAfter(k, n, nextSize);
        const without = low === 0 ? restAfter(p, n, nextSize) : runs[run + size] + size + rest;
        const slope = runs[run + grown] + grown + rest - without;
        slopes[place] = value < 0 ? -slope : slope;
      }
      if (levels[start + k] !== 0) p = k;
    }
  }
  return slopes;
}

function rounded(exact: Float32Array): Component {
  const levels = new Int16Array(exact.length);
  for (let i = 0; i < levels.length; i++) levels[i] = Math.round(exact[(i & ~63) + zigzag[i & 63]]);
  return { levels, exact };
}

/**
 * What single levels cost in a JPEG file whose Huffman codes are made to its measure: for each, how many bits more the file has when its
 * level is the whole number above it than when it is the one below, all others rounded. Codes have as many bits as their frequency deserves,
 * not necessarily whole; DC levels are taken row by row, which in files of subsampled chroma they are not quite.
 *
 * @param components levels of luma, or of Y, Cb and Cr, not rounded; 64 a block as in `JpegCoefficients`
 * @returns `slopes`, those bits for each level, in the same order; `bits`, of all levels, without the headers of a file
 */
export function marginalBits(components: readonly Float32Array[]): { bits: number; slopes: Float32Array[] } {
  const all = components.map(rounded);
  const slopes: Float32Array[] = [];
  let bits = 0;
  for (const sharing of [all.slice(0, 1), all.slice(1)]) {
    const [dc, ac] = [new Float64Array(SYMBOLS), new Float64Array(SYMBOLS)];
    for (const component of sharing) countSymbols(component, dc, ac);
    const [dcBits, acBits] = [symbolBits(dc), symbolBits(ac)];
    bits += bitsOf(dc, dcBits, (size) => size) + bitsOf(ac, acBits, (symbol) => symbol & 15);
    for (const component of sharing) slopes.push(slopesOf(component, dcBits, acBits));
  }
  return { bits, slopes };
}
