import { codecTests } from '@sandwich/codecs/testing';
import { startEngine } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { noise } from '../../../testing/waves.js';
import { haarDcn } from '../testing/haar-dcn.js';
import { dcnDriver } from './dcn-driver.js';

let codec: ReturnType<typeof dcnDriver>;
beforeAll(async () => {
  await startEngine();
  codec = dcnDriver([8, 120].map((fineness) => haarDcn(fineness)));
});

describe('a driver of DCNs', () => {
  it.each(Object.entries(codecTests))('%s', (_, test) => test(codec));

  it('decodes files of its networks alone', async () => {
    const other = dcnDriver([haarDcn(4)]);
    const file = await other.encode(noise(8, 8, 3), 50);
    await expect(codec.decode(file)).rejects.toThrow(/^dcn.decode: .*which is none of these 2$/);
    expect(() => dcnDriver([])).toThrow('there are no networks');
  });
});
