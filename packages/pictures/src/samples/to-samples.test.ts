import { expect, it } from 'vitest';
import { toSamples } from './to-samples.js';

it.each([
  [8, Uint8Array, [0, 0, 2, 2, 255, 255, 0]],
  [10, Uint16Array, [0, 1, 2, 3, 256, 1023, 0]],
] as const)('toSamples rounds and clips to %i bits', (bitDepth, type, expected) => {
  const values = Float32Array.of(-3, 0.5, 1.5, 2.5, 255.5, 70_000, Number.NaN);
  expect(toSamples(values, bitDepth)).toEqual(type.from(expected));
});
