import { expect, it } from 'vitest';
import { forwardDct } from './forward-dct.js';

/** Eight times the orthonormal two-dimensional DCT-II, by its definition. */
function definition(block: number[]): number[] {
  const norm = (frequency: number) => Math.sqrt((frequency === 0 ? 1 : 2) / 8);
  const wave = (frequency: number, x: number) => norm(frequency) * Math.cos(((2 * x + 1) * frequency * Math.PI) / 16);
  return block.map((_, place) =>
    block.reduce((sum, f, at) => sum + 8 * f * wave(place >> 3, at >> 3) * wave(place & 7, at & 7), 0),
  );
}

it('is eight times the orthonormal DCT, to two units', () => {
  const width = 19;
  const contents = [
    (_x: number, y: number) => (y % 2 === 0 ? 255 : 0),
    (x: number, y: number) => (x * y * 37) & 255,
    (x: number, y: number) => (x < 4 === y < 4 ? 0 : 255),
    () => 255,
  ];
  for (const content of contents) {
    const samples = Uint8Array.from({ length: width * 11 }, (_, i) =>
      content((i % width) - 5, Math.floor(i / width) - 2),
    );
    const block = new Int32Array(64);
    forwardDct({ data: samples, width, height: 11, channels: 1 }, 2 * width + 5, block);
    const expected = definition(Array.from({ length: 64 }, (_, i) => (content(i & 7, i >> 3) & 255) - 128));
    for (let i = 0; i < 64; i++) expect(Math.abs(block[i] - expected[i]), `coefficient ${i}`).toBeLessThan(2);
  }
});
