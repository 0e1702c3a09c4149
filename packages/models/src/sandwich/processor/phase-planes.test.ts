import { startEngine } from '@sandwich/engine';
import { beforeAll, expect, it } from 'vitest';
import { phasePlanes } from './phase-planes.js';

beforeAll(async () => {
  await startEngine();
});

it('alternates along columns, rows and diagonals', () => {
  const planes = phasePlanes(2, 4, 6);
  expect(planes.shape).toEqual([2, 4, 6, 3]);
  const values = planes.dataSync();
  for (let b = 0, i = 0; b < 2; b++)
    for (let y = 0; y < 4; y++)
      for (let x = 0; x < 6; x++) for (const k of [x, y, x + y]) expect(values[i++]).toBe(0.5 * (-1) ** k);
  planes.dispose();
});
