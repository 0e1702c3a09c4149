import { describe, expect, it } from 'vitest';
import { type EngineName, presentEngines, startEngine, tf } from './index.js';

describe('startEngine', () => {
  it('takes the fastest engine present and tells what runs', async () => {
    const info = await startEngine();
    expect(info.engine).toBe(presentEngines()[0]);
    expect(tf.getBackend()).toBe(info.engine);
    expect(info).toMatchObject({ device: 'cpu', precision: 'fp32' });
  });

  it('refuses what it does not know', async () => {
    await expect(startEngine({ engine: 'fast' as EngineName })).rejects.toThrow(
      /unknown engine 'fast'; known are auto/,
    );
    await expect(startEngine({ threads: 0 })).rejects.toThrow(/threads must be a positive integer, got 0/);
    await expect(startEngine({ engine: 'cpu', device: 'cuda' })).rejects.toThrow(/the cpu engine has device 'cpu'/);
    await expect(startEngine({ engine: 'wasm', precision: 'tf32' })).rejects.toThrow(/precision 'fp32' only/);
  });

  it.skipIf(!presentEngines().includes('torch'))('names kernel and shapes when libtorch fails', async () => {
    await startEngine({ engine: 'torch' });
    const infos = [tf.ones([2, 3]), tf.ones([4, 5])];
    const inputs = { a: infos[0], b: infos[1] };
    expect(() => tf.engine().runKernel('BatchMatMul', inputs, { transposeA: false, transposeB: false })).toThrow(
      /BatchMatMul\(a float32\[2, 3\], b float32\[4, 5\]\)/,
    );
    tf.dispose(infos);
  });

  it.skipIf(!presentEngines().includes('torch'))('releases what kernels made on the way', async () => {
    await startEngine({ engine: 'torch', threads: 1 });
    const { addon } = tf.backend() as unknown as { addon: { liveTensors(): number } };
    const x = tf.ones<tf.Rank.R4>([1, 6, 6, 2]);
    const before = addon.liveTensors();
    for (let i = 0; i < 3; i++) {
      tf.grad((at) => tf.conv2d(at as tf.Tensor4D, tf.ones([3, 3, 2, 2]), 2, 'same').sum() as tf.Scalar)(x).dispose();
      expect(() =>
        tf.engine().runKernel('Conv2D', { x, filter: x }, { strides: 1, pad: 'same', dataFormat: 'NHWC' }),
      ).toThrow();
    }
    expect(addon.liveTensors()).toBe(before);
    x.dispose();
  });
});
