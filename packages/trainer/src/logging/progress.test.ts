import { describe, expect, it } from 'vitest';
import { createProgress, formatDuration } from './progress.js';

const state = {
  step: 120,
  progress: 0.256,
  loss: 123.456,
  status: ['PSNR of mean error 27.12 dB', '0.851 bpp'],
  shareWaited: 0.004,
  stepsPerSecond: 1.5,
  secondsLeft: 187,
};
const LINE = 'step 120  loss 123.5  PSNR of mean error 27.12 dB  0.851 bpp  1.50 steps/s  waiting 0.4 %  3:07 left';

/** A stream that remembers what is written to it, and a clock to be set. */
function createStream(options: { isTTY?: boolean; columns?: number } = {}) {
  const written: string[] = [];
  const clock = { milliseconds: 0 };
  const stream = { ...options, write: (text: string) => written.push(text) };
  return { written, clock, progress: createProgress({ stream, now: () => clock.milliseconds }) };
}

describe('createProgress, where there is no terminal', () => {
  it('prints a plain line, then one every ten seconds at most, and the last', () => {
    const { written, clock, progress } = createStream();
    for (let second = 0; second <= 25; second++) {
      clock.milliseconds = 1000 * second;
      progress.update({ ...state, step: second });
    }
    progress.end();
    expect(written.map((line) => /step (\d+) /.exec(line)![1])).toEqual(['0', '10', '20', '25']);
  });

  it('says all there is', () => {
    const { written, progress } = createStream();
    progress.update(state);
    progress.end();
    expect(written).toEqual([` 25 %  ${LINE}\n`]);
  });

  it('prints nothing if there was no step', () => {
    const { written, progress } = createStream();
    progress.end();
    expect(written).toEqual([]);
  });
});

describe('createProgress, on a terminal', () => {
  it('keeps one line up to date', () => {
    const { written, clock, progress } = createStream({ isTTY: true, columns: 200 });
    progress.update(state);
    clock.milliseconds = 50;
    progress.update({ ...state, progress: 0.5 });
    clock.milliseconds = 100;
    progress.update({ ...state, progress: 1 });
    progress.end();
    expect(written).toEqual([
      `\r\x1b[K${'█'.repeat(6)}${'░'.repeat(18)}  25 %  ${LINE}`,
      `\r\x1b[K${'█'.repeat(24)} 100 %  ${LINE}`,
      '\n',
    ]);
  });

  it('never fills the line', () => {
    const { written, progress } = createStream({ isTTY: true, columns: 40 });
    progress.update(state);
    expect([...written[0].replace('\r\x1b[K', '')].length).toBe(39);
  });

  it('prints other lines above the bar', () => {
    const { written, progress } = createStream({ isTTY: true });
    progress.log('a.png is skipped');
    progress.update(state);
    progress.log('b.png is skipped');
    expect(written[0]).toBe('\r\x1b[Ka.png is skipped\n');
    expect(written[2]).toBe('\r\x1b[Kb.png is skipped\n');
    expect(written[3]).toBe(written[1]);
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0:00'],
    [59.6, '1:00'],
    [187, '3:07'],
    [3765, '1:02:45'],
    [Number.POSITIVE_INFINITY, '-:--'],
    [Number.NaN, '-:--'],
  ])('%d s is %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});
