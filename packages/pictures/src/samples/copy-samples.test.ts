import { describe, expect, it } from 'vitest';
import { copySamples } from './copy-samples.js';
import { cropPicture } from './crop-picture.js';
import { firstChannels } from './first-channels.js';

/** As sharp returns samples: a Uint8Array whose `slice` is no copy. */
const samples = () => Buffer.from([...Array(4 * 3 * 4).keys()]);

describe('samples in a Buffer are left as they are', () => {
  it.each([
    ['copySamples', (data: Buffer) => copySamples(data).fill(0)],
    [
      'cropPicture',
      (data: Buffer) =>
        cropPicture({ data, width: 4, height: 3, channels: 4 }, { left: 2, top: 1, width: 2, height: 2 }),
    ],
    ['firstChannels', (data: Buffer) => firstChannels({ data, width: 4, height: 3, channels: 4 })],
  ])('by %s', (_, use) => {
    const data = samples();
    use(data);
    expect(data).toEqual(samples());
  });

  it('and those of 16 bits', () => {
    const data = Uint16Array.of(1, 2, 3);
    expect(copySamples(data, 2).fill(9)).toEqual(Uint16Array.of(9, 9));
    expect(data).toEqual(Uint16Array.of(1, 2, 3));
  });
});
