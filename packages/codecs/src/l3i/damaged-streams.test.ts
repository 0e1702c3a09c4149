import { describe, expect, it } from 'vitest';
import { readDamagedStreams, roundTrips } from '../../testing/damaged-streams.js';
import { fseCompress } from './fse-compress.js';
import { fseDecompress } from './fse-decompress.js';

// `npm run test:fuzz-l3i` has a million of them.
describe('FSE blocks, .l3i and .l3ix files', () => {
  it('come back', () => {
    expect(roundTrips(2000, 1, 3000)).toBeGreaterThan(500);
  });

  it('that are damaged end in a result or an error of their reader', () => {
    const { read, refused } = readDamagedStreams(6000, 7);
    expect(read).toBeGreaterThan(1000);
    expect(refused).toBeGreaterThan(1000);
  });
});

describe('fseDecompress', () => {
  const symbols = Uint8Array.from({ length: 2000 }, (_, i) => (i * i) % 7);
  const { bytes } = fseCompress(symbols);

  it('takes no memory for a length that it is only allowed', () => {
    expect(fseDecompress(bytes, 2 ** 40)).toHaveLength(2000);
    expect(fseDecompress(bytes, 2000)).toHaveLength(2000);
  });

  it.each([0, 1, 2, 1997, 1998, 1999])('refuses more than %i bytes', (most) => {
    expect(() => fseDecompress(bytes, most)).toThrow(`fseDecompress: the block holds more than ${most} bytes`);
  });

  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(0), 'it ends within its table'],
    ['a larger table', Uint8Array.of(0x0f, 1, 2, 3), 'a table of 2^20 states is larger than 2^12'],
    ['no end mark', Uint8Array.from([...bytes, 0]), 'the block has no end mark'],
    ['half a table', bytes.subarray(0, 3), 'it ends within its table'],
    ['half of its states', Uint8Array.of(0xf0, 3, 0, 1), 'the block ends within its states'],
  ])('refuses %s', (_, block, reason) => {
    expect(() => fseDecompress(block, 9999)).toThrow(reason);
  });

  // One symbol with all states: no bits are ever read, and it would go on for ever.
  it('ends', () => {
    const endless = Uint8Array.of(0xf0, 3, 0, 0, 0x80);
    expect(() => fseDecompress(endless, 1e6)).toThrow('fseDecompress: the block holds more than 1000000 bytes');
  });

  it.each([-1, 1.5, Number.NaN])('refuses a length of %d', (length) => {
    expect(() => fseDecompress(bytes, length)).toThrow(RangeError);
  });
});
