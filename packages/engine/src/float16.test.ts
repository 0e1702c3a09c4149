import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fromFloat16, toFloat16 } from './float16.js';

const sha256 = ({ buffer }: Uint16Array | Float32Array) =>
  createHash('sha256').update(new Uint8Array(buffer)).digest('hex');

/** All finite values. */
const halves = Uint16Array.from({ length: 65536 }, (_, i) => i).filter((bits) => (bits & 0x7c00) !== 0x7c00);

// Hashes are those of NumPy's results, little-endian.
describe('float16', () => {
  it('has the values that NumPy gives it', () => {
    expect(sha256(fromFloat16(halves))).toBe('cb34a8c3b8855f6ca5a3c91b264f3bf21176b2e1d85203a881efb0cabe2d5c80');
    expect([...fromFloat16(Uint16Array.of(0x7c00, 0xfc00, 0x7e00))]).toEqual([Infinity, -Infinity, Number.NaN]);
    expect(Array.from(toFloat16(fromFloat16(halves)))).toEqual(Array.from(halves));
  });

  it('rounds as NumPy rounds', () => {
    let state = 1;
    const patterns = Uint32Array.from({ length: 100_000 }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      // Exponents from below the smallest number that does not round to zero to that of the largest.
      return (state & 0x807fffff) | ((90 + (((state >>> 23) & 0xff) % 52)) << 23);
    });
    const rounded = toFloat16(new Float32Array(patterns.buffer));
    expect(sha256(rounded)).toBe('ee171839279e08685ef12b8f2311b7c642ee29d69dc07899dc84ce6fb6770c1c');
  });

  it('rounds halves to even', () => {
    const positive = fromFloat16(halves.subarray(0, 0x7c00));
    const middles = positive.subarray(0, 0x7bff).map((value, i) => (value + positive[i + 1]) / 2);
    expect(sha256(toFloat16(middles))).toBe('f7b2f62f4d1e4020acd921bf12e004f2d91dfbde045ff0262ebf68e4a5ec8a3c');
  });

  it.each([65520, -65520, 2 ** 100, Infinity, Number.NaN])('refuses %d', (value) => {
    expect(() => toFloat16(Float32Array.of(1, value))).toThrow(`${value} (value 1) is beyond float16`);
  });

  it('takes the largest value that rounds to a number', () => {
    expect([...toFloat16(Float32Array.of(65519.996, -0))]).toEqual([0x7bff, 0x8000]);
  });
});
