import { codecTests } from '@sandwich/codecs/testing';
import { startEngine } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { noise } from '../../../testing/waves.js';
import { Dcn } from '../dcn.js';
import { dcnDriver } from './dcn-driver.js';

const transformCodec = (startStep: number) => new Dcn({ features: 128, bits: 8, startFrom: 'dct', startStep });

let codec: ReturnType<typeof dcnDriver>;
beforeAll(async () => {
  await startEngine();
  codec = dcnDriver([200, 6].map(transformCodec));
});

describe('a driver of DCNs', () => {
  it.each(Object.entries(codecTests))('%s', (_, test) => test(codec));

  it('decodes files of its networks alone', async () => {
    const other = dcnDriver([transformCodec(160)]);
    const file = await other.encode(noise(8, 8, 3), 50);
    await expect(codec.decode(file)).rejects.toThrow(/^dcn.decode: .*which is none of these 2$/);
    expect(() => dcnDriver([])).toThrow('there are no networks');
  });
});
