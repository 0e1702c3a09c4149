import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EncodeDecodeIntra, roundings } from '@sandwich/codec-proxy';
import { makeSyntheticImages } from '@sandwich/data';
import { startEngine, tf } from '@sandwich/engine';
import { asSandwich, Sandwich, type SandwichOptions, withoutNetworks } from '@sandwich/models';
import { beforeAll, describe, expect, it } from 'vitest';
import { trainCommand } from '../../../cli/src/commands/train.js';
import { main } from '../../../cli/src/main.js';
import { useCapturedOutput } from '../../testing/captured-output.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import { tinySandwichFile } from '../../testing/tiny-sandwich.js';
import { configurationOf, writeRun } from '../../testing/write-run.js';
import { packRun } from '../packed/pack-run.js';
import { initialState, readCheckpoint, saveCheckpoint } from './checkpoint.js';
import { loadRun } from './load-run.js';
import { checkpointFile, createRunDirectory, readRunConfiguration, runFiles } from './run-directory.js';

const folder = useTemporaryFolder();
const output = useCapturedOutput();
beforeAll(() => startEngine());

const run = () => join(folder(), 'run');
const packed = () => join(folder(), 'packed');

const options = (): SandwichOptions => ({
  bottleneckChannels: 1,
  pre: { encoderFilters: [4], decoderFilters: [4, 4], variant: 'textbook' },
  post: null,
  seed: 5,
  proxy: new EncodeDecodeIntra({ roundingFn: roundings.sine, qstepInit: 9, minQstep: 1 }),
});

const valuesOf = (model: Sandwich) =>
  Object.fromEntries(Object.entries(model.parameters).map(([path, weight]) => [path, Array.from(weight.dataSync())]));

/** Changes the configuration of a run as a text editor does. */
async function edit(directory: string, change: (configuration: Record<string, unknown>) => void): Promise<void> {
  const file = runFiles(directory).configuration;
  const configuration = JSON.parse(await readFile(file, 'utf8'));
  change(configuration);
  await writeFile(file, JSON.stringify(configuration));
}

describe('loadRun', () => {
  it('rebuilds the networks that training wrote, without the experiment', async () => {
    const images = join(folder(), 'images');
    await makeSyntheticImages({ directory: images, count: 1, width: 32, height: 32, seed: 1 });
    await trainCommand({ experiment: tinySandwichFile, images, run: run(), steps: 2 });
    await edit(run(), (configuration) => Object.assign(configuration, { experimentFile: 'experiments/gone.ts' }));

    const { system, settings, checkpoint } = await loadRun(run());
    const model = asSandwich(system);
    expect(checkpoint).toEqual({ file: checkpointFile(run(), 2), step: 2 });
    expect(settings).toMatchObject({ gamma: 20, cropSize: 16, bitDepth: 8 });
    const { parameters } = await readCheckpoint(checkpoint.file);
    const stored = Object.entries(parameters).map(([path, { values }]) => [path, Array.from(values)]);
    expect(valuesOf(model)).toEqual(Object.fromEntries(stored));
    expect(model.architecture).toMatchObject({ bottleneckChannels: 1, phasePlanes: true, seed: 1 });
    expect(model.architecture.pre).toMatchObject({ encoderFilters: [4], variant: 'textbook' });
    expect(model.architecture.proxy).toMatchObject({ roundingFn: 'ste', qstepInit: 4, minQstep: 1 });

    const plain = withoutNetworks(model);
    expect(plain.architecture).toMatchObject({ bottleneckChannels: 1, pre: null, post: null, loopFilter: null });
    for (const each of [plain, model]) each.dispose();
  });

  it('loads a run of an older version through its experiment', async () => {
    await writeRun(run(), options());
    const experimentFile = join(folder(), 'experiment.ts');
    await writeFile(
      experimentFile,
      `import { defineExperiment } from '${new URL('../../../models/src/index.ts', import.meta.url).pathname}';
       const pre = { encoderFilters: [4], decoderFilters: [4, 4], variant: 'textbook' };
       export default defineExperiment({ description: '', settings: {}, sandwich: () => ({ bottleneckChannels: 1, pre, post: null }) });`,
    );
    await edit(run(), (configuration) => {
      delete configuration.architecture;
      configuration.experimentFile = experimentFile;
    });
    const model = asSandwich((await loadRun(run())).system);
    expect(model.architecture).toMatchObject({ bottleneckChannels: 1, post: null, pre: { encoderFilters: [4] } });
    const plain = withoutNetworks(model);
    expect(plain.architecture.pre).toBeNull();
    for (const each of [plain, model]) each.dispose();

    await edit(run(), (configuration) => Object.assign(configuration, { experimentFile: 'experiments/gone.ts' }));
    await expect(loadRun(run())).rejects.toThrow(
      /needs the file of its experiment \(an older version wrote it, without the architecture\): unknown experiment 'experiments\/gone.ts'/,
    );
  });

  it('says that a rounding of its own needs the experiment', async () => {
    await writeRun(run(), { ...options(), proxy: new EncodeDecodeIntra({ roundingFn: (x) => tf.round(x) }) });
    await edit(run(), (configuration) => Object.assign(configuration, { experimentFile: 'experiments/gone.ts' }));
    await expect(loadRun(run())).rejects.toThrow(
      /needs the file of its experiment \(the codec proxy's rounding is a function of its own, not one of `roundings`\): unknown/,
    );
  });

  it('refuses an experiment that has changed, where the run needs its file', async () => {
    await writeRun(run(), { ...options(), proxy: new EncodeDecodeIntra({ roundingFn: (x) => tf.round(x) }) });
    const tensors = tf.memory().numTensors;
    await expect(loadRun(run())).rejects.toThrow(
      /tiny-sandwich.ts is not the experiment that .* was trained with: .*architecture.proxy.roundingFn was null, is "ste"/,
    );
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('names an architecture that cannot be built', async () => {
    await writeRun(run(), options());
    await edit(run(), (configuration) => Object.assign(configuration.architecture as object, { downsampleFactor: 0 }));
    const tensors = tf.memory().numTensors;
    await expect(loadRun(run())).rejects.toThrow(
      /^the architecture in .*config.json: Sandwich: downsampleFactor must be a whole number of at least 1, got 0$/,
    );
    await edit(run(), (configuration) => Object.assign(configuration, { architecture: 'large' }));
    await expect(loadRun(run())).rejects.toThrow(/^the architecture in .*config.json: it is without a codec proxy$/);
    expect(tf.memory().numTensors).toBe(tensors);
  });
});

describe('packRun', () => {
  const pack = async () => {
    await writeRun(run(), options());
    return packRun(run(), packed());
  };

  it('writes a small folder that stands alone', async () => {
    const { configuration } = await pack();
    expect((await readdir(packed())).sort()).toEqual(['config.json', 'weights.safetensors']);
    expect((await readdir(folder())).sort()).toEqual(['packed', 'run']);
    expect(JSON.parse(await readFile(runFiles(packed()).configuration, 'utf8'))).toEqual(configuration);
    expect(configuration).toMatchObject({ experiment: 'tiny-sandwich', step: 7, codeVersion: 'abc1234' });
    const bytes = await readFile(runFiles(packed()).weights);
    expect(configuration.weights).toEqual({
      type: 'float16',
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });

    const [small, full] = [await loadRun(packed()), await loadRun(run())];
    expect(small.checkpoint).toEqual({ file: runFiles(packed()).weights, step: 7 });
    expect(asSandwich(small.system).architecture).toEqual(asSandwich(full.system).architecture);
    const [rounded, exact] = [valuesOf(asSandwich(small.system)), valuesOf(asSandwich(full.system))];
    expect(rounded).not.toEqual(exact);
    // Half a unit in the last of 11 places.
    for (const [path, values] of Object.entries(exact))
      for (const [i, value] of values.entries())
        expect(Math.abs(rounded[path][i] - value)).toBeLessThanOrEqual(2 ** -11 * Math.abs(value) + 2 ** -25);
    const plain = withoutNetworks(asSandwich(small.system));
    expect(plain.architecture.pre).toBeNull();
    for (const each of [plain, asSandwich(small.system), asSandwich(full.system)]) each.dispose();

    await packRun(packed(), join(folder(), 'again'));
    expect(await readFile(runFiles(join(folder(), 'again')).weights)).toEqual(bytes);
  });

  it('takes the average of the weights where there is one', async () => {
    const model = new Sandwich(options());
    const average = tf.tidy(() =>
      Object.fromEntries(Object.entries(model.parameters).map(([path, weight]) => [path, tf.fill(weight.shape, 0.25)])),
    );
    const state = { ...initialState(), step: 3, average };
    await createRunDirectory(run(), configurationOf(model));
    await saveCheckpoint(checkpointFile(run(), 3), model, state, {});
    await packRun(run(), packed());
    const small = asSandwich((await loadRun(packed())).system);
    expect(new Set(Object.values(valuesOf(small)).flat())).toEqual(new Set([0.25]));
    tf.dispose(average);
    for (const each of [small, model]) each.dispose();
  });

  it('is verified when it is loaded', async () => {
    await pack();
    await cp(packed(), join(folder(), 'damaged'), { recursive: true });
    const file = runFiles(join(folder(), 'damaged')).weights;
    const bytes = await readFile(file);
    bytes[bytes.length - 1] ^= 1;
    await writeFile(file, bytes);
    await expect(loadRun(join(folder(), 'damaged'))).rejects.toThrow(
      /weights .* cannot be used: its SHA-256 is [0-9a-f]{64}, that of the configuration [0-9a-f]{64}: it is damaged or of another run/,
    );
    await expect(loadRun(packed(), 'best')).rejects.toThrow('is a packed run: it has one set of weights');
    await expect(readRunConfiguration(packed())).rejects.toThrow('can be used and measured, not trained further');
    expect(await main(['train', '--resume', packed()])).toBe(1);
    expect(output.stderr()).toContain('is a packed run');
  });

  it('refuses what it cannot write, and leaves nothing behind', async () => {
    await writeRun(run(), options());
    await mkdir(join(packed(), 'mine'), { recursive: true });
    await expect(packRun(run(), packed())).rejects.toThrow(`${packed()} cannot be written: there is something already`);
    await expect(packRun(run(), runFiles(run()).configuration)).rejects.toThrow('there is something already');
    const custom = join(folder(), 'custom');
    await writeRun(custom, { ...options(), proxy: new EncodeDecodeIntra({ roundingFn: (x) => tf.round(x) }) });
    // Its experiment is another one than that of the weights, which do not fit.
    await expect(packRun(custom, join(folder(), 'not'))).rejects.toThrow('tiny-sandwich.ts is not the experiment that');
    const model = new Sandwich(options());
    const large = join(folder(), 'large');
    await createRunDirectory(large, configurationOf(model));
    model.parameters['pre/mlp/output/bias'].assign(tf.tensor1d([1e5]));
    await saveCheckpoint(checkpointFile(large, 1), model, { ...initialState(), step: 1 }, {});
    await expect(packRun(large, join(folder(), 'not'))).rejects.toThrow(
      'encodeSafetensors: pre/mlp/output/bias: 100000 (value 0) is beyond float16, whose largest value is 65504',
    );
    model.dispose();
    expect((await readdir(folder())).sort()).toEqual(['custom', 'large', 'packed', 'run']);
    expect(await readdir(packed())).toEqual(['mine']);
  });

  it('is a command', async () => {
    await writeRun(run(), options());
    expect(await main(['pack', run(), packed()])).toBe(0);
    expect(output.stdout()).toMatch(/packed: tiny-sandwich after 7 steps, \d+ bytes of weights, [0-9a-f]{64}\n$/);
    expect(await main(['pack', run(), packed()])).toBe(1);
  });
});
