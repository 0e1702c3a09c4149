import { codecs } from '@sandwich/codecs';
import { expect, it } from 'vitest';
import { codecCoder } from './codec-coder.js';

const data = Uint8Array.from({ length: 3 * 20 * 12 }, (_, i) => (i * i * 7) % 256);
const picture = { data, width: 20, height: 12, channels: 3 as const };

it('codes pictures as the codec alone does, at the settings that are asked for', async () => {
  const jpeg = await codecs.jpeg({ subsampling: '4:4:4' });
  const coder = codecCoder(jpeg, { name: 'JPEG', group: 'ordinary JPEG', qualities: [10, 50, 90] });
  expect([coder.name, coder.group, coder.settings]).toEqual([
    'JPEG',
    'ordinary JPEG',
    ['quality 10', 'quality 50', 'quality 90'],
  ]);
  expect(coder.description).toContain('jpeg; encoder: encodeJpeg, baseline; ');
  expect(coder.pixels(picture)).toBe(240);
  const codings = [];
  for await (const coding of coder.code(picture, [2, 0])) codings.push(coding);
  expect(codings.map(({ setting }) => setting)).toEqual([2, 0]);
  for (const [i, quality] of [90, 10].entries()) {
    const file = await jpeg.encode(picture, quality);
    expect(codings[i].bits).toBe(8 * file.length);
    expect(codings[i].output).toEqual(await jpeg.decode(file));
  }
});

it('has one key for equal codecs, and others for others', async () => {
  const keyOf = async (subsampling: '4:2:0' | '4:4:4') => codecCoder(await codecs.jpeg({ subsampling })).key;
  expect(await keyOf('4:2:0')).toBe(await keyOf('4:2:0'));
  expect(await keyOf('4:2:0')).not.toBe(await keyOf('4:4:4'));
});
