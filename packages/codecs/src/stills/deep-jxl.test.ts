import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePng, loadSharp, type Picture } from '@sandwich/pictures';
import { describe, expect, it } from 'vitest';
import { createDeepJxl } from './deep-jxl.js';

const [width, height] = [40, 24];
const wave = (channels: 1 | 3): Picture<Uint16Array> & { channels: 1 | 3 } => ({
  data: Uint16Array.from({ length: width * height * channels }, (_, i) => {
    const [x, y] = [Math.floor(i / channels) % width, Math.floor(i / channels / width)];
    return 30000 + 20000 * Math.sin(x / 17 + (i % channels)) + 9000 * Math.cos(y / 23);
  }),
  width,
  height,
  channels,
});

/** What the programs make of a picture, called by hand. */
async function byHand(picture: Picture, distance: string) {
  const folder = mkdtempSync(join(tmpdir(), 'deep-jxl-'));
  try {
    writeFileSync(join(folder, 'in.png'), await encodePng(picture));
    spawnSync('cjxl', ['in.png', 'out.jxl', '-d', distance, '-e', '7'], { cwd: folder });
    spawnSync('djxl', ['out.jxl', 'out.png'], { cwd: folder });
    const sharp = await loadSharp();
    const space = picture.channels === 1 ? 'grey16' : 'rgb16';
    const decoded = sharp(join(folder, 'out.png'), { ignoreIcc: true }).toColourspace(space).raw({ depth: 'ushort' });
    const { buffer, byteOffset, byteLength } = await decoded.toBuffer();
    return {
      file: readFileSync(join(folder, 'out.jxl')),
      samples: new Uint16Array(buffer, byteOffset, byteLength / 2),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('createDeepJxl', () => {
  it.each([1, 3] as const)('writes and reads 16 bits of %i channels as the programs do', async (channels) => {
    const codec = await createDeepJxl();
    const picture = wave(channels);
    const file = await codec.encode(picture, 90);
    const decoded = await codec.decode(file, channels);
    const expected = await byHand(picture, '1.000');
    expect(Buffer.from(file).equals(expected.file)).toBe(true);
    expect(decoded).toMatchObject({ width, height, channels, bitDepth: 16 });
    expect(decoded.data).toEqual(expected.samples);
    expect(decoded.data).not.toEqual(picture.data);
    expect(codec.settings.encoder).toMatch(/^cjxl \d/);
  });

  it('loses nothing at quality 100, and refuses others than 1 to 100', async () => {
    const codec = await createDeepJxl();
    const picture = wave(3);
    expect((await codec.decode(await codec.encode(picture, 100), 3)).data).toEqual(picture.data);
    await expect(codec.encode(picture, 0)).rejects.toThrow('quality must be a whole number of 1 to 100, got 0');
  });
});
