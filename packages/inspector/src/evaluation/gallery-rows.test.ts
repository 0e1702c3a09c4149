import { startEngine, tf } from '@sandwich/engine';
import { evaluate, psnrMeasures } from '@sandwich/evaluation';
import { flatSettings, Sandwich, sandwichCoder } from '@sandwich/models';
import { beforeAll, expect, it } from 'vitest';
import { patternImage } from '../../../trainer/testing/pattern-image.js';
import { galleryRows } from './gallery-rows.js';

beforeAll(() => startEngine());

it('shows the views at the rate asked for, and of each group the anchor of the same size', async () => {
  const items = [
    { name: 'a.png', item: patternImage(48, 40) },
    { name: 'b.png', item: patternImage(50, 37) },
  ];
  const model = new Sandwich({ bottleneckChannels: 1, pre: null, post: null });
  const coder = (name: string, steps: number[], group?: string) =>
    sandwichCoder(model, { name, codec: name, group, settings: flatSettings(steps) });
  const contest = {
    candidate: coder('ours', [6, 20, 90]),
    anchors: [
      coder('coarse', [100, 110], 'plain'),
      coder('fitting', [8, 20, 100], 'plain'),
      coder('other', [90], 'reference'),
    ],
    reference: 'reference',
  };
  const before = tf.memory().numTensors;
  const results = await evaluate({ ...contest, items, measures: psnrMeasures, range: [0.3, 1.2] });
  const rows = await galleryRows({ contest, results }, items, 1.15);
  expect(tf.memory().numTensors).toBe(before);
  expect(rows.map(({ label }) => label)).toEqual(['a.png', 'b.png']);
  // Bits and PSNR are those of Pillow's files, see fixtures/plain-codec.json beside the sandwich's contenders.
  expect(rows[0].images.map(({ caption }) => caption)).toEqual([
    'original',
    'bottleneck',
    'compressed bottleneck',
    'ours: 22.41 dB at 1.117 bpp',
    'other: 22.04 dB at 0.771 bpp',
    'fitting: 22.41 dB at 1.117 bpp',
  ]);
  const [original, bottleneck, compressed, ours, , theirs] = rows[1].images.map(({ image }) => image);
  expect(original).toBe(items[1].item);
  expect(bottleneck).toMatchObject({ width: 50, height: 37, channels: 1 });
  expect(compressed.data).not.toEqual(bottleneck.data);
  expect(ours).toMatchObject({ width: 50, height: 37, channels: 3 });
  expect(theirs.data).toEqual(ours.data);
  model.dispose();
});
