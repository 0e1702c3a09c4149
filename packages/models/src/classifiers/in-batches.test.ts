import { expect, it } from 'vitest';
import { inBatches } from './in-batches.js';

const sized = (width: number, height: number) => ({ width, height });

it('puts pictures of one size together that follow each other, up to half a million pixels', () => {
  const [small, wide, large] = [sized(512, 256), sized(256, 512), sized(2048, 1024)];
  const batches = [...inBatches([small, small, small, small, small, wide, small, large, large])];
  expect(batches).toEqual([[small, small, small, small], [small], [wide], [small], [large], [large]]);
  expect([...inBatches([])]).toEqual([]);
});
