import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeSyntheticImages } from '@sandwich/data';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { useCapturedOutput } from '../../../trainer/testing/captured-output.js';
import { MlflowServer } from '../../../trainer/testing/mlflow-server.js';
import { useTemporaryFolder } from '../../../trainer/testing/temporary-folder.js';
import { tinySandwichFile } from '../../../trainer/testing/tiny-sandwich.js';
import { main } from '../main.js';

const folder = useTemporaryFolder();
const output = useCapturedOutput();
const run = () => join(folder(), 'run');
const images = () => join(folder(), 'images');
let server: MlflowServer;
beforeEach(async () => {
  await makeSyntheticImages({ directory: images(), count: 2, width: 32, height: 32, seed: 1 });
  server = new MlflowServer();
  await server.start();
});
afterEach(() => server.stop());

const train = (...more: string[]) => main(['train', tinySandwichFile, '--images', images(), '--run', run(), ...more]);
const resume = (...more: string[]) => main(['train', '--resume', run(), ...more]);
const configuration = async () => JSON.parse(await readFile(join(run(), 'config.json'), 'utf8'));
const hasEvents = async () => (await readdir(run())).some((file) => file.includes('tfevents'));

describe('sandwich train --log', () => {
  it('logs to an MLflow server, and goes on there', async () => {
    expect(await train('--log', `mlflow=${server.url}`, '--steps', '2')).toBe(0);
    expect(server.run).toMatchObject({
      name: 'run',
      status: 'FINISHED',
      params: { experiment: 'tiny-sandwich', 'settings.gamma': '20', 'budget.steps': '2' },
    });
    expect(await resume('--steps', '12')).toBe(0);
    const records = (await readFile(join(run(), 'metrics.jsonl'), 'utf8')).trim().split('\n');
    const values = records.map((line) => JSON.parse(line));
    expect(values.map(({ step }) => step)).toEqual([2, 10, 12]);
    const { metrics, tags } = server.run;
    for (const key of Object.keys(values[0]).filter((name) => name !== 'step' && name !== 'seconds')) {
      const logged = metrics.filter((metric) => metric.key === key);
      expect(logged.map(({ step, value }) => [step, value])).toEqual(
        values.map((record) => [record.step, record[key]]),
      );
    }
    expect(tags['changed.budget.steps']).toBe('12');
    const pictures = join(run(), 'images');
    for (const file of await readdir(pictures)) {
      expect(server.files.get(`files/run1/artifacts/images/${file}`)).toEqual(await readFile(join(pictures, file)));
    }
    expect(server.files.size).toBe(4);
    expect(await hasEvents()).toBe(false);
    expect((await configuration()).log).toEqual([`mlflow=${server.url}`]);
    expect(output.stderr()).toContain(`the run is ${server.url}/#/experiments/1/runs/run1\n`);
    expect(output.stderr()).not.toContain('not delivered');
  });

  it('says that a run has failed', async () => {
    const spoiled = ['--set', 'learningRate=1e39', '--steps', '9'];
    expect(await train('--log', `mlflow=${server.url}#failures`, ...spoiled)).toBe(1);
    expect(server.run.status).toBe('FAILED');
  });

  it('takes several loggers, none, and by default TensorBoard', async () => {
    expect(await train('--log', 'none', '--steps', '1')).toBe(0);
    expect(await hasEvents()).toBe(false);
    expect(await resume('--steps', '2')).toBe(0);
    expect(await hasEvents()).toBe(false);
    expect(await resume('--steps', '3', '--log', 'tensorboard', '--log', `mlflow=${server.url}`)).toBe(0);
    expect(await hasEvents()).toBe(true);
    expect(server.run.status).toBe('FINISHED');
    expect(output.stderr()).toContain('changed: log');
  });

  it.each([
    [['wandb'], "--log takes tensorboard, mlflow=http://…, or none; got 'wandb'"],
    [['mlflow'], '--log mlflow= takes the address of a server, such as http://127.0.0.1:5000'],
    [['none', 'tensorboard'], '--log none goes with no other --log'],
    [['tensorboard', 'tensorboard'], '--log tensorboard is given more than once'],
  ])('refuses %j before anything is written', async (loggers, message) => {
    expect(await train(...loggers.flatMap((logger) => ['--log', logger]))).toBe(1);
    expect(output.stderr()).toContain(message);
    expect(await readdir(folder())).toEqual(['images']);
  });
});
