import { beforeAll, describe, expect, it } from 'vitest';
import { kernelProfile, presentEngines, startEngine, startKernelProfile, stopKernelProfile, tf } from '../index.js';

// torch.optim.Adam of PyTorch 1.13 in float32, rate 0.1, betas 0.8 and 0.9, eps 1e-3, on x = [1, -2, 3] with gradients x^2, step by
// step: fixtures/make-adam-steps.py.
const EXPECTED = [
  [0.9000998735427856, -2.099975109100342, 2.9000110626220703],
  [0.8013719916343689, -2.200117826461792, 2.800278425216675],
  [0.7047715783119202, -2.3005306720733643, 2.7009823322296143],
  [0.6113521456718445, -2.401306390762329, 2.6023075580596924],
];

describe.each(presentEngines())('Adam on %s', (engine) => {
  beforeAll(async () => {
    await startEngine({ engine });
  });

  it('steps as in PyTorch', () => {
    const x = tf.variable(tf.tensor1d([1, -2, 3]));
    const idle = tf.variable(tf.scalar(5));
    const optimizer = tf.train.adam(0.1, 0.8, 0.9, 1e-3);
    let before = 0;
    for (const [step, expected] of EXPECTED.entries()) {
      startKernelProfile();
      tf.tidy(() =>
        optimizer.applyGradients([
          { name: x.name, tensor: tf.square(x) },
          { name: idle.name, tensor: null! },
        ]),
      );
      stopKernelProfile();
      const found = x.dataSync();
      expected.forEach((value, i) => {
        expect(found[i]).toBeCloseTo(value, 5);
      });
      if (step > 0) expect(tf.memory().numTensors).toBe(before);
      before = tf.memory().numTensors;
    }
    expect(idle.dataSync()[0]).toBe(5);
    if (engine === 'torch') expect(kernelProfile().find(({ kernel }) => kernel === 'Adam')?.calls).toBe(1);
    optimizer.dispose();
    tf.dispose([x, idle]);
  });
});
