import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { scaledTables } from '@sandwich/codecs';
import { makeSyntheticImages } from '@sandwich/data';
import { startEngine } from '@sandwich/engine';
import { asSandwich, codecFiles, type SandwichArchitecture } from '@sandwich/models';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../../cli/src/main.js';
import { useCapturedOutput } from '../../testing/captured-output.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import { packRun } from '../packed/pack-run.js';
import { readCheckpoint } from './checkpoint.js';
import { loadRun } from './load-run.js';
import { checkpointFile, runFiles } from './run-directory.js';

const folder = useTemporaryFolder();
const output = useCapturedOutput();
beforeAll(() => startEngine({ threads: 1 }));

const at = (name: string) => join(folder(), name);
const sourceOf = (name: string) => new URL(`../../../${name}/src/index.ts`, import.meta.url).pathname;

/** A file of an experiment around a codec, an expression that sees all of `@sandwich/codec-proxy`. */
const experiment = (codec: string, imports = '') => `
  import * as proxies from '${sourceOf('codec-proxy')}';
  import { defineExperiment } from '${sourceOf('models')}';
  ${imports}
  const network = { encoderFilters: [4], decoderFilters: [4, 4], variant: 'textbook' };
  export default defineExperiment({
    description: 'of a test',
    settings: { cropSize: 16, batchSize: 2, gamma: 20, learningRate: 0.1 },
    sandwich: ({ seed }) => ({
      pre: network, post: network, initialScaler: 1, startFromTransform: true, seed, proxy: ${codec},
    }),
  });`;

/** A codec of the user's own, which adds its parameter to all samples. */
const ownCodec = () => `
  import { registerCodec } from '${sourceOf('codec-proxy')}';
  import { tf } from '${sourceOf('engine')}';
  export class ShiftingCodec {
    knobs = [];
    constructor({ by }) {
      this.by = by;
      this.parameters = { 'shift/by': tf.tidy(() => tf.variable(tf.scalar(by))) };
    }
    blockSize() { return 4; }
    describe() { return { codec: 'shifting', by: this.by }; }
    apply(images) {
      return { decoded: images.add(this.parameters['shift/by']), rate: images.abs().sum([1, 2, 3]).mul(0.01) };
    }
    dispose() { this.parameters['shift/by'].dispose(); }
  }
  registerCodec('shifting', { build: (description) => new ShiftingCodec(description) });`;

const train = (...more: string[]) => main(['train', ...more, '--threads', '1']);
const start = (run: string, steps: string) =>
  train(at('experiment.mts'), '--images', at('images'), '--run', at(run), '--steps', steps);
const parametersOf = async (run: string) => (await readCheckpoint(checkpointFile(at(run), 4))).parameters;

beforeEach(() => makeSyntheticImages({ directory: at('images'), count: 3, width: 24, height: 24, seed: 1 }));

describe('a run around a DiffJpegCodec that learns its tables', () => {
  beforeEach(() =>
    writeFile(
      at('experiment.mts'),
      experiment(
        "new proxies.DiffJpegCodec({ quality: 40, learn: ['tableY', 'tableC'], subsampling: '4:4:4', rounding: proxies.roundings.ste })",
      ),
    ),
  );

  it('is resumed, loaded and packed without its experiment, with the tables that it has learned', async () => {
    expect(await start('a', '2'), output.stderr()).toBe(0);
    await rm(at('experiment.mts'));
    expect(await train('--resume', at('a'), '--steps', '4'), output.stderr()).toBe(0);
    const stored = await parametersOf('a');
    expect(stored['proxy/tableY'].shape).toEqual([8, 8]);
    const model = asSandwich((await loadRun(at('a'))).system);
    const { luma } = codecFiles(model).tables!();
    expect(luma).not.toEqual(Array.from(scaledTables(40).luma));
    const { meanStepY } = JSON.parse((await readFile(runFiles(at('a')).metrics, 'utf8')).trim().split('\n').at(-1)!);
    expect(meanStepY).toBe(Array.from(luma).reduce((sum, step) => sum + step) / 64);
    const { configuration } = await packRun(at('a'), at('packed'));
    expect((configuration.architecture as SandwichArchitecture).proxy).toMatchObject({
      codec: 'diff-jpeg',
      quality: 40,
      subsampling: '4:4:4',
    });
    const packed = asSandwich((await loadRun(at('packed'))).system);
    // Logarithms of factors within e^0.4, in 11 bits: tables are at most one off.
    for (const [i, step] of Array.from(codecFiles(packed).tables!().luma).entries()) {
      expect(Math.abs(step - luma[i])).toBeLessThanOrEqual(1);
    }
    for (const each of [model, packed]) each.dispose();
  });

  it('compresses, restores and exports with its tables', async () => {
    expect(await start('a', '2'), output.stderr()).toBe(0);
    const [picture] = (await readdir(at('images'))).map((name) => join(at('images'), name));
    const compress = (file: string, ...more: string[]) => main(['compress', at('a'), picture, at(file), ...more]);
    expect(await compress('trained.jpg'), output.stderr()).toBe(0);
    expect(await compress('coarse.jpg', '--step-scale', '3')).toBe(0);
    const [trained, coarse] = await Promise.all(['trained.jpg', 'coarse.jpg'].map((file) => readFile(at(file))));
    expect(coarse.length).toBeLessThan(trained.length);
    expect(await main(['decompress', at('a'), at('coarse.jpg'), at('restored.png')]), output.stderr()).toBe(0);
    expect(await compress('both.jpg', '--step-scale', '3', '--qstep', '9')).toBe(1);
    expect(output.stderr()).toContain('give either --qstep or --step-scale, not both');

    expect(await main(['export', at('a'), '--out', at('onnx')]), output.stderr()).toBe(0);
    const model = asSandwich((await loadRun(at('a'))).system);
    const { luma } = codecFiles(model).tables!();
    const preProcessor = await readFile(join(at('onnx'), 'pre.onnx'), 'latin1');
    expect(preProcessor).toContain('baseline JPEG, YUV 4:4:4');
    expect(preProcessor).toContain(Array.from(luma).join(' '));
    model.dispose();
  });

  it('computes the same whether it was interrupted or not', async () => {
    expect(await start('a', '4'), output.stderr()).toBe(0);
    expect(await start('b', '2'), output.stderr()).toBe(0);
    expect(await train('--resume', at('b'), '--steps', '4'), output.stderr()).toBe(0);
    expect(await parametersOf('b')).toEqual(await parametersOf('a'));
  });
});

describe("a run around a codec of the user's own", () => {
  beforeEach(async () => {
    await writeFile(at('shifting.mts'), ownCodec());
    await writeFile(
      at('experiment.mts'),
      experiment('new ShiftingCodec({ by: 3 })', "import { ShiftingCodec } from './shifting.mts';"),
    );
  });

  it('is trained and resumed, and loaded where the codec is known', async () => {
    expect(await start('a', '2'), output.stderr()).toBe(0);
    expect(await train('--resume', at('a'), '--steps', '4'), output.stderr()).toBe(0);
    const stored = await parametersOf('a');
    expect(stored['proxy/shift/by'].values[0]).not.toBe(3);
    const model = asSandwich((await loadRun(at('a'))).system);
    expect(model.parameters['proxy/shift/by'].dataSync()).toEqual(stored['proxy/shift/by'].values);
    model.dispose();
    // It stands for no files.
    expect(await main(['eval', at('a'), '--images', at('images'), '--metrics', 'psnr'])).toBe(1);
    expect(output.stderr()).toContain('the codec between the networks (shifting) stands for no real files');
  });

  it('says where it is not known what to import', async () => {
    expect(await start('a', '2'), output.stderr()).toBe(0);
    const file = runFiles(at('a')).configuration;
    await writeFile(file, (await readFile(file, 'utf8')).replace('"codec": "shifting"', '"codec": "elsewhere"'));
    await rm(at('experiment.mts'));
    await expect(loadRun(at('a'))).rejects.toThrow(
      /needs the file of its experiment \(the codec 'elsewhere' is not known here; import the module that calls registerCodec/,
    );
  });
});
