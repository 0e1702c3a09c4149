import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startEngine } from '@sandwich/engine';
import { Sandwich } from '@sandwich/models';
import type { UNetOptions } from '@sandwich/unets';
import { beforeAll, describe, expect, it } from 'vitest';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import { tinySandwichFile } from '../../testing/tiny-sandwich.js';
import { configurationOf, writeRun } from '../../testing/write-run.js';
import { initialState, readCheckpoint, readStanding, saveCheckpoint } from '../run/checkpoint.js';
import { checkpointFile } from '../run/run-directory.js';
import { readSweep, statusOf, sweepFile } from './sweep.js';

const folder = useTemporaryFolder();
beforeAll(() => startEngine({ threads: 1 }));
const network: UNetOptions = { encoderFilters: [4], decoderFilters: [4, 4], variant: 'textbook' };

describe('statusOf', () => {
  it('reads the step of the last checkpoint, and none of its values', async () => {
    const run = join(folder(), 'run');
    expect(await statusOf(run)).toEqual({ state: 'not begun', step: 0 });
    await writeRun(run, { pre: network, post: network });
    const last = checkpointFile(run, 7);
    expect(await statusOf(run)).toEqual({ state: 'finished', step: 7, checkpoint: last });

    // A value that is wrong makes the checkpoint useless, which is not found out here.
    const bytes = await readFile(last);
    bytes[bytes.length - 3] ^= 16;
    await writeFile(last, bytes);
    await expect(readCheckpoint(last)).rejects.toThrow('its checksum is wrong');
    expect(await statusOf(run)).toMatchObject({ state: 'finished', step: 7 });
    const { sinceRecord, ...standing } = await readStanding(last);
    expect({ sinceRecord, ...standing }).toMatchObject({ step: 7, seconds: 0, best: null, sinceRecord: [] });
  });

  it('passes over a checkpoint that is not whole', async () => {
    const run = join(folder(), 'run');
    await writeRun(run, { pre: network, post: network });
    const model = new Sandwich({ pre: network, post: network });
    const earlier = checkpointFile(run, 3);
    await saveCheckpoint(earlier, model, { ...initialState(), step: 3 }, configurationOf(model));
    model.dispose();
    const last = checkpointFile(run, 7);
    const bytes = await readFile(last);
    for (const [damaged, reason] of [
      [bytes.subarray(0, bytes.length - 1), 'it is truncated'],
      [bytes.subarray(0, 100), 'do not begin with a safetensors header'],
      [Buffer.from('PNG'), '3 bytes do not begin with a safetensors header'],
      [Buffer.concat([bytes.subarray(0, 8), Buffer.alloc(bytes.length - 8, '?')]), 'the header is not JSON'],
    ] as const) {
      await writeFile(last, damaged);
      await expect(readStanding(last)).rejects.toThrow(new RegExp(`^checkpoint ${last} cannot be used: .*${reason}`));
      expect(await statusOf(run)).toEqual({ state: 'begun', step: 3, checkpoint: earlier });
    }
  });
});

describe('readSweep', () => {
  it('takes the settings of runs from the assignments that older versions wrote', async () => {
    const runs = [{ id: 'a', label: 'gamma=5', set: ['phasePlanes=false', 'gamma=5'] }];
    const older = { experiment: 'tiny-sandwich', experimentFile: tinySandwichFile, budget: { steps: 2 }, runs };
    await writeFile(sweepFile(folder()), JSON.stringify(older));
    expect((await readSweep(folder())).runs).toEqual([
      { id: 'a', label: 'gamma=5', settings: { phasePlanes: false, gamma: 5 } },
    ]);
  });
});
