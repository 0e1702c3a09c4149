import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSharp } from '@sandwich/pictures';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileVersionEvent, scalarsEvent, sessionStartEvent } from './event.js';
import { TensorBoardWriter } from './tensorboard-writer.js';
import { frameRecord } from './tf-record.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tensorboard-'));
});
afterEach(() => rm(directory, { recursive: true }));

const records = (...events: Buffer[]) => Buffer.concat(events.map(frameRecord));
const now = () => 1_700_000_000_250;
const SECONDS = 1_700_000_000.25;

describe('TensorBoardWriter', () => {
  it('writes a file version, then every event as it comes', async () => {
    const board = new TensorBoardWriter(join(directory, 'deep', 'run'), { now });
    expect(await readdir(join(directory, 'deep', 'run'))).toEqual([
      `events.out.tfevents.1700000000.${hostname()}.${process.pid}`,
    ]);
    board.scalars({ loss: 0.5, psnr: 30 }, 1);
    board.scalars({ loss: Number.NaN }, 2);
    expect(await readFile(board.path)).toEqual(
      records(
        fileVersionEvent(SECONDS),
        scalarsEvent(SECONDS, 1, { loss: 0.5, psnr: 30 }),
        scalarsEvent(SECONDS, 2, { loss: Number.NaN }),
      ),
    );
    board.close();
    board.close();
    expect(() => board.scalars({ loss: 1 }, 3)).toThrow(`TensorBoardWriter: ${board.path} is closed`);
  });

  it('appends, and says at which step a resumed run starts', async () => {
    new TensorBoardWriter(directory, { now }).close();
    const board = new TensorBoardWriter(directory, { now, startStep: 40 });
    board.close();
    expect(await readFile(board.path)).toEqual(
      records(fileVersionEvent(SECONDS), fileVersionEvent(SECONDS), sessionStartEvent(SECONDS, 40)),
    );
  });

  it.each([1, 3] as const)('writes images of %d channels as PNG', async (channels) => {
    const data = Uint8Array.from({ length: 4 * 3 * channels }, (_, i) => 5 * i);
    const board = new TensorBoardWriter(directory, { now });
    await board.image('prediction', { data, width: 4, height: 3, channels }, 7);
    board.close();
    const bytes = await readFile(board.path);
    const png = bytes.subarray(bytes.indexOf('\x89PNG', 0, 'latin1'), bytes.indexOf('IEND') + 8);
    const sharp = await loadSharp();
    const decoded = await sharp(png)
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .raw()
      .toBuffer();
    expect([...decoded]).toEqual([...data]);
    // height 3, width 4, colour space
    expect(bytes.includes(Buffer.from([8, 3, 16, 4, 24, channels]))).toBe(true);
  });

  it.each([-1, 0.5, Number.NaN, Infinity, 2 ** 53])('refuses step %d and leaves the file as it was', async (step) => {
    const message = `TensorBoardWriter: a step must be an integer from 0 on, got ${step}`;
    expect(() => new TensorBoardWriter(join(directory, 'none'), { now, startStep: step })).toThrow(message);
    const board = new TensorBoardWriter(join(directory, 'run'), { now });
    expect(() => board.scalars({ loss: 1 }, step)).toThrow(message);
    const picture = { data: new Uint8Array(3), width: 1, height: 1, channels: 3 as const };
    await expect(board.image('prediction', picture, step)).rejects.toThrow(message);
    board.scalars({ loss: 1 }, 0);
    board.close();
    expect(await readFile(board.path)).toEqual(
      records(fileVersionEvent(SECONDS), scalarsEvent(SECONDS, 0, { loss: 1 })),
    );
    expect(await readdir(directory)).toEqual(['run']);
  });

  it('fails where the directory cannot be made', async () => {
    await writeFile(join(directory, 'file'), '');
    expect(() => new TensorBoardWriter(join(directory, 'file', 'below'))).toThrow('ENOTDIR');
  });
});
