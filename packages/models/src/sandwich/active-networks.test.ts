import { expect, it } from 'vitest';
import { scheduledNetworks } from './active-networks.js';
import { balancedQstep } from './balanced-qstep.js';
import { initialQstep } from './initial-qstep.js';

it('follows the published schedule', () => {
  const thresholds = { mlpsOnly: 0.1, mlpsAndPost: 0.3 };
  expect([0, 0.09, 0.1, 0.29, 0.3, 1].map((progress) => scheduledNetworks(progress, thresholds))).toEqual([
    'mlps-only',
    'mlps-only',
    'mlps-and-post',
    'mlps-and-post',
    'full',
    'full',
  ]);
  expect(scheduledNetworks(0)).toBe('full');
});

it('begins with the published quantiser step', () => {
  expect([initialQstep(49), initialQstep(49, 1), initialQstep(49, 4), initialQstep(0)]).toEqual([7, 3.5, 1, 1]);
});

it('the balanced step is where quantisation error and bits are in balance', () => {
  const cost = (step: number, gamma: number) => step ** 2 / 12 - gamma * Math.log2(step);
  for (const gamma of [10, 50, 200]) {
    const best = balancedQstep(gamma);
    for (const factor of [0.9, 1.1]) expect(cost(best * factor, gamma)).toBeGreaterThan(cost(best, gamma));
  }
  expect(balancedQstep(0)).toBe(1);
});
