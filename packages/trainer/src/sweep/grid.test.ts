import { paretoFront } from '@sandwich/evaluation';
import { describe, expect, it } from 'vitest';
import { grid } from './grid.js';
import { runId } from './sweep.js';

describe('grid', () => {
  it('makes all combinations', () => {
    expect(grid(['gamma=10,50'])).toEqual([['gamma=10'], ['gamma=50']]);
    expect(grid(['a=1,2', 'b=x,y'])).toEqual([
      ['a=1', 'b=x'],
      ['a=1', 'b=y'],
      ['a=2', 'b=x'],
      ['a=2', 'b=y'],
    ]);
  });

  it('refuses what is no axis', () => {
    for (const axis of ['gamma', 'gamma=', '=1,2', 'gamma=1,,2']) {
      expect(() => grid([axis])).toThrow(`--over ${axis}: expected key=value`);
    }
    expect(() => grid(['a=1,1'])).toThrow('a value is named twice');
    expect(() => grid(['a=1', 'a=2'])).toThrow("'a' is named twice");
  });
});

describe('paretoFront', () => {
  it('keeps what no other point beats', () => {
    const point = (bpp: number, quality: number) => ({ bpp, quality });
    const points = [
      point(1, 30),
      point(0.5, 28),
      point(0.6, 27),
      point(1, 31),
      point(2, 31),
      point(0.4, 28),
      point(3, 33),
    ];
    expect(paretoFront(points)).toEqual([point(0.4, 28), point(1, 31), point(3, 33)]);
    expect(paretoFront([])).toEqual([]);
  });
});

describe('runId', () => {
  const run = { experiment: 'x', settings: { gamma: 10, seed: 1 }, budget: { steps: 5 } };

  it('depends on what decides the outcome, not on its order', () => {
    const id = runId(run);
    expect(id).toMatch(/^[0-9a-f]{12}$/);
    expect(runId({ ...run, settings: { seed: 1, gamma: 10 } })).toBe(id);
    const others = [
      { ...run, experiment: 'y' },
      { ...run, settings: { gamma: 11, seed: 1 } },
      { ...run, budget: { minutes: 5 } },
      { ...run, images: 'photos' },
    ];
    expect(new Set([id, ...others.map(runId)]).size).toBe(5);
  });
});
