import { codecTests } from '@sandwich/codecs/testing';
import { startEngine } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { noise } from '../../../testing/waves.js';
import { haarPrior } from '../testing/haar-prior.js';
import { factorizedPriorDriver } from './factorized-prior-driver.js';

let codec: ReturnType<typeof factorizedPriorDriver>;
beforeAll(async () => {
  await startEngine();
  codec = factorizedPriorDriver([20, 1000].map((fineness) => haarPrior(fineness)));
});

describe('a driver of factorised-prior codecs', () => {
  it.each(Object.entries(codecTests))('%s', (_, test) => test(codec));

  it('decodes files of its networks alone', async () => {
    const other = factorizedPriorDriver([haarPrior(4)]);
    const file = await other.encode(noise(8, 8, 3), 50);
    await expect(codec.decode(file)).rejects.toThrow(/^fpic.decode: .*which is none of these 2$/);
    expect(() => factorizedPriorDriver([])).toThrow('there are no networks');
  });
});
