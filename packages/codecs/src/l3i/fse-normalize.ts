import type { NormalizedCounts } from './fse-tables.js';

/** What a share of 0 to 7 states must be above, in 2^-20 states, to be rounded up. */
const ROUND_UP = [0, 473195, 504333, 520860, 550000, 700000, 750000, 830000].map(BigInt);

/**
 * Scales counts of symbols to a sum of 2^tableLog, as the C library does (`FSE_normalizeCount` of version 0.9.0), to the bit.
 *
 * @param counts by symbol; the last one is not 0
 * @param total sum of the counts
 */
export function normalizeCounts(counts: Uint32Array, total: number, tableLog: number): NormalizedCounts {
  const scale = BigInt(62 - tableLog);
  const step = (1n << 62n) / BigInt(total);
  const unit = 1n << (scale - 20n);
  const low = Math.floor(total / 2 ** tableLog);
  const normalized = new Int16Array(counts.length);
  let left = 1 << tableLog;
  let largest = 0;
  for (let symbol = 0; symbol < counts.length; symbol++) {
    const count = counts[symbol];
    if (count === 0) continue;
    if (count <= low) {
      normalized[symbol] = -1;
      left--;
      continue;
    }
    const product = BigInt(count) * step;
    let share = Number(product >> scale);
    if (share < 8 && product - (BigInt(share) << scale) > unit * ROUND_UP[share]) share++;
    if (share > normalized[largest]) largest = symbol;
    normalized[symbol] = share;
    left -= share;
  }
  if (-left >= normalized[largest] >> 1) return { tableLog, counts: normalizeCarefully(counts, total, tableLog) };
  normalized[largest] += left;
  return { tableLog, counts: normalized };
}

/** The library's second method (`FSE_normalizeM2`), for when rounding up has given away too much. */
function normalizeCarefully(counts: Uint32Array, all: number, tableLog: number): Int16Array {
  const OPEN = -2;
  const normalized = new Int16Array(counts.length);
  const low = Math.floor(all / 2 ** tableLog);
  let one = Math.floor((3 * all) / 2 ** (tableLog + 1));
  let [total, states, settled] = [all, 1 << tableLog, 0];
  const settle = (symbol: number, value: number) => {
    normalized[symbol] = value;
    settled++;
    if (value === 0) return;
    total -= counts[symbol];
    states--;
  };
  for (let symbol = 0; symbol < counts.length; symbol++) {
    const count = counts[symbol];
    if (count === 0) settle(symbol, 0);
    else if (count <= low) settle(symbol, -1);
    else if (count <= one) settle(symbol, 1);
    else normalized[symbol] = OPEN;
  }
  if (states === 0) return normalized;
  if (Math.floor(total / states) > one) {
    one = Math.floor((3 * total) / (2 * states));
    for (let symbol = 0; symbol < counts.length; symbol++) {
      if (normalized[symbol] === OPEN && counts[symbol] <= one) settle(symbol, 1);
    }
  }
  if (settled === counts.length) {
    normalized[counts.indexOf(Math.max(...counts))] += states;
    return normalized;
  }
  return shareOut(counts, normalized, { total, states, tableLog, isOpen: (symbol) => normalized[symbol] === OPEN });
}

interface Rest {
  /** Sum of the counts that are open. */
  total: number;
  /** States that are left for them. */
  states: number;
  tableLog: number;
  isOpen(symbol: number): boolean;
}

/** Gives the open symbols the states that are left, in proportion to their counts. */
function shareOut(counts: Uint32Array, normalized: Int16Array, { total, states, tableLog, isOpen }: Rest): Int16Array {
  const scale = BigInt(62 - tableLog);
  const middle = (1n << (scale - 1n)) - 1n;
  const step = ((1n << scale) * BigInt(states) + middle) / BigInt(total);
  let sum = middle;
  for (let symbol = 0; symbol < counts.length; symbol++) {
    if (!isOpen(symbol)) continue;
    const next = sum + BigInt(counts[symbol]) * step;
    normalized[symbol] = Number((next >> scale) - (sum >> scale));
    sum = next;
  }
  return normalized;
}
