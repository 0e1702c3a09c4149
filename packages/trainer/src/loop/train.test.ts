import { copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type BatchStream, makeSyntheticImages } from '@sandwich/data';
import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type TrainArguments, trainCommand } from '../../../cli/src/commands/train.js';
import { useCapturedOutput } from '../../testing/captured-output.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import tinySandwich, { tinySandwichFile } from '../../testing/tiny-sandwich.js';
import { parseAssignments, resolveSettings } from '../experiment/settings.js';
import { openLoggers } from '../logging/open-loggers.js';
import { packRun } from '../packed/pack-run.js';
import type { Budget } from '../run/budget.js';
import { readCheckpoint } from '../run/checkpoint.js';
import { checkpointFile, listCheckpoints, type RunConfiguration, runFiles } from '../run/run-directory.js';
import { RunLog } from '../run/run-log.js';
import { type TrainOptions, train } from './train.js';

const folder = useTemporaryFolder();
useCapturedOutput();
beforeAll(() => startEngine());

const imageFolder = () => join(folder(), 'images');
let images: string[];
beforeEach(async () => {
  images = await makeSyntheticImages({ directory: imageFolder(), count: 4, width: 48, height: 48, seed: 1 });
});

/** Trains into a new folder of this name, or goes on in it. */
async function run(name: string, steps?: number, resume = false, more: Partial<TrainArguments> = {}): Promise<string> {
  const directory = join(folder(), name);
  const where = resume
    ? { resume: directory }
    : { experiment: tinySandwichFile, images: imageFolder(), run: directory };
  expect(await trainCommand({ ...where, steps, ...more })).toBe(directory);
  return directory;
}

/** What a run has computed; time aside. */
async function outcome(directory: string) {
  const { step, parameters, optimizer } = await readCheckpoint((await listCheckpoints(directory)).at(-1)!);
  const metrics = (await readFile(runFiles(directory).metrics, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  for (const record of metrics) {
    expect(record.seconds).toBeGreaterThan(0);
    expect(record.stepsPerSecond).toBeGreaterThan(0);
    expect(record.shareWaited).toBeLessThanOrEqual(1);
    delete record.seconds;
    delete record.stepsPerSecond;
    delete record.shareWaited;
    // Programs have tensors of their own, and a sitting records the phases that it sees.
    delete record.tensors;
    delete record.residentMiB;
  }
  return { step, parameters, optimizer, metrics };
}

describe('a run that is stopped and resumed', () => {
  it('computes the same, bit for bit, as one that is not', async () => {
    const whole = await outcome(await run('whole', 20));
    const first = await outcome(await run('parts', 10));
    const parts = await outcome(await run('parts', 20, true));
    expect(whole.step).toBe(20);
    expect(first.step).toBe(10);
    expect(parts).toEqual(whole);
    // It has learned in between, the step of the quantiser too, which takes part from step 4 on.
    expect(first.parameters).not.toEqual(whole.parameters);
    expect(whole.optimizer['proxy/qstep'].steps).toBe(17);
    expect(whole.metrics.map(({ step }) => step)).toEqual([10, 20]);
    expect((await listCheckpoints(join(folder(), 'parts'))).map((file) => basename(file))).toEqual([
      'step-0000010.safetensors',
      'step-0000020.safetensors',
    ]);
  });

  it('has pictures of its first step, however short it is', async () => {
    const stages = ['bottleneck', 'compressedBottleneck', 'input', 'prediction'];
    const first = stages.map((stage) => `step-0000001-${stage}.png`);
    const directory = await run('short', 1);
    expect((await readdir(runFiles(directory).images)).sort()).toEqual(first);
    await run('short', 2, true);
    expect((await readdir(runFiles(directory).images)).sort()).toEqual(first);
  });

  it('computes the same when it was killed after its checkpoint', async () => {
    const directory = await run('killed', 20);
    const whole = await outcome(directory);
    const other = await run('other', 10);
    // Records and events go further than the checkpoint.
    await rm(checkpointFile(directory, 20));
    await copyFile(checkpointFile(other, 10), checkpointFile(directory, 10));
    await run('killed', 20, true);
    expect(await outcome(directory)).toEqual(whole);
  });

  it('computes the same with every schedule, average, accumulation and validation there is', async () => {
    const set = [
      'schedule=cosine',
      'warmupSteps=4',
      'clipNorm=50',
      'averageDecay=0.9',
      'accumulate=2',
      'mlpsOnly=0.25',
      'mlpsAndPost=0.6',
      'validationImages=1',
    ];
    const more = { set, checkpointSteps: 4 };
    const whole = await readCheckpoint((await listCheckpoints(await run('whole', 20, false, more))).at(-1)!);
    const parts = await run('parts', 20, false, more);
    for (const step of [16, 20]) await rm(checkpointFile(parts, step));
    // Steps 8 to 12 are lost: they come again, to the end of the run's own budget.
    await writeFile(checkpointFile(parts, 12), 'damaged');
    await run('parts', undefined, true);
    const { seconds: _, configuration: __, ...rest } = await readCheckpoint(checkpointFile(parts, 20));
    expect(whole).toMatchObject(rest);
    expect(Object.keys(rest.average)).toEqual(Object.keys(rest.parameters));
    expect(rest.best!.step % 4).toBe(0);
    // The pre-processor's U-Net joined at 60 %, the post-processor's at 25 %.
    const steps = (path: string) => rest.optimizer[path].steps;
    expect([steps('pre/scaler'), steps('post/scaler'), steps('pre/mlp/output/bias')]).toEqual([8, 15, 20]);
    expect(await readdir(runFiles(parts).checkpoints)).toContain('step-0000012.safetensors.damaged');
  });

  it('repeats the same batch when that is all it trains on', async () => {
    const more = { overfit: true };
    const whole = await outcome(await run('whole', 20, false, more));
    await run('parts', 10, false, more);
    expect(await outcome(await run('parts', 20, true))).toEqual(whole);
  });

  it('starts again when it was killed before its first checkpoint', async () => {
    const whole = await outcome(await run('whole', 10));
    const directory = await run('early', 10);
    await rm(checkpointFile(directory, 10));
    expect(await outcome(await run('early', undefined, true))).toEqual(whole);
  });

  it('has nothing to do when its budget is spent', async () => {
    const before = await outcome(await run('done', 10));
    expect(await outcome(await run('done', 5, true))).toEqual(before);
  });
});

describe('a run that begins with the weights of another', () => {
  /** Steps too small to be seen, so that weights are those it began with. */
  const set = ['learningRate=1e-12'];
  const weightsOf = async (directory: string) => (await outcome(directory)).parameters;

  it('has those, whether a training or packed networks', async () => {
    const first = await run('first', 5);
    const weights = await weightsOf(first);
    const second = await run('second', 1, false, { initFrom: first, set });
    expect(await weightsOf(second)).toEqual(weights);
    expect(JSON.parse(await readFile(runFiles(second).configuration, 'utf8')).initFrom).toBe(first);

    const packed = join(folder(), 'packed');
    expect((await packRun(second, packed)).configuration.initFrom).toBe(first);
    const third = await weightsOf(await run('third', 1, false, { initFrom: packed, set }));
    for (const [path, { values }] of Object.entries(third)) {
      values.forEach((value, i) => {
        const expected = weights[path].values[i];
        // Float16: 11 bits.
        expect(Math.abs(value - expected), path).toBeLessThanOrEqual(Math.max(2 ** -11 * Math.abs(expected), 1e-7));
      });
    }
  });

  it('has them again when it was killed before its first checkpoint', async () => {
    const first = await run('first', 5);
    const whole = await outcome(await run('whole', 10, false, { initFrom: first }));
    const directory = await run('early', 10, false, { initFrom: first });
    await rm(checkpointFile(directory, 10));
    expect(await outcome(await run('early', undefined, true))).toEqual(whole);
  });

  it('leaves nothing behind when the networks differ', async () => {
    const first = await run('first', 1);
    const argv = { initFrom: first, set: ['phasePlanes=false'] };
    await expect(run('other', 1, false, argv)).rejects.toThrow(
      `--init-from ${first}: the checkpoint does not fit the system: pre/unet/encoder0/conv0/kernel has shape [3,3,6,4], the system has [3,3,3,4]`,
    );
    expect(await readdir(folder())).not.toContain('other');
  });
});

/** What `train` needs, for a test that looks inside. */
async function prepare(
  budget: Budget,
  assignments: string[] = [],
): Promise<{ options: TrainOptions & { batches: BatchStream }; close(): Promise<void> }> {
  const settings = resolveSettings(tinySandwich, parseAssignments(tinySandwich, assignments));
  const objective = await tinySandwich.objective(settings, { images: imageFolder(), note: () => {} });
  const batches = (await objective.batches({ purpose: 'train', position: 0, share: { rank: 0, size: 1 } }))!;
  const directory = join(folder(), 'run');
  // Makes the directory, and in it a checkpoint of step 1.
  await run('run', 1);
  const log = new RunLog({ loggers: await openLoggers(directory) });
  const configuration = {} as RunConfiguration;
  const close = async () => {
    await log.close('finished');
    await batches.close();
    objective.dispose?.();
    objective.system.dispose();
  };
  const checkpoints = { keep: 3 };
  return { options: { objective, settings, batches, budget, checkpoints, directory, configuration, log }, close };
}

/** Calls `look` before each step. */
function beforeEachStep(stream: BatchStream, look: (step: number) => void): void {
  const next = stream.next.bind(stream);
  let step = 0;
  stream.next = async () => {
    const batch = await next();
    look(++step);
    return batch;
  };
}

describe('train', () => {
  it.each([false, true])('keeps the number of tensors constant; recorded: %s', async (record) => {
    const outside = tf.memory().numTensors;
    const { options, close } = await prepare({ steps: 12 });
    options.record = record;
    const untrained = tf.memory().numTensors;
    const memory: { tensors: number; buffers: number; bytes: number }[] = [];
    beforeEachStep(options.batches, () => {
      const { numTensors, numDataBuffers, numBytes } = tf.memory();
      memory.push({ tensors: numTensors, buffers: numDataBuffers, bytes: numBytes });
    });
    await train(options);
    const parameters = Object.keys(options.objective.system.parameters).length;
    // Two moments for each parameter; the quantiser's step has none until the codec joins, after step 3.
    expect(memory[0].tensors).toBe(untrained);
    if (record) {
      // Two phases, each of which is recorded at its second step; then nothing is made any more.
      for (const later of memory.slice(7)) expect(later).toEqual(memory[6]);
    } else {
      expect(memory[1].tensors).toBe(untrained + 2 * (parameters - 1));
      expect(memory[3]).toEqual(memory[1]);
      expect(memory[4].tensors).toBe(untrained + 2 * parameters);
      for (const later of memory.slice(5)) expect(later).toEqual(memory[4]);
    }
    expect(tf.memory().numTensors).toBe(untrained);
    await close();
    expect(tf.memory().numTensors).toBe(outside);
  });

  it('stops at a loss that is not finite, naming step, files and last good checkpoint', async () => {
    const { options, close } = await prepare({ steps: 30 });
    const before = tf.memory().numTensors;
    const good = await readFile(checkpointFile(options.directory, 1));
    beforeEachStep(options.batches, (step) => {
      const bias = options.objective.system.parameters['post/mlp/output/bias'];
      if (step === 7) tf.tidy(() => bias.assign(tf.fill(bias.shape, Number.NaN)));
    });
    const error: Error = await train(options).catch((reason) => reason);
    expect(error.message).toMatch(/^step 7 failed: the loss is NaN; its batch was made of /);
    expect(error.message).toContain(`; the last good checkpoint is ${checkpointFile(options.directory, 1)}`);
    const files = /made of (.*);/.exec(error.message)![1].split(', ');
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect(images).toContain(file);
    expect(await listCheckpoints(options.directory)).toEqual([checkpointFile(options.directory, 1)]);
    expect(await readFile(checkpointFile(options.directory, 1))).toEqual(good);
    expect(tf.memory().numTensors).toBe(before);
    await close();
  });

  it('writes no checkpoint of weights that its last step has spoiled', async () => {
    const { options, close } = await prepare({ steps: 1 }, ['learningRate=1e39']);
    await rm(checkpointFile(options.directory, 1));
    await expect(train(options)).rejects.toThrow(
      /step-0000001\.safetensors is not written: after step 1, .*not finite/,
    );
    expect(await readdir(runFiles(options.directory).checkpoints)).toEqual([]);
    await close();
  });

  it('ends when the time is up, or the steps are done', async () => {
    const { options, close } = await prepare({ minutes: 1e-9, steps: 1000 });
    expect(await train(options)).toMatchObject({ checkpoint: checkpointFile(options.directory, 1), step: 1 });
    const { step, seconds } = await readCheckpoint(checkpointFile(options.directory, 1));
    expect(step).toBe(1);
    expect(seconds).toBeGreaterThan(6e-8);
    options.budget = { minutes: 1000, steps: 3 };
    expect((await train(options)).step).toBe(3);
    await close();
  });

  it('wants a budget', async () => {
    const { options, close } = await prepare({});
    await expect(train(options)).rejects.toThrow('train: the budget names neither steps nor minutes');
    await close();
  });
});
