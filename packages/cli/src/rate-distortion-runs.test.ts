import { basename } from 'node:path';
import { startEngine } from '@sandwich/engine';
import { measureFile } from '@sandwich/evaluation';
import { Dcn, DcnCodec } from '@sandwich/models';
import { beforeAll, expect, it } from 'vitest';
import { codeByRun, pointsOf } from './rate-distortion-runs.js';

beforeAll(() => startEngine());

const picture = {
  data: Uint8Array.from({ length: 32 * 32 * 3 }, (_, i) => (i * i) % 251),
  width: 32,
  height: 32,
  channels: 3 as const,
};

it('a network of a range of rates is measured at some of them, one of one rate at that', async () => {
  const codec = new DcnCodec(
    new Dcn({ features: 16, bits: 8, startFrom: 'dct', startStep: 12, rates: 2, rateOctaves: 4 }),
  );
  const points = pointsOf('runs/range/', codec);
  expect(points.map(([name]) => basename(name))).toEqual([1, 20, 40, 60, 80, 100].map((q) => `range, quality ${q}`));
  const sizes: number[] = [];
  for (const [name, options] of points) {
    const [row] = await codeByRun({ kind: 'dcn', name, options }, codec, [{ name: 'a.png', picture }]);
    const file = await codec.encode(picture, options);
    expect(row).toMatchObject({ ...measureFile(picture, await codec.decode(file), file.length), model_dir: name });
    sizes.push(row.bytes);
  }
  expect(sizes[5]).toBeGreaterThan(sizes[0]);
  codec.dispose();
  const one = new DcnCodec(new Dcn({ features: 4 }));
  expect(pointsOf('runs/one', one)).toEqual([['runs/one', {}]]);
  one.dispose();
});
