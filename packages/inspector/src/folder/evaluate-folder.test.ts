import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Measure } from '@sandwich/evaluation';
import type { Picture } from '@sandwich/pictures';
import { beforeEach, expect, it } from 'vitest';
import { useTemporaryFolder } from '../../../files/testing/temporary-folder.js';
import { evaluateFolder, PLAIN_QUALITIES } from './evaluate-folder.js';

const folder = useTemporaryFolder();
const weights = () => join(folder(), 'weights.bin');
const picture: Picture = { data: new Uint8Array(16 * 16 * 3).fill(99), width: 16, height: 16, channels: 3 };

const measure = (perItem: Measure<Picture>['perItem']): Measure<Picture> => ({
  key: 'length',
  label: 'length',
  better: 'more',
  digits: 0,
  files: [weights()],
  perItem,
  aggregate: (needs) => needs[0][0],
});

const evaluate = (own: Measure<Picture>) =>
  evaluateFolder(join(folder(), 'experiments'), {
    items: [{ name: 'a.png', item: picture }],
    measures: [own],
    cache: join(folder(), 'measured'),
    note: () => {},
  });

beforeEach(async () => {
  await mkdir(join(folder(), 'experiments/broken/lambda_1'), { recursive: true });
  await writeFile(join(folder(), 'experiments/broken/lambda_1/config.json'), '{}');
  await writeFile(weights(), 'first');
});

it('measures again when weights of a measure change', async () => {
  const count = PLAIN_QUALITIES.length;
  const own = measure(async (_, outputs) => outputs.map(() => [1]));
  expect((await evaluate(own)).counts).toEqual({ read: 0, measured: count });
  expect((await evaluate(own)).counts).toEqual({ read: count, measured: 0 });
  await writeFile(weights(), 'second');
  expect((await evaluate(own)).counts).toEqual({ read: 0, measured: count });
});

it('names plain JPEG among what failed, and keeps the others', async () => {
  const { curves, failed } = await evaluate(
    measure(async () => {
      throw new Error('out of order');
    }),
  );
  expect(curves).toEqual([]);
  expect(failed.map(({ run }) => run)).toEqual([join(folder(), 'experiments/broken/lambda_1'), 'ljpeg_PIL (Annex K)']);
  expect(failed[1].reason).toContain('out of order');
});
