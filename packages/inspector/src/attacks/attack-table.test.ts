import type { AttackedPlace, AttackOutcome } from '@sandwich/models';
import { describe, expect, it } from 'vitest';
import type { AttackCircumstances } from './attack-results.js';
import { attackTable } from './attack-table.js';

/** Outcomes of a hundred pictures: the first ones are fooled. */
const outcomes = (fooled: number): AttackOutcome[] =>
  Array.from({ length: 100 }, (_, i) => (i < fooled ? 'fooled' : 'held'));
const place = (gradient: string, quality: number, fooled: number, budget = 4): AttackedPlace => ({
  ...{ gradient, budget, quality },
  outcomes: outcomes(fooled),
});
const tableOf = (places: AttackedPlace[]) => attackTable({ circumstances: {} as AttackCircumstances, places });

describe('the table of attacks', () => {
  it('says by how much, and where, each mode of Diff-JPEG is ahead of the other gradients', () => {
    const text = tableOf([
      ...[place('diff-jpeg', 25, 80), place('diff-jpeg', 75, 60)],
      ...[place('diff-jpeg-ste', 25, 80), place('diff-jpeg-ste', 75, 60)],
      ...[place('ste', 25, 60), place('ste', 75, 60)],
      ...[place('sine', 25, 100), place('sine', 75, 30)],
    ]);
    const [means, ...comparisons] = text.split('\n\n');
    expect(means).toMatch(/^diff-jpeg-ste +70\.0 +70\.0 /m);
    expect(comparisons.map((table) => table.split('\n')[0].trim().split(/ {2,}/)[0])).toEqual([
      'diff-jpeg less',
      'diff-jpeg-ste less',
    ]);
    const row = (gradient: string) =>
      comparisons[1]
        .split('\n')
        .find((line) => line.startsWith(`${gradient} `))!
        .trim()
        .split(/ {2,}/);
    expect(row('diff-jpeg')).toEqual(['diff-jpeg', '0.0', '0.0 to 0.0']);
    expect(row('sine').slice(0, 2)).toEqual(['sine', '+5.0']);
    expect(row('sine').slice(3)).toEqual(['budget 4: 75', 'budget 4: 25']);
    // 20 of 100 pictures differ at one of two places: half of a share of 0.2, whose deviation is sqrt(0.2 * 0.8 / 100).
    const [, points, interval, ahead, ...behind] = row('ste');
    expect([points, ahead, behind]).toEqual(['+10.0', 'budget 4: 25', []]);
    const [low, high] = interval.split(' to ').map(Number);
    expect(Math.abs(low - (10 - 1.96 * 2))).toBeLessThan(0.6);
    expect(Math.abs(high - (10 + 1.96 * 2))).toBeLessThan(0.6);
  });

  it('compares over the places that both gradients have', () => {
    const text = tableOf([
      place('diff-jpeg', 25, 50),
      place('diff-jpeg', 75, 100),
      place('ste', 25, 50),
      place('none', 50, 0),
    ]);
    expect(text).toMatch(/^ste +0\.0 +0\.0 to 0\.0 *$/m);
    expect(text).toMatch(/^none +- +- *$/m);
  });

  it('compares nothing with one gradient alone, or without Diff-JPEG', () => {
    expect(tableOf([place('diff-jpeg', 25, 50)])).not.toContain('less');
    expect(tableOf([place('ste', 25, 50), place('none', 25, 0)])).not.toContain('less');
  });
});
