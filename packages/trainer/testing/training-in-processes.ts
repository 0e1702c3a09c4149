import { join } from 'node:path';
import { makeSyntheticImages } from '@sandwich/data';
import { beforeEach } from 'vitest';
import { type Checkpoint, readCheckpoint } from '../src/run/checkpoint.js';
import { listCheckpoints } from '../src/run/run-directory.js';
import { type Ended, startProcesses } from './several-processes.js';
import { useTemporaryFolder } from './temporary-folder.js';
import { tinySandwichFile } from './tiny-sandwich.js';

/** A batch of four, accumulated twice, clipped, averaged, with images held back: all that acts on gradients and losses. */
const SETTINGS = ['batchSize=4', 'accumulate=2', 'clipNorm=50', 'averageDecay=0.9', 'validationImages=1'];

/** What tests of trainings in several processes have in common: a temporary folder with four images, and command lines. */
export function useTrainingInProcesses() {
  const folder = useTemporaryFolder();
  const run = (name: string) => join(folder(), name);
  const images = () => join(folder(), 'images');
  beforeEach(() => makeSyntheticImages({ directory: images(), count: 4, width: 48, height: 48, seed: 1 }));
  return {
    folder,
    run,
    images,
    trainArgs: (directory: string, steps: number, more: string[] = [], experiment = tinySandwichFile) => [
      ...['train', experiment, '--images', images(), '--run', directory, '--steps', `${steps}`, '--threads', '1'],
      ...SETTINGS.filter((setting) => !more.some((word) => word.startsWith(setting.split('=')[0]))).flatMap(
        (setting) => ['--set', setting],
      ),
      ...more,
    ],
    resumeArgs: (directory: string, steps: number) => ['train', '--resume', directory, '--steps', `${steps}`],
    inProcesses: async (commands: string[][]): Promise<Ended[]> => (await startProcesses(commands)).ended(),
    lastOf: async (name: string): Promise<Checkpoint> => readCheckpoint((await listCheckpoints(run(name))).at(-1)!),
  };
}
