import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeSafetensors, type Parameters, startEngine, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import {
  initialState,
  type OptimizerState,
  readCheckpoint,
  restoreParameters,
  restoreTrainingState,
  saveCheckpoint,
} from './checkpoint.js';

beforeAll(() => startEngine());
const folder = useTemporaryFolder();

const configuration = { experiment: 'x', settings: { gamma: 0.1, name: 'a=b "é"', flag: false } };
/** Awkward values: not representable in decimal, subnormal, the largest, minus zero. */
const values = [0.1, -1 / 3, 1e-40, 3.4028234663852886e38, -0, 7];

/** Parameters of two shapes, and an optimizer that has met one of them. */
function makeState(scale = 1): { parameters: Parameters; optimizer: OptimizerState } {
  const variable = (data: number[], shape: number[]) => tf.tidy(() => tf.variable(tf.tensor(data, shape)));
  return {
    parameters: {
      'pre/unet/kernel': variable(values, [1, 2, 3]),
      'pre/scaler': variable([0.7 * scale], []),
    },
    optimizer: {
      'pre/unet/kernel': {
        steps: 12,
        tensors: { m: tf.tensor(values.toReversed(), [1, 2, 3]), v: tf.tensor([1, 2, 3, 4, 5, 1e-30], [1, 2, 3]) },
      },
    },
  };
}

const bytesOf = (tensor: tf.Tensor): Buffer => Buffer.from(new Uint8Array(tensor.dataSync().slice().buffer));
const checkpoint = () => join(folder(), 'step.safetensors');

async function save(file = checkpoint(), scale = 1): Promise<ReturnType<typeof makeState>> {
  const made = makeState(scale);
  await saveCheckpoint(
    file,
    { parameters: made.parameters },
    { ...initialState(), step: 34, seconds: 5.6, optimizer: made.optimizer },
    configuration,
  );
  return made;
}

describe('checkpoints', () => {
  it('bring everything back, bit for bit', async () => {
    const { parameters, optimizer } = await save();
    const stored = await readCheckpoint(checkpoint());
    expect(stored).toMatchObject({ step: 34, seconds: 5.6, configuration });

    const fresh = makeState().parameters;
    for (const variable of Object.values(fresh)) variable.assign(tf.zerosLike(variable));
    restoreParameters(fresh, stored.parameters);
    for (const [path, variable] of Object.entries(parameters)) {
      expect(fresh[path].shape).toEqual(variable.shape);
      expect(bytesOf(fresh[path])).toEqual(bytesOf(variable));
    }
    const state = restoreTrainingState(stored);
    expect(state).toMatchObject({ step: 34, seconds: 5.6 });
    expect(Object.keys(state.optimizer)).toEqual(['pre/unet/kernel']);
    const slot = state.optimizer['pre/unet/kernel'];
    expect(slot.steps).toBe(12);
    expect(Object.keys(slot.tensors)).toEqual(['m', 'v']);
    for (const name of ['m', 'v']) {
      const expected = optimizer['pre/unet/kernel'].tensors[name];
      expect(slot.tensors[name].shape).toEqual(expected.shape);
      expect(bytesOf(slot.tensors[name])).toEqual(bytesOf(expected));
    }
  });

  it('restore without a leak', async () => {
    const { parameters } = await save();
    const stored = await readCheckpoint(checkpoint());
    const before = tf.memory().numTensors;
    restoreParameters(parameters, stored.parameters);
    const { optimizer } = restoreTrainingState(stored);
    tf.dispose(Object.values(optimizer).map(({ tensors }) => tensors));
    expect(tf.memory().numTensors).toBe(before);
  });

  it('are the only file left, also when they replace another', async () => {
    await save();
    await save(checkpoint(), 2);
    expect(await readdir(folder())).toEqual(['step.safetensors']);
    expect((await readCheckpoint(checkpoint())).parameters['pre/scaler'].values[0]).toBeCloseTo(1.4, 6);
  });

  it('leave the old file whole when the new one cannot be written', async () => {
    const target = join(folder(), 'occupied');
    await save(join(folder(), 'old'));
    const old = await readFile(join(folder(), 'old'));
    await mkdir(join(target, 'full'), { recursive: true });
    await expect(save(target)).rejects.toThrow('occupied cannot be written: it is there and is no file');
    await expect(save(join(folder(), 'old', 'below'))).rejects.toThrow('ENOTDIR');
    await expect(save('/proc/step.safetensors')).rejects.toThrow(/ENOENT|EACCES|EPERM/);
    expect((await readdir(folder())).sort()).toEqual(['occupied', 'old']);
    expect(await readFile(join(folder(), 'old'))).toEqual(old);
  });

  it('are not written with values that are not finite', async () => {
    await save();
    const old = await readFile(checkpoint());
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const { parameters, optimizer } = makeState();
      parameters['pre/scaler'].assign(tf.scalar(value));
      await expect(
        saveCheckpoint(
          checkpoint(),
          { parameters },
          { ...initialState(), step: 35, seconds: 6, optimizer },
          configuration,
        ),
      ).rejects.toThrow(
        `checkpoint ${checkpoint()} is not written: after step 35, parameters/pre/scaler are not finite`,
      );
    }
    expect(await readFile(checkpoint())).toEqual(old);
  });

  it('are refused when a single bit has changed, wherever', async () => {
    await save();
    const good = await readFile(checkpoint());
    for (let i = 0; i < good.length; i++) {
      const bad = Buffer.from(good);
      bad[i] ^= 1 << (i % 8);
      await writeFile(checkpoint(), bad);
      await expect(readCheckpoint(checkpoint()), `byte ${i}`).rejects.toThrow(
        `checkpoint ${checkpoint()} cannot be used`,
      );
    }
  });

  it('are refused when they are cut short, wherever, or missing', async () => {
    await save();
    const good = await readFile(checkpoint());
    for (let length = 0; length < good.length; length += 7) {
      await writeFile(checkpoint(), good.subarray(0, length));
      await expect(readCheckpoint(checkpoint()), `${length} bytes`).rejects.toThrow(
        `checkpoint ${checkpoint()} cannot be used: decodeSafetensors: `,
      );
    }
    await rm(checkpoint());
    await expect(readCheckpoint(checkpoint())).rejects.toThrow(
      `checkpoint ${checkpoint()} cannot be used: ENOENT: no such file or directory`,
    );
  });

  it('say what is wrong with files of other kinds', async () => {
    const cases: [content: string | Uint8Array, reason: string][] = [
      ['', '0 bytes do not begin with a safetensors header'],
      ['{"weights": [1, 2, 3]}', 'do not begin with a safetensors header'],
      [
        encodeSafetensors({ tensors: { a: { shape: [1], values: new Float32Array(1) } }, metadata: {} }),
        "its format is 'unknown', expected 'sandwich-checkpoint-2'",
      ],
    ];
    for (const [content, reason] of cases) {
      await writeFile(checkpoint(), content);
      await expect(readCheckpoint(checkpoint())).rejects.toThrow(reason);
      await expect(readCheckpoint(checkpoint())).rejects.toThrow(checkpoint());
    }
  });

  it('that do not fit the model are refused with every path, and change nothing', async () => {
    await save(checkpoint(), 2);
    const stored = await readCheckpoint(checkpoint());
    const { parameters } = makeState();
    parameters['pre/unet/kernel'] = tf.variable(tf.zeros([3, 2, 1]));
    parameters['post/scaler'] = tf.variable(tf.scalar(1));
    stored.parameters['proxy/qstep'] = { shape: [], values: new Float32Array(1) };
    const before = Object.values(parameters).map(bytesOf);
    expect(() => restoreParameters(parameters, stored.parameters)).toThrow(
      'the checkpoint does not fit the system: post/scaler is missing; proxy/qstep is not in the system; ' +
        'pre/unet/kernel has shape [1,2,3], the system has [3,2,1]',
    );
    expect(Object.values(parameters).map(bytesOf)).toEqual(before);
  });
});
