import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeSyntheticImages } from '@sandwich/data';
import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../../cli/src/main.js';
import { useCapturedOutput } from '../../testing/captured-output.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import { readCheckpoint } from '../run/checkpoint.js';
import { checkpointFile, runFiles } from '../run/run-directory.js';

const folder = useTemporaryFolder();
const output = useCapturedOutput();
beforeAll(() => startEngine({ threads: 1 }));

const images = () => join(folder(), 'images');
const run = (name: string) => join(folder(), name);
const experimentFile = () => join(folder(), 'experiment.mts');

/** What the experiment means: it is read each time, as a file that was edited would be in a process of its own. */
const meaning = { rounding: 'ste', forward: 'proxy', channels: 1, yuv: false, distortion: { mse: 1 } as object };
const mean = (changes: Partial<typeof meaning> = {}) =>
  writeFile(join(folder(), 'meaning.json'), JSON.stringify({ ...meaning, ...changes }));

/** An experiment whose networks have the same shapes whatever rounding, forward and distortion are. */
const source = () => `
  import { readFileSync } from 'node:fs';
  import { EncodeDecodeIntra, roundings } from '${new URL('../../../codec-proxy/src/index.ts', import.meta.url).pathname}';
  import { defineExperiment } from '${new URL('../../../models/src/index.ts', import.meta.url).pathname}';
  const network = { encoderFilters: [4], decoderFilters: [4, 4], variant: 'textbook' };
  const read = () => JSON.parse(readFileSync('${join(folder(), 'meaning.json')}', 'utf8'));
  export default defineExperiment({
    description: 'of a test',
    settings: { cropSize: 16, batchSize: 2, gamma: 20 },
    sandwich({ seed }) {
      const { rounding, forward, channels, yuv } = read();
      const roundingFn = rounding === 'own' ? (x) => roundings.ste(x) : roundings[rounding];
      return {
        bottleneckChannels: channels, pre: network, post: network, initialScaler: 1, startFromTransform: true, seed,
        proxy: new EncodeDecodeIntra({ roundingFn, forward, convertToYuv: yuv, qstepInit: 4, minQstep: 1 }),
      };
    },
    distortion() {
      const { distortion } = read();
      if (distortion !== 'own') return distortion;
      return { mse: 1, own: { weight: 2, measure: (a, b) => a.sub(b).abs().mean([1, 2, 3]) } };
    },
  });`;

beforeEach(async () => {
  await makeSyntheticImages({ directory: images(), count: 3, width: 24, height: 24, seed: 1 });
  await mean();
  await writeFile(experimentFile(), source());
});

const start = (name: string) =>
  main(['train', experimentFile(), '--images', images(), '--run', run(name), '--steps', '2', '--threads', '1']);
const resume = (name: string, ...more: string[]) => main(['train', '--resume', run(name), '--steps', '4', ...more]);
const configuration = (name: string) => readFile(runFiles(run(name)).configuration, 'utf8');
const parameters = async (name: string) => (await readCheckpoint(checkpointFile(run(name), 4))).parameters;

describe('a run whose experiment has changed its meaning with equal shapes', () => {
  it.each([
    ['the rounding', { rounding: 'noise' }, 'architecture.proxy.roundingFn was "ste", is "noise"'],
    ['the forward pass', { forward: 'real' }, 'architecture.proxy.forward was "proxy", is "real"'],
    ['a weight', { distortion: { mse: 2 } }, 'distortion.mse was 1, is 2'],
    ['a distortion', { distortion: { mse: 1, ssim: 5 } }, 'distortion.ssim was absent, is 5'],
  ])('is not resumed: %s', async (_, changes, difference) => {
    expect(await start('a'), output.stderr()).toBe(0);
    const before = await configuration('a');
    await mean(changes);
    const tensors = tf.memory().numTensors;
    expect(await resume('a')).toBe(1);
    expect(output.stderr()).toContain(
      `error: ${experimentFile()} is not the experiment that ${run('a')} was started with: ${difference}; restore the file, or ` +
        'give --accept-changes',
    );
    expect(tf.memory().numTensors).toBe(tensors);
    expect(await configuration('a')).toBe(before);
    expect(existsSync(checkpointFile(run('a'), 4))).toBe(false);
  });

  it('is not resumed: the layout of colours', async () => {
    await mean({ channels: 3 });
    expect(await start('a'), output.stderr()).toBe(0);
    await mean({ channels: 3, yuv: true });
    expect(await resume('a')).toBe(1);
    expect(output.stderr()).toContain('architecture.proxy.convertToYuv was false, is true');
  });

  it('goes on by --accept-changes, and keeps what it was', async () => {
    expect(await start('a')).toBe(0);
    await mean({ distortion: { mse: 2 } });
    expect(await resume('a', '--accept-changes'), output.stderr()).toBe(0);
    expect(output.stderr()).toContain('changed: objective.distortion.mse was 1, is 2\n');
    const { objective, changes } = JSON.parse(await configuration('a'));
    expect(objective).toEqual({ distortion: { mse: 2 } });
    expect(changes).toEqual([
      {
        afterStep: 2,
        changed: { 'objective.distortion.mse': { was: 1, is: 2 }, 'budget.steps': { was: 2, is: 4 } },
      },
    ]);

    // Again without a change: the weights differ from those of the run as it was, and the file stays as it is.
    const written = await configuration('a');
    expect(await resume('a')).toBe(0);
    expect(await configuration('a')).toBe(written);
    await mean();
    expect(await start('b')).toBe(0);
    expect(await resume('b')).toBe(0);
    expect(await parameters('b')).not.toEqual(await parameters('a'));
  });

  it('goes on from what it has written down where the file is gone', async () => {
    for (const name of ['a', 'b']) expect(await start(name)).toBe(0);
    expect(await resume('a')).toBe(0);
    await rm(experimentFile());
    expect(await resume('b'), output.stderr()).toBe(0);
    expect(output.stderr()).toContain(`going on with what ${runFiles(run('b')).configuration} says`);
    expect(await parameters('b')).toEqual(await parameters('a'));
  });

  it.each([
    ['rounding', { rounding: 'own' }, "the codec proxy's rounding is a function of its own"],
    ['distortion', { distortion: 'own' as unknown as object }, "distortion own is a function of the experiment's own"],
  ])('cannot compare a %s of its own, and goes by the file', async (_, changes, reason) => {
    await mean(changes);
    expect(await start('a'), output.stderr()).toBe(0);
    expect(await resume('a'), output.stderr()).toBe(0);
    await writeFile(experimentFile(), `${source()}\n// edited`);
    expect(await resume('a')).toBe(1);
    expect(output.stderr()).toContain(`it has changed, and so may have what cannot be compared: ${reason}`);
    expect(await resume('a', '--accept-changes')).toBe(0);
    await rm(experimentFile());
    expect(await resume('a')).toBe(1);
    expect(output.stderr()).toContain(`${run('a')} needs the file of its experiment (`);
  });

  it('takes from the file what an older version did not write down', async () => {
    expect(await start('a')).toBe(0);
    const { objective, experimentHash, ...older } = JSON.parse(await configuration('a'));
    await writeFile(runFiles(run('a')).configuration, JSON.stringify(older));
    expect(await resume('a'), output.stderr()).toBe(0);
    expect(output.stderr()).toContain(
      `${run('a')} does not say what its loss is made of: taken from ${experimentFile()}\n`,
    );
    expect(JSON.parse(await configuration('a'))).toMatchObject({ objective, experimentHash });
  });
});

describe('a run whose images have changed', () => {
  it('is resumed only where that is meant', async () => {
    expect(await start('a')).toBe(0);
    const before = await configuration('a');
    await makeSyntheticImages({ directory: images(), count: 4, width: 24, height: 24, seed: 1, force: true });
    expect(await resume('a')).toBe(1);
    expect(output.stderr()).toContain(
      `error: ${run('a')} was trained on 3 images, and now there are 4, with other names`,
    );
    expect(await configuration('a')).toBe(before);
    expect(await resume('a', '--accept-changes'), output.stderr()).toBe(0);
    expect(output.stderr()).toContain('changed: imageNames.count was 3, is 4\n');
  });
});

describe('--accept-changes', () => {
  it('is for a run that goes on', async () => {
    const argv = ['train', experimentFile(), '--images', images(), '--run', run('a'), '--accept-changes'];
    expect(await main(argv)).toBe(1);
    expect(output.stderr()).toContain('accept-changes');
    expect(existsSync(run('a'))).toBe(false);
  });
});
