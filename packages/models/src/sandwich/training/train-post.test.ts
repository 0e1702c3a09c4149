import { startEngine, tf } from '@sandwich/engine';
import { descend, resolveSettings } from '@sandwich/trainer';
import { beforeAll, expect, it } from 'vitest';
import tinySandwich from '../../../../trainer/testing/tiny-sandwich.js';

beforeAll(() => startEngine());

it('trains the post-processor alone, behind a pre-processor and a quantiser step that stay', async () => {
  // A schedule of networks would leave the pre-processor's U-Net out at first, and train behind another bottleneck.
  const settings = resolveSettings(tinySandwich, { train: 'post', mlpsOnly: 0.2, mlpsAndPost: 0.5 });
  const { system, optimizer, phaseAt, loss, dispose } = await tinySandwich.objective(settings, { note: () => {} });
  const { parameters } = system;
  const before = Object.fromEntries(Object.entries(parameters).map(([path, p]) => [path, [...p.dataSync()]]));
  const images = tf.randomUniform([2, 16, 16, 3], 0, 255, 'float32', 1);
  const phase = phaseAt(0, 0, 'train');
  expect(phase.networks).toBe('full');
  const losses = await descend(parameters, (inputs) => loss(inputs, phase, {}).loss, {
    optimizer: optimizer!,
    steps: 5,
    inputs: { images },
  });
  expect(losses[4]).toBeLessThan(losses[0]);
  const changed = Object.entries(parameters).filter(([path, p]) => p.dataSync().some((x, i) => x !== before[path][i]));
  const sides = new Set(changed.map(([path]) => path.split('/')[0]));
  expect([...sides]).toEqual(['post']);
  tf.dispose(images);
  dispose?.();
  system.dispose();
});
