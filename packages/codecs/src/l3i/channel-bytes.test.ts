import { describe, expect, it } from 'vitest';
import { channelBytes } from './channel-bytes.js';
import { writeL3i } from './l3i-file.js';
import { writeL3ix } from './l3ix-file.js';
import { symbolCounts, symbolEntropy } from './symbol-entropy.js';

describe('channelBytes', () => {
  // The vectors of 24 and 20 bytes that the C library makes, a repeated symbol, and bytes as they are.
  const [width, height] = [64, 64];
  const channels = [
    Uint8Array.from({ length: 64 }, (_, i) => ((i * i) % 5) + 13),
    new Uint8Array(64).fill(7),
    Uint8Array.from({ length: 64 }, (_, i) => i),
  ];

  it('is what each channel takes in either format', () => {
    expect(channelBytes(writeL3i({ width, height, channels }))).toEqual([20, 3, 64]);
    expect(channelBytes(writeL3ix({ width, height, channels, network: new Uint8Array(8) }))).toEqual([26, 7, 70]);
  });

  it('refuses other files', () => {
    expect(() => channelBytes(Buffer.from('GIF8'))).toThrow('readL3i: a file of 4 bytes has no header');
  });
});

describe('symbolEntropy', () => {
  it('is that of all symbols together', () => {
    const [halves, one] = [Uint8Array.of(1, 2, 1, 2), Uint8Array.of(1, 1, 1, 1)];
    expect(symbolEntropy([halves])).toBe(1);
    expect(symbolEntropy([one])).toBe(0);
    // 3/4 and 1/4: 2 - 0.75 log2 3.
    expect(symbolEntropy([halves, one])).toBeCloseTo(0.8112781244591328, 12);
    expect(symbolCounts([halves, one]).subarray(0, 3)).toEqual(Uint32Array.of(0, 6, 2));
    expect(symbolEntropy([])).toBe(0);
  });
});
