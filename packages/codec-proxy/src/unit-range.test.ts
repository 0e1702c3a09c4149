import { startEngine, tf } from '@sandwich/engine';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { diffJpeg, diffJpegEncode, diffJpegWithRate, EncodeDecodeIntra } from './index.js';

beforeAll(() => startEngine());
afterEach(() => {
  vi.restoreAllMocks();
});

const images = () => tf.randomUniform<tf.Rank.R4>([1, 16, 16, 3], 0, 1, 'float32', 1);
const quality = () => tf.tensor1d([50]);

/** What was warned of while `code` ran twice; each function looks once in a process. */
function warnings(code: () => unknown): string[] {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  for (let i = 0; i < 2; i++) tf.tidy(() => void code());
  return warn.mock.calls.map(([text]) => text);
}

it.each([
  ['diffJpeg', diffJpeg],
  ['diffJpegWithRate', diffJpegWithRate],
  ['diffJpegEncode', diffJpegEncode],
] as const)('%s warns once of images in 0 to 1', (name, code) => {
  expect(warnings(() => code(images(), quality()))).toEqual([
    `${name}: all samples of the images are between 0 and 1, but they are taken for images in [0, 255]; multiply them by 255`,
  ]);
});

it('EncodeDecodeIntra warns once of images in 0 to 1, unless that is their range', () => {
  const proxy = new EncodeDecodeIntra();
  expect(warnings(() => proxy.apply(images(), { imageMax: 1 }))).toEqual([]);
  vi.restoreAllMocks();
  expect(warnings(() => proxy.apply(images()))).toEqual([
    expect.stringMatching(/^EncodeDecodeIntra\.apply: .* in \[0, 255\]; multiply them by 255, or pass imageMax: 1$/),
  ]);
  proxy.dispose();
});
