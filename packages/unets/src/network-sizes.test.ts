import { startEngine } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { networkSize } from './network-sizes.js';
import { UNet } from './unet.js';

beforeAll(async () => {
  await startEngine();
});

describe('networkSize', () => {
  it.each([
    ['slim', 57_219],
    ['medium', 472_387],
    ['full', 7_847_491],
  ])('%s has the parameters of the table', (name, count) => {
    const unet = new UNet(networkSize(name));
    expect(unet.trainableWeights.reduce((sum, weight) => sum + weight.size, 0)).toBe(count);
    unet.dispose();
  });

  it('names what there is', () => {
    expect(() => networkSize('tiny')).toThrow(/unknown size 'tiny'; known are slim, medium, full/);
  });
});
