import type { Primaries } from './primaries.js';
import type { Transfer } from './transfer.js';

/** What a file says of its samples without a profile. */
export interface ColorTags {
  transfer: Transfer;
  primaries: Primaries;
  /** Whether black is 16 and white 235 (of 8 bits), as in video. */
  narrowRange?: boolean;
}

export const SRGB: ColorTags = { transfer: 'srgb', primaries: 'bt709' };

/** ITU-T H.273, table 2. */
const PRIMARIES: Record<number, Primaries> = {
  1: 'bt709',
  4: 'bt470m',
  5: 'bt601-625',
  6: 'bt601-525',
  7: 'bt601-525',
  8: 'film',
  9: 'bt2020',
  11: 'dci-p3',
  12: 'display-p3',
  22: 'ebu3213',
};

/** ITU-T H.273, table 3. */
const TRANSFERS: Record<number, Transfer> = {
  1: 'bt709',
  4: { gamma: 2.2 },
  5: { gamma: 2.8 },
  6: 'bt709',
  8: 'linear',
  11: 'bt709',
  13: 'srgb',
  14: 'bt709',
  15: 'bt709',
  16: 'pq',
  18: 'hlg',
};

const UNSPECIFIED = 2;

/**
 * Colour by the code points of ITU-T H.273, as in PNG's cICP chunk, AVIF's nclx box and ICC's cicp tag.
 *
 * @returns undefined where both are unspecified; one that is, is that of sRGB
 * @throws Error for code points of which nothing is known here
 */
export function codePointTags(primaries: number, transfer: number): ColorTags | undefined {
  if (primaries === UNSPECIFIED && transfer === UNSPECIFIED) return undefined;
  return {
    primaries: lookUp(PRIMARIES, primaries, 'primaries') ?? SRGB.primaries,
    transfer: lookUp(TRANSFERS, transfer, 'transfer characteristics') ?? SRGB.transfer,
  };
}

function lookUp<T>(table: Record<number, T>, code: number, what: string): T | undefined {
  if (code === UNSPECIFIED) return undefined;
  if (!(code in table)) {
    throw new Error(
      `has ${what} ${code} (ITU-T H.273), which are not supported; known are ${Object.keys(table).join(', ')}`,
    );
  }
  return table[code];
}

/**
 * The number of primaries in ITU-T H.273, as files hold it.
 *
 * @throws Error for primaries that it does not number, such as those of a cHRM chunk
 */
export function primariesCode(primaries: Primaries): number {
  const found = Object.entries(PRIMARIES).find(([, name]) => name === primaries);
  if (found) return Number(found[0]);
  throw new Error(
    `its primaries have no number in ITU-T H.273 (${JSON.stringify(primaries)}): convert it to primaries of a standard first`,
  );
}

/** @throws Error for a number of which nothing is known here */
export const primariesOfCode = (code: number): Primaries => lookUp(PRIMARIES, code, 'primaries') ?? SRGB.primaries;

/** The code points of PQ and HLG in ITU-T H.273. */
export const transferCode = (transfer: 'pq' | 'hlg'): number =>
  Number(Object.entries(TRANSFERS).find(([, name]) => name === transfer)![0]);
