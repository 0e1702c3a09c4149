import { cp, mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeSyntheticImages } from '@sandwich/data';
import { startEngine, tf } from '@sandwich/engine';
import { asSandwich } from '@sandwich/models';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadRun } from '../../../trainer/src/run/load-run.js';
import { useCapturedOutput } from '../../../trainer/testing/captured-output.js';
import { publishedSandwichFile } from '../../../trainer/testing/published-sandwich.js';
import { useTemporaryFolder } from '../../../trainer/testing/temporary-folder.js';
import { main } from '../main.js';

const folder = useTemporaryFolder();
const output = useCapturedOutput();
beforeAll(() => startEngine());

const fixtures = fileURLToPath(new URL('../../../models/src/sandwich/keras/fixtures/', import.meta.url));
const fixture = (name: string) => join(fixtures, name);
const run = () => join(folder(), 'run');
const importing = (weights: string, ...set: string[]) => {
  const settings = set.flatMap((setting) => ['--set', setting]);
  return main(['import-keras', weights, '--experiment', publishedSandwichFile, '--run', run(), ...settings]);
};

/** The picture of fixtures/make_fixtures.py, 16 x 32. */
const picture = () =>
  tf.tensor4d(
    Float32Array.from({ length: 16 * 32 * 3 }, (_, i) => {
      const [y, x, c] = [Math.floor(i / 96), Math.floor(i / 3) % 32, i % 3];
      return (37 * y + 59 * x + 83 * c + x * y) % 256;
    }),
    [1, 16, 32, 3],
  );
const largestDifference = (tensor: tf.Tensor, expected: number[]) => {
  const values = tensor.dataSync<'float32'>();
  expect(values.length).toBe(expected.length);
  return values.reduce((largest, value, i) => Math.max(largest, Math.abs(value - expected[i])), 0);
};

describe('sandwich import-keras', () => {
  // What TensorFlow 2.21 computes of the same weights.
  it.each([
    ['grayscale', 'grayscale', []],
    ['grayscale/ckpt-1200.index', 'grayscale', []],
    ['grayscale.h5', 'grayscale', []],
    ['lowres/ckpt-1200', 'lowres', ['lowres=true']],
  ])('makes a run of %s that computes what TensorFlow computes', async (weights, name, set) => {
    const tensors = tf.memory().numTensors;
    expect(await importing(fixture(weights), ...set), output.stderr()).toBe(0);
    expect(tf.memory().numTensors).toBe(tensors);
    const expected = JSON.parse(await readFile(fixture('expected.json'), 'utf8'))[name];
    const { system, checkpoint } = await loadRun(run());
    const model = asSandwich(system);
    expect(checkpoint.step).toBe(0);
    tf.tidy(() => {
      const bottleneck = model.preprocess(picture());
      expect(largestDifference(bottleneck, expected.bottleneck)).toBeLessThan(1e-3);
      const sent = tf.round(tf.clipByValue(bottleneck, 0, 255)) as tf.Tensor4D;
      const prediction = model.postprocess(sent, { height: 16, width: 32 });
      expect(largestDifference(prediction, expected.prediction)).toBeLessThan(1e-3);
      // elu(6.25) + 1
      expect(model.proxy.status!().qstep).toBe(7.25);
    });
    model.dispose();
  });

  it('makes a run that can be measured and trained further', async () => {
    expect(await importing(fixture('grayscale'))).toBe(0);
    const images = join(folder(), 'images');
    await makeSyntheticImages({ directory: images, count: 2, width: 48, height: 48, seed: 1 });
    expect(await main(['eval', run(), '--images', images, '--qsteps', '7', '--metrics', 'psnr'])).toBe(0);
    const { candidate } = JSON.parse(await readFile(join(run(), 'results.json'), 'utf8'));
    expect(candidate.results.bpp).toHaveLength(1);
    const more = ['--images', images, '--steps', '1'];
    expect(await main(['train', '--resume', run(), ...more]), output.stderr()).toBe(0);
    expect(await readdir(join(run(), 'checkpoints'))).toEqual(['step-0000000.safetensors', 'step-0000001.safetensors']);
  });

  it.each([
    [
      'phase planes',
      ['phasePlanes=true'],
      [
        '_unet_preprocessor/_encoder_blocks/0/_block_layers/0/kernel has shape [3,3,3,2], pre/unet/encoder0/conv0/kernel here has [3,3,6,2]',
      ],
    ],
    [
      'fewer layers',
      ['mlpLayers=1'],
      [
        '_mlp_preprocessor/layer_with_weights-0/kernel has shape [1,1,3,16], pre/mlp/output/kernel here has [1,1,3,1]',
        '_mlp_preprocessor/layer_with_weights-1/kernel has no counterpart in the model',
      ],
    ],
    [
      'no layers',
      ['mlpLayers=0'],
      [
        '_unet_preprocessor_scaler times its switch is 0.699',
        '_mlp_preprocessor/layer_with_weights-0/kernel has no counterpart',
      ],
    ],
    ['no pre-processor', ['pre=false'], ['_unet_preprocessor/_output_layer/bias has no counterpart']],
    ['another least step', ['minQstep=0'], ['min_qstep is 1, the model has 0']],
    ['a loop filter', ['loopFilter=true'], ['the loop filter cannot be imported']],
    [
      'deeper networks',
      ['lowres=true'],
      [
        '_unet_preprocessor/_encoder_blocks/1/_block_layers/0/kernel (here pre/unet/encoder1/conv0/kernel, [3,3,2,2]) is missing',
      ],
    ],
  ])('names every weight that does not fit: %s', async (_, set, messages) => {
    expect(await importing(fixture('grayscale'), ...set)).toBe(1);
    for (const message of messages) expect(output.stderr()).toContain(message);
    expect(
      output
        .stderr()
        .split('\n')
        .filter((line) => line.startsWith('error')),
    ).toHaveLength(1);
    expect(await readdir(folder())).toEqual([]);
  });

  it('says in one line which file is damaged, and makes no run', async () => {
    const copy = join(folder(), 'copy');
    await cp(fixture('grayscale'), copy, { recursive: true });
    const [data, index] = ['data-00000-of-00001', 'index'].map((ending) => join(copy, `ckpt-1200.${ending}`));
    const bytes = await readFile(data);
    const fails = async (weights: string, message: string | RegExp) => {
      expect(await importing(weights)).toBe(1);
      expect(output.stderr().trimEnd().split('\n').at(-1)).toMatch(message);
    };

    const changed = Uint8Array.from(bytes);
    changed[700] ^= 1;
    await writeFile(data, changed);
    await fails(copy, /ckpt-1200: the checksum of model\/.*kernel.* is wrong: the file is damaged/);
    await writeFile(data, bytes.subarray(0, 900));
    await fails(copy, /ckpt-1200: .* reaches beyond the end of the data: it is truncated/);
    const indexBytes = await readFile(index);
    indexBytes[500] ^= 1;
    await writeFile(index, indexBytes);
    await fails(copy, /ckpt-1200\.index cannot be read: a checksum is wrong: it is damaged/);
    await truncate(index, 2000);
    await fails(copy, /ckpt-1200\.index cannot be read: it does not end as the index of a TensorFlow checkpoint/);
    await fails(join(copy, 'nothing'), /nothing\.index cannot be read: ENOENT/);
    await fails(folder(), /holds no TensorFlow checkpoint/);

    await fails(
      fixture('keras3.weights.h5'),
      /keras3\.weights\.h5 are in the format \.weights\.h5, which does not tell pre-/,
    );
    const hdf5 = join(folder(), 'weights.h5');
    await writeFile(hdf5, (await readFile(fixture('grayscale.h5'))).subarray(0, 30_000));
    await fails(hdf5, /weights\.h5 cannot be read: /);
    await writeFile(hdf5, 'no HDF5');
    await fails(hdf5, /weights\.h5 cannot be read: /);
    const foreign = await readFile(fixture('grayscale.h5'));
    foreign[8] = 9; // the version of the superblock, which jsfive refuses by throwing a text
    await writeFile(hdf5, foreign);
    await fails(hdf5, /weights\.h5 cannot be read: no HDF5, or damaged \(unsupported superblock version: 9\)$/);
    await mkdir(join(folder(), 'empty'));
    expect((await readdir(folder())).sort()).toEqual(['copy', 'empty', 'weights.h5']);
  });
});
