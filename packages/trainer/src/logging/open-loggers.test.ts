import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadSharp } from '@sandwich/pictures';
import { beforeEach, describe, expect, it } from 'vitest';
import { patternImage } from '../../testing/pattern-image.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import { runFiles } from '../run/run-directory.js';
import type { Logger } from './logger.js';
import { openLoggers } from './open-loggers.js';

const folder = useTemporaryFolder();
beforeEach(() => mkdir(runFiles(folder()).images));

const closeAll = async (loggers: readonly Logger[]) => {
  for (const logger of loggers) await logger.close?.('finished');
};
const eventFiles = async () => (await readdir(folder())).filter((file) => file.includes('tfevents'));
const metrics = () => readFile(runFiles(folder()).metrics, 'utf8');

describe('openLoggers', () => {
  it('goes on where a resumed run stood', async () => {
    await writeFile(runFiles(folder()).metrics, '{"step":2}\n{"step":4}\n{"step":6}\n');
    const loggers = await openLoggers(folder(), { resumedAt: 4 });
    for (const logger of loggers)
      logger.scalars?.({ loss: 1.5, psnr: Number.POSITIVE_INFINITY }, { step: 5, seconds: 7 });
    for (const logger of loggers) logger.scalars?.({ validationLoss: 2 }, { step: 6 });
    await closeAll(loggers);
    expect(await metrics()).toBe(
      '{"step":2}\n{"step":4}\n{"step":5,"seconds":7,"loss":1.5,"psnr":null}\n{"step":6,"validationLoss":2}\n',
    );
  });

  it('leaves no new file beside records that it cannot continue', async () => {
    await writeFile(runFiles(folder()).metrics, 'what is this\n');
    await expect(openLoggers(folder(), { resumedAt: 4 })).rejects.toThrow('metrics.jsonl, line 1 is no JSON object');
    expect((await readdir(folder())).sort()).toEqual(['images', 'metrics.jsonl']);
  });

  it('writes pictures as PNG files and for TensorBoard', async () => {
    const pattern = patternImage(24, 16);
    const loggers = await openLoggers(folder());
    for (const logger of loggers) await logger.picture?.('compressedBottleneck', pattern, 250);
    await closeAll(loggers);
    const { images } = runFiles(folder());
    expect(await readdir(images)).toEqual(['step-0000250-compressedBottleneck.png']);
    const sharp = await loadSharp();
    const { data, info } = await sharp(join(images, 'step-0000250-compressedBottleneck.png'))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 24, height: 16, channels: 3 });
    expect(new Uint8Array(data)).toEqual(pattern.data);
    const [events] = await eventFiles();
    expect((await readFile(join(folder(), events))).includes('compressedBottleneck')).toBe(true);
  });
});
