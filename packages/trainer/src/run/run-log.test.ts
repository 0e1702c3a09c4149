import { startEngine } from '@sandwich/engine';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { patternImage } from '../../testing/pattern-image.js';
import type { Logger } from '../logging/logger.js';
import { RunLog, type RunLogOptions } from './run-log.js';

beforeAll(() => startEngine());

let printed: string;
let heard: unknown[][];
beforeEach(() => {
  printed = '';
  heard = [];
});

/** A logger that writes down what it is told. */
const listener = (name: string): Logger => ({
  begin: (run) => heard.push([name, 'begin', run]),
  scalars: (values, moment) => heard.push([name, moment, values]),
  picture: async (picture, { width, height }, step) => void heard.push([name, picture, width, height, step]),
  close: async (outcome) => void heard.push([name, 'close', outcome]),
});
const openLog = (options: Partial<RunLogOptions> = {}) =>
  new RunLog({ loggers: [listener('a')], stream: { write: (text) => (printed += text) }, ...options });

const values = { loss: 23, mse: 20 };

describe('RunLog', () => {
  it('adds speed and memory to the numbers of a record', async () => {
    const log = openLog();
    const status = ['PSNR of mean error 35.12 dB', '0.500 bpp'];
    log.record({ step: 2, seconds: 4, progress: 0.25 }, values, { steps: 2, secondsWaited: 0.5, status });
    log.record({ step: 5, seconds: 5, progress: 0.625 }, values, { steps: 3, secondsWaited: 0.5, status });
    await log.close('finished');
    const memory = { tensors: expect.any(Number), residentMiB: expect.any(Number) };
    expect(heard).toEqual([
      ['a', { step: 2, seconds: 4 }, { ...values, stepsPerSecond: 0.5, shareWaited: 0.125, ...memory }],
      ['a', { step: 5, seconds: 5 }, { ...values, stepsPerSecond: 3, shareWaited: 0.5, ...memory }],
      ['a', 'close', 'finished'],
    ]);
    expect(printed).toContain(
      'step 5  loss 23.00  PSNR of mean error 35.12 dB  0.500 bpp  3.00 steps/s  waiting 50.0 %  0:03 left\n',
    );
  });

  it('goes on where a resumed run stood', () => {
    const log = openLog({ seconds: 100 });
    log.record({ step: 6, seconds: 101, progress: 0.5 }, values, { steps: 2, secondsWaited: 0 });
    expect(heard[0][2]).toMatchObject({ stepsPerSecond: 2 });
  });

  it('tells every logger everything, in their order', async () => {
    const log = openLog({ loggers: [listener('a'), {}, listener('b')] });
    const run = { experiment: 'tiny', name: 'run', configuration: { gamma: 1 } };
    log.begin(run);
    log.validation(7, 'loss', 1.5);
    await log.pictures(8, { input: patternImage(24, 16), prediction: patternImage(8, 8) });
    await log.close('interrupted');
    expect(heard).toEqual([
      ['a', 'begin', run],
      ['b', 'begin', run],
      ['a', { step: 7 }, { validationLoss: 1.5 }],
      ['b', { step: 7 }, { validationLoss: 1.5 }],
      ['a', 'input', 24, 16, 8],
      ['b', 'input', 24, 16, 8],
      ['a', 'prediction', 8, 8, 8],
      ['b', 'prediction', 8, 8, 8],
      ['a', 'close', 'interrupted'],
      ['b', 'close', 'interrupted'],
    ]);
    expect(printed).toContain('step 7: validation loss 1.5000\n');
  });

  it('lets loggers print', () => {
    const log = openLog({ loggers: [{ begin: (_, print) => print('hello') }] });
    log.begin({ experiment: 'tiny', name: 'run', configuration: {} });
    expect(printed).toBe('hello\n');
  });

  it('closes every logger even if one cannot be closed', async () => {
    const failing: Logger = { close: () => Promise.reject(new Error('no space left')) };
    await expect(openLog({ loggers: [failing, listener('b')] }).close('failed')).rejects.toThrow('no space left');
    expect(heard).toEqual([['b', 'close', 'failed']]);
  });
});
