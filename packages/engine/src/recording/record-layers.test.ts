import { beforeAll, describe, expect, it } from 'vitest';
import { presentEngines, recordStep, startEngine, tf } from '../index.js';

/** A model of layers with moving moments and a recurrence, an optimizer with moments, and a step of both. */
function training() {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: 3, inputShape: [4, 2] }),
      tf.layers.batchNormalization(),
      tf.layers.gru({ units: 2 }),
      tf.layers.dense({ units: 1 }),
    ],
  });
  const values = model.getWeights().map((weight, k) =>
    tf.tensor(
      Float32Array.from({ length: weight.size }, (_, i) => Math.sin(1 + i + k) ** 2),
      weight.shape,
    ),
  );
  model.setWeights(values);
  const optimizer = tf.train.adam(0.05);
  const step = ({ x, y }: Record<string, tf.Tensor>) => {
    const loss = () => tf.losses.meanSquaredError(y, model.apply(x, { training: true }) as tf.Tensor) as tf.Scalar;
    return { loss: optimizer.minimize(loss, true)! };
  };
  return { model, step };
}

const batch = (i: number) => ({
  x: tf.randomNormal([5, 4, 2], 0, 1, 'float32', 20 + i),
  y: tf.randomNormal([5, 1], 0, 1, 'float32', 40 + i),
});

describe.skipIf(!presentEngines().includes('torch'))('recordStep without variables', () => {
  beforeAll(async () => {
    await startEngine({ engine: 'torch', threads: 1 });
  });

  it('trains weights, moving moments and those of the optimizer as the step itself', async () => {
    const [ordinary, replayed] = [training(), training()];
    const recorded = recordStep({ step: replayed.step });
    for (let i = 0; i < 7; i++) {
      const inputs = batch(i);
      const { loss } = tf.tidy(() => ({ loss: ordinary.step(inputs).loss.dataSync()[0] }));
      expect(await recorded.run(inputs)).toEqual({ loss });
      expect(recorded.mode).toBe(i < 2 ? 'recording' : 'calls');
      tf.dispose(inputs);
    }
    const weights = [ordinary, replayed].map(({ model }) => model.getWeights().map((weight) => [...weight.dataSync()]));
    expect(weights[1]).toEqual(weights[0]);
    recorded.dispose();
  });
});
