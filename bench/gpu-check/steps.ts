// steps.mjs <device> <sizes> <batches> <precisions> <side> <milliseconds>: training steps of ours, eager and recorded, in all combinations. Each
// prints a line of JSON. On CUDA recorded steps are run as CUDA graphs where they can be.

import { type EngineOptions, startEngine, tf } from '@sandwich/engine';
import { median } from '../median.js';
import { createTrainingStep } from '../step/training-step.js';

const [device, ...lists] = process.argv.slice(2);
const [sizes, batches, precisions, [side], [milliseconds]] = lists.map((list) => list.split(','));
const WARM_UP = 3;

/** A value is read, so that the device has finished what was asked of it before. */
const finish = () => tf.tidy(() => tf.zeros([1]).dataSync());

for (const precision of precisions) {
  await startEngine({ engine: 'torch', device: device as 'cpu', precision: precision as EngineOptions['precision'] });
  for (const size of sizes) {
    for (const batch of batches) {
      for (const how of ['eager', 'recorded'] as const) {
        const key = { who: 'ours', size, batch: Number(batch), precision, how };
        tf.engine().startScope();
        try {
          const step = createTrainingStep(size, Number(batch), Number(side), { replay: how === 'recorded' });
          for (let i = 0; i < WARM_UP; i++) await step();
          finish();
          const times: number[] = [];
          for (
            const start = performance.now();
            times.length === 0 || performance.now() - start < Number(milliseconds);
          ) {
            const begin = performance.now();
            await step();
            finish();
            times.push(performance.now() - begin);
          }
          console.log(JSON.stringify({ ...key, milliseconds: median(times), steps: times.length }));
        } catch (error) {
          console.log(JSON.stringify({ ...key, error: (error as Error).message.split('\n')[0] }));
        }
        tf.engine().endScope();
        tf.disposeVariables();
      }
    }
  }
}
