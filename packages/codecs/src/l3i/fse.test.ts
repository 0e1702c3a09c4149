import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fseCompress } from './fse-compress.js';
import { fseDecompress } from './fse-decompress.js';

interface Golden {
  inGroup: number;
  kinds: number[];
  refused: number[];
  groups: string[];
  vectors: { input: number[]; kind: 'fse' | 'rle' | 'raw'; output: string }[];
}
const golden: Golden = JSON.parse(readFileSync(new URL('./fixtures/fse.json', import.meta.url), 'utf8'));

function mix(value: number): number {
  let x = value >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** The input of a case of make_fse.py. */
function inputOf(seed: number): Uint8Array {
  const [length, alphabet, slope, first] = [0, 1, 2, 3].map((i) => mix(Math.imul(seed, 8) + i));
  const size = 1 + Math.floor((length / 2 ** 32) ** 2 * (length / 2 ** 32) * 6000);
  const symbols = 1 + Math.floor((alphabet / 2 ** 32) * (alphabet / 2 ** 32) * 256);
  const lowest = first % (257 - symbols);
  return Uint8Array.from({ length: size }, (_, i) => {
    const x = mix(Math.imul(i, 0x9e3779b9) + seed) / 2 ** 32;
    let y = x;
    for (let k = 0; k < slope % 12; k++) y *= x;
    return lowest + Math.floor(y * symbols);
  });
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const KINDS = ['raw', 'rle', 'fse'];

describe('fseCompress', () => {
  it.each(golden.vectors)('makes what the C library makes: $kind $output', ({ input, kind, output }) => {
    const result = fseCompress(Uint8Array.from(input));
    expect({ kind: result.kind, output: hex(result.bytes) }).toEqual({ kind, output });
  });

  // The table has 2^6 states; later versions of the library, which the others are recorded from, refuse it.
  it('makes what version 0.9.0 makes of a short input with a wide alphabet', () => {
    const { kind, bytes } = fseCompress(Uint8Array.from({ length: 64 }, (_, i) => (i % 2 ? 0 : 60 + ((i >> 1) % 7))));
    expect(kind).toBe('fse');
    expect(hex(bytes)).toBe('1186ffffffff3f63ccaa078021a0122b87804aac1c022ab17208a8c4ca210006');
  });

  it(`makes what the C library makes of ${golden.groups.length * golden.inGroup} inputs, and they come back`, () => {
    const refused = new Set(golden.refused);
    for (const [group, expected] of golden.groups.entries()) {
      const digest = createHash('sha256');
      for (let seed = group * golden.inGroup; seed < (group + 1) * golden.inGroup; seed++) {
        const input = inputOf(seed);
        const { kind, bytes } = fseCompress(input);
        if (kind === 'fse') expect(Buffer.compare(fseDecompress(bytes, input.length), input)).toBe(0);
        if (refused.has(seed)) continue;
        const length = Buffer.alloc(4);
        length.writeUInt32LE(bytes.length);
        digest
          .update(Uint8Array.of(KINDS.indexOf(kind)))
          .update(length)
          .update(bytes);
      }
      expect(digest.digest('hex'), `inputs ${group * golden.inGroup} and on`).toBe(expected);
    }
  });

  it('takes nothing', () => {
    expect(fseCompress(new Uint8Array(0))).toEqual({ kind: 'raw', bytes: new Uint8Array(0) });
  });
});
