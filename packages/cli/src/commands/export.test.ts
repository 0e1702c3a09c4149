import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeSyntheticImages } from '@sandwich/data';
import { startEngine, tf } from '@sandwich/engine';
import { asSandwich, networkIdentity } from '@sandwich/models';
import { loadOnnxRuntime } from '@sandwich/onnx';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadRun } from '../../../trainer/src/run/load-run.js';
import { useCapturedOutput } from '../../../trainer/testing/captured-output.js';
import { patternImage } from '../../../trainer/testing/pattern-image.js';
import { useTemporaryFolder } from '../../../trainer/testing/temporary-folder.js';
import { tinySandwichFile } from '../../../trainer/testing/tiny-sandwich.js';
import { main } from '../main.js';
import { trainCommand } from './train.js';

const folder = useTemporaryFolder();
const output = useCapturedOutput();
beforeAll(() => startEngine());

const run = () => join(folder(), 'run');

async function trainTiny(): Promise<void> {
  const images = join(folder(), 'images');
  await makeSyntheticImages({ directory: images, count: 2, width: 48, height: 48, seed: 1 });
  await trainCommand({ experiment: tinySandwichFile, images, run: run(), steps: 2 });
}

describe('sandwich export', () => {
  it('writes a pre-processor and a post-processor that compute what the run computes', async () => {
    await trainTiny();
    const out = join(folder(), 'exported', 'models');
    const tensors = tf.memory().numTensors;
    expect(await main(['export', run(), '--out', out]), output.stderr()).toBe(0);
    expect(tf.memory().numTensors).toBe(tensors);
    expect((await readdir(out)).sort()).toEqual(['post.onnx', 'pre.onnx']);
    expect(output.stdout()).toMatch(/step-0000002.*after 2 steps:\n.*pre\.onnx: [\d,]+ bytes\n/);

    const { InferenceSession, Tensor } = await loadOnnxRuntime();
    const pre = await InferenceSession.create(join(out, 'pre.onnx'));
    const post = await InferenceSession.create(join(out, 'post.onnx'));
    const model = asSandwich((await loadRun(run())).system);
    const picture = patternImage(37, 29);
    const images = tf.tensor4d(Float32Array.from(picture.data), [1, 29, 37, 3]);
    const { bottleneck } = await pre.run({
      images: new Tensor('float32', Float32Array.from(picture.data), [1, 29, 37, 3]),
    });
    expect(bottleneck.dims).toEqual([1, 32, 40, 1]);
    const expected = tf.tidy(() => tf.round(tf.clipByValue(model.preprocess(images), 0, 255)).dataSync());
    expect(Array.from(bottleneck.data as Uint8Array)).toEqual(Array.from(expected));

    const decoded = Float32Array.from(bottleneck.data as Uint8Array);
    const { prediction } = await post.run({
      decoded: new Tensor('float32', decoded, bottleneck.dims),
      size: new Tensor('int64', BigInt64Array.of(29n, 37n), [2]),
    });
    const ours = model.postprocess(tf.tensor4d(decoded, [1, 32, 40, 1]), { height: 29, width: 37 });
    expect(prediction.dims).toEqual(ours.shape);
    const theirs = prediction.data as Float32Array;
    expect(Math.max(...ours.dataSync<'float32'>().map((value, i) => Math.abs(value - theirs[i])))).toBeLessThan(1e-3);
    await pre.release();
    await post.release();
    model.dispose();
  });

  it('writes into the run, and says in the models where they come from', async () => {
    await trainTiny();
    expect(await main(['export', run(), '--checkpoint', 'best']), output.stderr()).toBe(0);
    const text = (await readFile(join(run(), 'onnx', 'post.onnx'))).toString('latin1');
    const model = asSandwich((await loadRun(run())).system);
    for (const part of [
      networkIdentity(model),
      run(),
      'step-0000002.safetensors',
      'baseline JPEG, grayscale, flat tables',
      'quantizer_step',
      'image_range',
      '0 to 255',
    ])
      expect(text).toContain(part);
    model.dispose();
  });

  it('says in one line what is wrong', async () => {
    expect(await main(['export', join(folder(), 'nothing')])).toBe(1);
    expect(output.stderr()).toMatch(/^error: .*nothing is not a run directory: .*\n$/m);
    await trainTiny();
    await mkdir(join(folder(), 'blocked'));
    await writeFile(join(folder(), 'blocked', 'file'), '');
    expect(await main(['export', run(), '--out', join(folder(), 'blocked', 'file')])).toBe(1);
    expect(output.stderr()).toMatch(/^error: .*blocked\/file.*\n$/m);
  });
});
