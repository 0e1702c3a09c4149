import { expect, it } from 'vitest';
import { losslessSource } from './lossless-source.js';

it('losslessSource takes WebP, and PNG for pictures that are too long for it', async () => {
  for (const [width, type, head] of [
    [16_383, 'webp', 'RIFF'],
    [16_384, 'png', '\x89PNG'],
  ] as const) {
    const picture = { data: new Uint8Array(3 * width).fill(7), width, height: 1, channels: 3 as const };
    const [uri, data] = (await losslessSource(picture)).split(';base64,');
    expect(uri).toBe(`data:image/${type}`);
    expect(Buffer.from(data, 'base64').toString('latin1', 0, 4)).toBe(head);
  }
});
