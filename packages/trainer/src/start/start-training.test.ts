import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type StoredTensor, startEngine, tf } from '@sandwich/engine';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useCapturedOutput } from '../../testing/captured-output.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import { toyDefinition, toyFile } from '../../testing/toy.js';
import type { ObjectiveDefinition } from '../experiment/define-objective.js';
import type { Logger } from '../logging/logger.js';
import type { TrainingListener } from '../loop/training-listener.js';
import { frozen } from '../optimizers/frozen.js';
import { partition } from '../optimizers/partition.js';
import { sgd } from '../optimizers/sgd.js';
import { packRun } from '../packed/pack-run.js';
import { readCheckpoint } from '../run/checkpoint.js';
import { loadRun } from '../run/load-run.js';
import { checkpointFile, listCheckpoints, runFiles } from '../run/run-directory.js';
import { statusOf } from '../sweep/sweep.js';
import type { Objective } from '../system.js';
import { describeTraining, startTraining } from './start-training.js';
import type { StartTrainingOptions } from './training-options.js';

const folder = useTemporaryFolder();
useCapturedOutput();
beforeAll(() => startEngine());
let notes: string[];
beforeEach(() => {
  notes = [];
});

const at = (name: string) => join(folder(), name);
const note = (text: string) => notes.push(text);

/** Trains a toy into a new folder of this name. */
const start = (name: string, more: Partial<StartTrainingOptions> = {}) =>
  startTraining({ experiment: toyFile, run: at(name), steps: 12, log: ['none'], note, ...more });
const resume = (name: string, more: Partial<StartTrainingOptions> = {}) =>
  startTraining({ resume: at(name), note, ...more });

/** The toy with an objective that is changed. */
function changed(change: (objective: Objective) => Partial<Objective>): ObjectiveDefinition {
  const objective: ObjectiveDefinition['objective'] = async (settings, data) => {
    const made = (await toyDefinition.objective(settings as never, data)) as Objective;
    return { ...made, ...change(made) };
  };
  return { ...(toyDefinition as unknown as ObjectiveDefinition), objective };
}

const last = async (name: string) => readCheckpoint((await listCheckpoints(at(name))).at(-1)!);

/** All that a run has computed, time and configuration aside. */
async function computed(name: string) {
  const { seconds: _, configuration: __, ...rest } = await last(name);
  return rest;
}

async function records(name: string): Promise<Record<string, number>[]> {
  const text = await readFile(runFiles(at(name)).metrics, 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** The running mean after so many steps, in double precision. */
function runningMean(steps: number): number {
  let mean = 0;
  for (let step = 0; step < steps; step++) {
    const y = [0, 1, 2, 3].map((i) => 3 * Math.sin(1 + 4 * step + i) + 1);
    mean = 0.9 * mean + 0.1 * (y.reduce((sum, value) => sum + value) / 4);
  }
  return mean;
}

const settings = { heldBack: 2, noise: 0.1, stepsOfFirst: 3, averageDecay: 0.9, accumulate: 1 };

describe('a system with a state', () => {
  it('is trained eagerly as when it is recorded, and keeps its running mean in checkpoints', async () => {
    await start('eager', { settings, record: false });
    await start('recorded', { settings, record: true });
    const eager = await computed('eager');
    expect(await computed('recorded')).toEqual(eager);
    expect(eager.state.mean.values[0]).toBeCloseTo(runningMean(12), 5);
    expect(Object.keys(eager.optimizer).sort()).toEqual(['offset', 'slope']);
  });

  it('goes on as if it had not been stopped, noise and phases too', async () => {
    await start('whole', { settings, checkpoints: { everySteps: 2 } });
    const controller = new AbortController();
    const stopAfter5: TrainingListener = {
      stepDone({ step }) {
        if (step === 5) controller.abort();
      },
    };
    const first = await start('parts', {
      settings,
      checkpoints: { everySteps: 2 },
      stop: controller.signal,
      listeners: [stopAfter5],
    });
    expect(first).toEqual({
      directory: at('parts'),
      checkpoint: checkpointFile(at('parts'), 5),
      step: 5,
      stopped: true,
    });
    await resume('parts');
    const { history: whole, ...one } = await computed('whole');
    const { history: parts, ...two } = await computed('parts');
    expect({ ...two, best: null }).toEqual({ ...one, best: null });
    // The pause had a checkpoint of its own, after step 5.
    expect(parts.toSpliced(2, 1)).toEqual(whole);
    const without = (name: string) =>
      records(name).then((all) =>
        all.filter(({ loss }) => loss !== undefined).map(({ step, loss, quality }) => ({ step, loss, quality })),
      );
    expect(await without('parts')).toEqual(await without('whole'));
  });

  it('is packed and loaded with it', async () => {
    await start('run');
    await packRun(at('run'), at('packed'));
    const values = async (name: string) => {
      const { system } = await loadRun(at(name));
      const mean = system.state!.mean.dataSync()[0];
      system.dispose();
      return mean;
    };
    expect(await values('run')).toBeCloseTo(runningMean(12), 5);
    expect(await values('packed')).toBeCloseTo(runningMean(12), 2);
    expect(JSON.parse(await readFile(runFiles(at('packed')).configuration, 'utf8'))).toMatchObject({
      kind: 'toy',
      architecture: { slope: 0.5 },
    });
  });

  it('leaves no tensors behind, whether it succeeds or fails', async () => {
    await start('first');
    const before = tf.memory().numTensors;
    await start('second');
    await expect(start('third', { settings: { batches: 3 } })).rejects.toThrow('no more batches');
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('validation', () => {
  const judged = (validate: Objective['validate']) => changed(() => ({ validate }));

  it('by a measure of which more is better chooses the best checkpoint, also across a pause', async () => {
    const experiment = judged({ measure: 'quality', better: 'more' });
    const more = { settings: { heldBack: 2, learningRate: 0.1 }, checkpoints: { everySteps: 4 } };
    await start('whole', { experiment, ...more });
    await start('parts', { experiment, ...more, steps: 8 });
    await resume('parts', { experiment, steps: 12 });
    const { best, history } = await last('whole');
    expect(history).toHaveLength(3);
    expect(history.every((value) => value < 0)).toBe(true);
    expect(best).toEqual({ step: 4 * (1 + history.indexOf(Math.max(...history))), loss: Math.max(...history) });
    expect(await last('parts')).toMatchObject({ best, history });
    const logged = (await records('whole')).flatMap(({ validationQuality }) => validationQuality ?? []);
    expect(logged).toEqual(history);
  });

  it('goes by the loss of the training where nothing is held back, of which less is better', async () => {
    const experiment = judged({ measure: 'quality', better: 'more' });
    await start('run', { experiment, settings: { learningRate: 0.1 }, checkpoints: { everySteps: 4, keep: 9 } });
    const losses = await Promise.all(
      [4, 8, 12].map(async (step) => (await readCheckpoint(checkpointFile(at('run'), step))).best),
    );
    expect(losses.map((best) => best!.step)).toEqual([4, 8, 12]);
  });

  it('can end a training, which is finished then, with a record of every step', async () => {
    const experiment = judged({ measure: 'quality', better: 'more', stop: (history) => history.length === 2 });
    const more = { settings: { heldBack: 1 }, checkpoints: { everySteps: 6 }, steps: 100 };
    const ended = await start('run', { experiment, ...more });
    expect(ended).toMatchObject({ step: 12, stopped: false });
    const steps = (await records('run')).filter(({ loss }) => loss !== undefined).map(({ step }) => step);
    expect(steps).toEqual([10, 12]);
    expect(await statusOf(at('run'))).toMatchObject({ state: 'finished', step: 12 });
    expect(await resume('run', { experiment, steps: 200 })).toEqual({ directory: at('run'), step: 12, stopped: false });
    expect(notes.at(-1)).toBe(`${at('run')} is finished: its objective has ended it after step 12`);
  });

  it('that fails loses no step', async () => {
    const experiment = judged({ measure: 'beauty', better: 'more' });
    await expect(start('run', { experiment, settings: { heldBack: 1 }, steps: 3 })).rejects.toThrow(
      "the objective is judged by 'beauty', and has only loss, squared, offset, quality",
    );
    expect((await last('run')).step).toBe(3);
  });

  it('by a number that is not finite chooses nothing', async () => {
    const experiment = changed(() => ({
      validate: { measure: 'quality', better: 'less' },
      status: () => ({ quality: Number.NaN }),
    }));
    await start('run', { experiment, settings: { heldBack: 1 }, steps: 3 });
    expect(await last('run')).toMatchObject({ best: null, history: [] });
  });

  it('without a batch is refused before anything is written', async () => {
    const experiment = changed((made) => ({
      batches: async (ask) => {
        const stream = await made.batches({ ...ask, purpose: 'train' });
        return ask.purpose === 'train' ? stream : { ...stream!, description: 'nothing', next: async () => null };
      },
    }));
    await expect(start('run', { experiment })).rejects.toThrow('nothing: there is no batch to validate on');
    expect(existsSync(at('run'))).toBe(false);
  });
});

describe('an objective', () => {
  it('is minimised by an optimizer of its own', async () => {
    const experiment = changed(() => ({
      optimizer: partition({ offset: frozen(), '*': sgd({ learningRate: 0.01 }) }),
    }));
    await start('run', { experiment });
    const { parameters } = await last('run');
    expect(parameters.offset.values[0]).toBe(0);
    expect(parameters.slope.values[0]).not.toBe(0.5);
    expect((await records('run'))[0]).not.toHaveProperty('learningRate');
  });

  it('begins once, where a run starts with weights of its own', async () => {
    let begun = 0;
    const experiment = changed(({ system }) => ({
      async begin() {
        begun++;
        (system.parameters.offset as tf.Variable<tf.Rank.R0>).assign(tf.scalar(40));
      },
    }));
    await describeTraining({ experiment, run: at('run'), note });
    expect(begun).toBe(0);
    await start('run', { experiment, steps: 1 });
    expect(begun).toBe(1);
    const offset = async () => (await last('run')).parameters.offset.values[0];
    expect(await offset()).toBeCloseTo(40, 1);
    const before = await offset();
    await resume('run', { experiment, steps: 2 });
    await start('other', { experiment, steps: 1, initFrom: at('run') });
    expect(begun).toBe(1);
    expect(await offset()).toBeLessThan(before);
  });

  it('adopts the weights of another run, but not its own', async () => {
    await start('before', { steps: 1 });
    let adopted = 0;
    const experiment = changed(({ system }) => ({
      system: Object.assign(system, {
        adopt(weights: Record<string, StoredTensor>) {
          adopted++;
          return { ...weights, offset: { shape: [], values: Float32Array.of(40) } };
        },
      }),
    }));
    await start('run', { experiment, steps: 1, initFrom: at('before') });
    expect((await last('run')).parameters.offset.values[0]).toBeCloseTo(40, 1);
    const before = adopted;
    await resume('run', { experiment, steps: 2 });
    expect(adopted).toBe(before);
  });

  it('tells metrics that only some phases have, and its status', async () => {
    await start('run', { settings: { stepsOfFirst: 5 }, steps: 10 });
    const [record] = await records('run');
    expect(record.quality).toBe(-record.squared);
    const { parameters } = await last('run');
    expect(record.offset).toBeGreaterThan(0);
    expect(record.offset).toBeLessThan(parameters.offset.values[0]);
  });

  it('whose batches end says so by their name', async () => {
    await expect(start('run', { settings: { batches: 3 } })).rejects.toThrow(
      'points: there are no more batches to train on',
    );
  });

  it('shows pictures of the first step and of every 250th', async () => {
    const picture = { width: 1, height: 1, channels: 1 as const, data: Uint8Array.of(7) };
    const shown: string[][] = [];
    const experiment = changed(() => ({
      pictures: (inputs) => {
        shown.push(Object.keys(inputs));
        return { dot: picture };
      },
    }));
    await start('run', { experiment, steps: 251 });
    expect(await readdir(runFiles(at('run')).images)).toEqual(['step-0000001-dot.png', 'step-0000250-dot.png']);
    expect(shown).toEqual([
      ['x', 'y'],
      ['x', 'y'],
    ]);
  });
});

describe('whoever follows a training', () => {
  it('hears of it in order', async () => {
    const heard: string[] = [];
    const listener = (name: string): TrainingListener => ({
      begin: () => void heard.push(`${name} begins`),
      stepBegins: (step) => void heard.push(`${name} before ${step}`),
      stepDone: ({ step, progress }) => void heard.push(`${name} ${step} ${progress}`),
      validated: (step, measure) => void heard.push(`${name} ${measure} ${step}`),
      saved: (_, step) => void heard.push(`${name} saved ${step}`),
      end: () => void heard.push(`${name} ends`),
    });
    await start('run', { listeners: [listener('a'), listener('b')], steps: 1, settings: { heldBack: 1 } });
    const both = (...events: string[]) => events.flatMap((event) => [`a ${event}`, `b ${event}`]);
    expect(heard).toEqual(both('begins', 'before 0', '1 1', 'loss 1', 'saved 1', 'ends'));
  });

  it('ends it by an error, after which all is put away and the run can go on', async () => {
    let ended = 0;
    const broken: TrainingListener = {
      stepDone({ step }) {
        if (step === 5) throw new Error('the listener is tired');
      },
      end() {
        ended++;
        throw new Error('and so it stays');
      },
    };
    const closed: string[] = [];
    const logger: Logger = {
      async close(outcome) {
        closed.push(outcome);
      },
    };
    const failing = start('run', {
      listeners: [broken, { end: () => void ended++ }],
      loggers: [logger],
      checkpoints: { everySteps: 2 },
    });
    await expect(failing).rejects.toThrow('the listener is tired');
    expect([ended, closed]).toEqual([2, ['failed']]);
    expect(await resume('run')).toMatchObject({ step: 12, stopped: false });
    await start('whole', { checkpoints: { everySteps: 2 } });
    expect(await computed('run')).toEqual(await computed('whole'));
  });

  it('that cannot be closed leaves no lock behind', async () => {
    const logger: Logger = {
      close() {
        throw new Error('the disk is full');
      },
    };
    await expect(start('run', { loggers: [logger] })).rejects.toThrow('the disk is full');
    expect(await resume('run', { steps: 13 })).toMatchObject({ step: 13 });
  });
});

describe('a training that cannot begin', () => {
  it.each<[string, Partial<StartTrainingOptions>, string]>([
    ['no experiment', { experiment: undefined }, 'name an experiment'],
    ['a text for a number', { settings: { noise: '1' } }, 'noise must be a number, got "1"'],
    ['a number that is none', { settings: { noise: Number.NaN } }, 'noise must be finite, got NaN'],
    ['a setting that there is not', { settings: { colour: 1 } }, "unknown setting 'colour'"],
    ['no steps', { steps: 0 }, 'steps must be a positive integer, got 0'],
    ['no minutes', { minutes: 0 }, 'minutes must be a positive number, got 0'],
    ['no checkpoints to keep', { checkpoints: { keep: 0 } }, 'keep must be a positive integer, got 0'],
    ['changes without a run', { acceptChanges: true }, 'acceptChanges goes with resume'],
    ['a logger that there is not', { log: ['paper'] }, 'paper'],
    ['settings of a run that goes on', { resume: 'somewhere' }, 'leave out run and settings'],
  ])('for %s is refused before anything is written', async (_, more, message) => {
    await expect(start('run', more)).rejects.toThrow(message);
    expect(await readdir(folder())).toEqual([]);
  });

  it('for a system of a kind that is not registered is refused before anything is written', async () => {
    const experiment = changed(({ system }) => ({
      system: { ...system, kind: 'stranger', dispose: () => system.dispose() },
    }));
    await expect(start('run', { experiment })).rejects.toThrow("the kind of system 'stranger' is not registered");
    expect(await readdir(folder())).toEqual([]);
  });

  it('in a folder with other files leaves them alone', async () => {
    await mkdir(at('run'));
    await writeFile(at('run/notes.txt'), 'mine');
    await expect(start('run')).rejects.toThrow('is not empty');
    expect(await readdir(at('run'))).toEqual(['notes.txt']);
  });
});

describe('an experiment without a file', () => {
  const experiment = { name: 'line', definition: toyDefinition as unknown as ObjectiveDefinition };

  it('is trained, and goes on with the definition', async () => {
    await start('run', { experiment, steps: 6 });
    expect(await resume('run', { experiment: experiment.definition, steps: 12 })).toMatchObject({ step: 12 });
    await start('whole', { experiment });
    const { best: _, ...one } = await computed('run');
    expect(await computed('whole')).toMatchObject(one);
    const configuration = JSON.parse(await readFile(runFiles(at('run')).configuration, 'utf8'));
    expect(configuration).toMatchObject({ experiment: 'line', kind: 'toy', images: 'points' });
    expect(configuration).not.toHaveProperty('experimentFile');
  });

  it('does not go on without it', async () => {
    await start('run', { experiment, steps: 6 });
    await expect(resume('run', { steps: 12 })).rejects.toThrow(
      `${at('run')} needs its experiment (systems of the kind toy are not trained without one): ` +
        'a program defined line: give what it defined as `experiment`',
    );
  });

  it('does not go on with another loss', async () => {
    await start('run', { experiment, steps: 6 });
    const other = changed(() => ({ description: { loss: 'absolute error' } }));
    await expect(resume('run', { experiment: other, steps: 12 })).rejects.toThrow(
      'loss was "squared error", is "absolute error"',
    );
  });
});

describe('describeTraining', () => {
  it('tells what would be trained, and writes nothing', async () => {
    const { configuration, parameterCount } = await describeTraining({ experiment: toyFile, run: at('run'), note });
    expect(configuration).toMatchObject({ experiment: 'toy', budget: { steps: 10_000 }, settings: { noise: 0 } });
    expect(parameterCount).toBe(2);
    expect(await readdir(folder())).toEqual([]);
  });

  it('leaves a damaged checkpoint where it is', async () => {
    await start('run', { checkpoints: { everySteps: 6 } });
    await writeFile(checkpointFile(at('run'), 12), 'damaged');
    const before = await readdir(runFiles(at('run')).checkpoints);
    await describeTraining({ resume: at('run'), note });
    expect(await readdir(runFiles(at('run')).checkpoints)).toEqual(before);
  });
});
