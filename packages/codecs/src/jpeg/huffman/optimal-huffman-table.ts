import type { HuffmanTable } from './huffman-table.js';

/** A symbol that no file contains: the longest code is set aside for it, so that none of the others is all ones. */
const RESERVED = 256;

interface Group {
  frequency: number;
  /** Settles ties: of two groups equally frequent the one with the larger label is joined first. */
  label: number;
  symbols: number[];
}

/**
 * The Huffman table of the fewest bits for given symbol frequencies, with codes of 16 bits at most, by the procedure of ITU-T T.81,
 * Annex K.2. Ties are settled as there, so that tables equal libjpeg's.
 *
 * @param frequencies how often each of the symbols 0 to 255 occurs
 */
export function optimalHuffmanTable(frequencies: Uint32Array): HuffmanTable {
  const lengths = codeLengths(frequencies);
  const lengthCounts = limitedTo16Bits(lengths);
  const symbols = Array.from(frequencies.keys())
    .filter((symbol) => frequencies[symbol] > 0)
    .sort((a, b) => lengths[a] - lengths[b] || a - b);
  return { lengthCounts, symbols };
}

/** Figure K.1: joins the two rarest groups until one is left; each time the codes of their symbols grow by one bit. */
function codeLengths(frequencies: Uint32Array): Uint16Array {
  const lengths = new Uint16Array(RESERVED + 1);
  const groups: Group[] = [{ frequency: 1, label: RESERVED, symbols: [RESERVED] }];
  frequencies.forEach((frequency, symbol) => {
    if (frequency > 0) groups.push({ frequency, label: symbol, symbols: [symbol] });
  });
  groups.sort((a, b) => b.frequency - a.frequency || a.label - b.label);
  while (groups.length > 1) {
    const rarest = groups.pop()!;
    const next = groups.pop()!;
    const joined = {
      frequency: rarest.frequency + next.frequency,
      label: rarest.label,
      symbols: rarest.symbols.concat(next.symbols),
    };
    for (const symbol of joined.symbols) lengths[symbol]++;
    groups.splice(1 + groups.findLastIndex((group) => comesAfter(group, joined)), 0, joined);
  }
  return lengths;
}

function comesAfter(group: Group, other: Group): boolean {
  return group.frequency > other.frequency || (group.frequency === other.frequency && group.label < other.label);
}

/**
 * Figure K.3: as long as there are codes of more than 16 bits, a pair of the longest gives up its common prefix to one of them, and the
 * other goes beside a shorter code, which is lengthened by one bit to make room. At last the reserved code is taken away.
 */
function limitedTo16Bits(lengths: Uint16Array): number[] {
  const counts = new Array<number>(1 + lengths.reduce((longest, length) => Math.max(longest, length), 16)).fill(0);
  for (const length of lengths) if (length > 0) counts[length]++;
  for (let length = counts.length - 1; length > 16; length--) {
    while (counts[length] > 0) {
      let shorter = length - 2;
      while (counts[shorter] === 0) shorter--;
      counts[length] -= 2;
      counts[length - 1]++;
      counts[shorter + 1] += 2;
      counts[shorter]--;
    }
  }
  let longest = 16;
  while (counts[longest] === 0) longest--;
  counts[longest]--;
  return counts.slice(1, 17);
}
