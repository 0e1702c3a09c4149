import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { encodePq } from '../color/transfer.js';
import { linearSamples } from './linear-samples.js';

/** Written by `fixtures/make_linear_light.py`. */
const expected: {
  luminances: number[];
  pq: number[];
  eight: number[];
  linearOfSrgb: number[];
  sixteen: number[];
  linearOfPq: number[];
} = JSON.parse(readFileSync(new URL('../../fixtures/linear-light.json', import.meta.url), 'utf8'));

const row = <Data extends Uint8Array | Uint16Array>(data: Data) => ({
  data,
  width: data.length / 3,
  height: 1,
  channels: 3 as const,
});

describe('encodePq', () => {
  it('is SMPTE ST 2084 in NumPy', () => {
    for (const [i, luminance] of expected.luminances.entries()) {
      expect(encodePq(luminance / 203)).toBeCloseTo(expected.pq[i], 10);
    }
    expect(encodePq(-1)).toBe(encodePq(0));
    expect(encodePq(100)).toBe(1);
  });
});

describe('linearSamples', () => {
  it('brings sRGB of 8 bits and PQ of 16 to light, white at a sixteenth, clipped at 16', () => {
    const { data, ...srgb } = linearSamples(row(Uint8Array.from(expected.eight)));
    expect([...data]).toEqual(expected.linearOfSrgb);
    expect(srgb).toMatchObject({ bitDepth: 16, transfer: 'linear', primaries: 'bt709', width: 3, height: 1 });
    const pq = {
      ...row(Uint16Array.from(expected.sixteen)),
      transfer: 'pq' as const,
      primaries: 'display-p3' as const,
    };
    const hdr = linearSamples(pq);
    // Light is kept in float32 between.
    for (const [i, sample] of expected.linearOfPq.entries()) expect(Math.abs(hdr.data[i] - sample)).toBeLessThan(2);
    expect([hdr.data.at(-1), hdr.primaries]).toEqual([65535, 'display-p3']);
  });
});
