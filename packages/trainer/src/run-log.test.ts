import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toTensor } from '@sandwich/codec-proxy';
import { startEngine, tf } from '@sandwich/engine';
import { Sandwich } from '@sandwich/models';
import { loadSharp } from '@sandwich/pictures';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { patternImage } from '../testing/pattern-image.js';
import { useTemporaryFolder } from '../testing/temporary-folder.js';
import tinySandwich from '../testing/tiny-sandwich.js';
import { resolveSettings } from './experiment.js';
import { runFiles } from './run-directory.js';
import { RunLog, type RunLogOptions } from './run-log.js';

beforeAll(() => startEngine());
const folder = useTemporaryFolder();
beforeEach(() => mkdir(runFiles(folder()).images));

let printed: string;
beforeEach(() => {
  printed = '';
});
const openLog = (options: Partial<RunLogOptions> = {}) =>
  new RunLog({ directory: folder(), stream: { write: (text) => (printed += text) }, ...options });

const records = async () =>
  (await readFile(runFiles(folder()).metrics, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

const metrics = (mse: number) => ({ loss: mse + 3, mse, bpp: 0.5, rangePenalty: 0 });

describe('RunLog', () => {
  it('records means of the steps since the last record', async () => {
    const log = openLog();
    log.record({ step: 2, seconds: 4, fraction: 0.25 }, [metrics(10), metrics(30)], {
      qstep: 7,
      learningRate: 0.001,
      secondsWaited: 0.5,
    });
    log.record({ step: 5, seconds: 5, fraction: 0.625 }, [metrics(6), metrics(6), metrics(7.5)], {
      qstep: 8,
      learningRate: 0.001,
      secondsWaited: 0.5,
    });
    log.close();
    // PSNR is 10 log10(255^2 / mse).
    expect(await records()).toEqual([
      expect.objectContaining({ step: 2, seconds: 4, loss: 23, mse: 20, bpp: 0.5, qstep: 7, stepsPerSecond: 0.5 }),
      expect.objectContaining({ step: 5, seconds: 5, loss: 9.5, mse: 6.5, stepsPerSecond: 3 }),
    ]);
    expect((await records())[0].psnr).toBeCloseTo(35.1205, 4);
    expect(printed).toContain('step 5');
    expect(printed).toContain('0:03 left');
  });

  it('measures PSNR against the peak of deeper images', async () => {
    const log = openLog({ peak: 65535 });
    const circumstances = { qstep: 2, learningRate: 0.001, secondsWaited: 0 };
    log.record({ step: 1, seconds: 1, fraction: 0.5 }, [metrics(5461)], circumstances);
    log.close();
    // 5461 = 256^2 / 12 is the error of keeping 8 bits of 16: 20 log10(65535) - 10 log10(5461) = 96.3294 - 37.3727.
    expect((await records())[0].psnr).toBeCloseTo(58.9567, 4);
  });

  it('goes on where a resumed run stood', async () => {
    await writeFile(runFiles(folder()).metrics, '{"step":2}\n{"step":4}\n{"step":6}\n');
    const log = openLog({ resumedAt: { step: 4, seconds: 100 } });
    log.record({ step: 6, seconds: 101, fraction: 0.5 }, [metrics(1), metrics(1)], {
      qstep: 7,
      learningRate: 0.001,
      secondsWaited: 0.5,
    });
    log.close();
    expect((await records()).map(({ step }) => step)).toEqual([2, 4, 6]);
    expect((await records())[2].stepsPerSecond).toBe(2);
  });

  it('leaves no new file beside records that it cannot continue', async () => {
    await writeFile(runFiles(folder()).metrics, 'what is this\n');
    expect(() => openLog({ resumedAt: { step: 4, seconds: 100 } })).toThrow('metrics.jsonl, line 1 is no JSON object');
    expect((await readdir(folder())).sort()).toEqual(['images', 'metrics.jsonl']);
  });

  it('writes the stages of the model as pictures', async () => {
    const model = new Sandwich(tinySandwich.sandwich(resolveSettings(tinySandwich)));
    const pattern = patternImage(24, 16);
    const batch = tf.tidy(() => tf.concat([toTensor(pattern), tf.zeros([1, 16, 24, 3])]) as tf.Tensor4D);
    const before = tf.memory().numTensors;
    const log = openLog();
    await log.images(250, model, batch);
    log.close();
    expect(tf.memory().numTensors).toBe(before);
    const { images } = runFiles(folder());
    expect((await readdir(images)).sort()).toEqual(
      ['bottleneck', 'compressedBottleneck', 'input', 'prediction'].map((name) => `step-0000250-${name}.png`),
    );
    const sharp = await loadSharp();
    const input = await sharp(join(images, 'step-0000250-input.png')).raw().toBuffer({ resolveWithObject: true });
    expect(input.info).toMatchObject({ width: 24, height: 16, channels: 3 });
    expect(new Uint8Array(input.data)).toEqual(pattern.data);
    const bottleneck = await sharp(join(images, 'step-0000250-bottleneck.png')).metadata();
    expect(bottleneck).toMatchObject({ width: 24, height: 16 });
    const [events] = (await readdir(folder())).filter((file) => file.includes('tfevents'));
    for (const tag of ['input', 'bottleneck', 'compressedBottleneck', 'prediction']) {
      expect((await readFile(join(folder(), events))).includes(tag)).toBe(true);
    }
    batch.dispose();
    model.dispose();
  });
});
