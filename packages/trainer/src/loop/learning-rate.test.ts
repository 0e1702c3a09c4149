import { describe, expect, it } from 'vitest';
import { learningRateFactor } from './learning-rate.js';

const constant = { schedule: 'constant', warmupSteps: 0, decay: 0.1, milestones: '0.6,0.85' };
const factorsOf = (settings: typeof constant, fractions: number[]) =>
  fractions.map((fraction) => learningRateFactor(settings, 1000, fraction));

describe('learningRateFactor', () => {
  it('stays constant, after a warm-up', () => {
    expect(factorsOf(constant, [0, 0.5, 1])).toEqual([1, 1, 1]);
    const warm = { ...constant, warmupSteps: 3 };
    expect([0, 1, 2, 3, 4].map((step) => learningRateFactor(warm, step, 0))).toEqual([0.25, 0.5, 0.75, 1, 1]);
  });

  // torch.optim.lr_scheduler.CosineAnnealingLR(T_max=8, eta_min=0.1) of torch 1.13, from a rate of 1, and
  // MultiStepLR(milestones=[6, 9], gamma=0.1) of ten epochs.
  it('falls like a cosine', () => {
    const expected = [1, 0.9657, 0.8682, 0.7222, 0.55, 0.3778, 0.2318, 0.1343, 0.1];
    const factors = factorsOf(
      { ...constant, schedule: 'cosine' },
      expected.map((_, i) => i / 8),
    );
    for (const [i, value] of expected.entries()) expect(factors[i]).toBeCloseTo(value, 4);
  });

  it('falls in steps', () => {
    const settings = { ...constant, schedule: 'step', milestones: '0.6,0.9' };
    const factors = factorsOf(
      settings,
      Array.from({ length: 11 }, (_, i) => i / 10),
    );
    for (const [i, value] of [1, 1, 1, 1, 1, 1, 0.1, 0.1, 0.1, 0.01, 0.01].entries()) {
      expect(factors[i]).toBeCloseTo(value, 12);
    }
  });

  it('falls when the number of steps reaches a milestone', () => {
    const settings = { ...constant, schedule: 'step', milestones: '320000, 640000', decay: 0.5 };
    const factors = [0, 319_999, 320_000, 639_999, 640_000].map((step) => learningRateFactor(settings, step, 0.9));
    expect(factors).toEqual([1, 1, 0.5, 0.5, 0.25]);
    for (const milestones of ['0.5,20', '1', '2.5', '30,20']) {
      expect(() => learningRateFactor({ ...settings, milestones }, 1, 0)).toThrow('or whole numbers of steps');
    }
  });
});
