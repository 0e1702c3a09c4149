import { readL3ix, readL3ixHeader, symbolEntropy } from '@sandwich/codecs';
import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { noise } from '../../../testing/waves.js';
import { Dcn } from '../dcn.js';
import { decoderLayers, encoderLayers } from '../network/layers.js';
import { reachOf } from '../network/reach.js';
import { withWaves } from '../testing/with-waves.js';
import { decodeInTiles, encodeInTiles } from './code-in-tiles.js';
import { DcnCodec } from './dcn-codec.js';

let dcn: Dcn;
let codec: DcnCodec;
beforeAll(async () => {
  await startEngine();
  dcn = withWaves(new Dcn({ features: 4 }), 3);
  codec = new DcnCodec(dcn);
});

describe('DcnCodec', () => {
  it('codes pictures of every size', async () => {
    const sizes = Array.from({ length: 64 }, (_, i) => [i + 1, 1 + ((i * 29) % 17)]);
    for (const [i, [long, short]] of [...sizes, [4096, 3], [4096, 9]].entries()) {
      const [width, height] = i % 2 === 0 ? [long, short] : [short, long];
      const picture = noise(width, height, 3);
      const file = await codec.encode(picture);
      const decoded = await codec.decode(file);
      expect([decoded.width, decoded.height, decoded.channels]).toEqual([width, height, 3]);
      expect(decoded.data).toHaveLength(3 * width * height);
      expect(readL3ix(file).channels).toEqual((await codec.symbols(picture)).channels);
    }
  });

  it('stores what the network makes of the picture with its last pixels repeated', async () => {
    const picture = noise(13, 9, 3);
    const { channels } = await codec.symbols(picture);
    tf.tidy(() => {
      const pixels = tf.tensor3d(new Float32Array(picture.data), [9, 13, 3]);
      const rows = Array.from({ length: 16 }, (_, i) => Math.min(i, 8));
      const columns = Array.from({ length: 16 }, (_, i) => Math.min(i, 12));
      const padded = tf.gather(tf.gather(pixels, rows, 0), columns, 1).expandDims<tf.Tensor4D>(0);
      const values = dcn.quantize(dcn.latent(padded)).add(15).dataSync();
      for (const [channel, symbols] of channels.entries()) {
        expect([...symbols]).toEqual([0, 1, 2, 3].map((i) => values[4 * i + channel]));
      }
    });
  });

  it('shows its latent, and channels as pictures', async () => {
    const picture = noise(21, 9, 3);
    const [latent, planes] = [await codec.latent(picture), await codec.symbols(picture)];
    expect(latent.map((channel) => Array.from(channel, (z) => Math.ceil(z - 0.5) + 15))).toEqual(
      planes.channels.map((symbols) => [...symbols]),
    );
    expect(latent[0].some((z) => z !== Math.round(z))).toBe(true);
    const pictures = codec.channelPictures({ ...planes, channels: [Uint8Array.of(0, 31, 15, 16, 1, 2)] });
    expect(pictures).toEqual([{ data: Uint8Array.of(0, 255, 123, 132, 8, 16), width: 3, height: 2, channels: 1 }]);
  });

  it('chooses symbols by rate and distortion where it is asked to, with which a file takes fewer bits', async () => {
    const picture = noise(160, 128, 3);
    const [rounded, chosen] = [await codec.symbols(picture), await codec.symbols(picture, { trellis: true })];
    const file = await codec.encode(picture, { trellis: true });
    expect(readL3ix(file).channels).toEqual(chosen.channels);
    expect((await codec.decode(file)).width).toBe(160);
    expect(symbolEntropy(chosen.channels)).toBeLessThan(symbolEntropy(rounded.channels));
    for (const [channel, symbols] of chosen.channels.entries()) {
      expect(symbols.every((symbol, i) => Math.abs(symbol - rounded.channels[channel][i]) <= 1)).toBe(true);
    }
  });

  it('writes .l3i files of what they hold, of the same symbols', async () => {
    const picture = noise(24, 16, 3);
    const file = await codec.encode(picture, { format: 'l3i' });
    expect([...file.subarray(0, 3)]).toEqual([2, 3, 4]);
    const [one, other] = [await codec.decode(file), await codec.decode(await codec.encode(picture))];
    expect(Buffer.compare(one.data, other.data)).toBe(0);
    await expect(codec.encode(noise(20, 16, 3), { format: 'l3i' })).rejects.toThrow(
      'multiples of 8 pixels, got 20 x 16',
    );
    await expect(codec.encode(picture, { format: 'l3y' as 'l3i' })).rejects.toThrow(
      "format must be l3i or l3ix, got 'l3y'",
    );
  });

  it('takes gray for gray RGB, and no other pictures', async () => {
    const gray = noise(16, 16, 1);
    const data = Uint8Array.from({ length: 768 }, (_, i) => gray.data[Math.floor(i / 3)]);
    const rgb = { ...gray, channels: 3 as const, data };
    expect(await codec.encode(gray)).toEqual(await codec.encode(rgb));
    const rgba = { ...rgb, channels: 4 as 3, data: new Uint8Array(1024) };
    await expect(codec.encode(rgba)).rejects.toThrow('channels');
    await expect(codec.encode({ ...rgb, data: new Uint16Array(768) })).rejects.toThrow(RangeError);
  });

  it('refuses files of another network, and what is none of its files', async () => {
    const other = new DcnCodec(withWaves(new Dcn({ features: 4 }), 2));
    const file = await other.encode(noise(8, 8, 3));
    const reason = `it was written by the network ${other.name.slice(8)}, this one is ${codec.name.slice(8)}`;
    await expect(codec.decode(file)).rejects.toThrow(reason);
    await expect(codec.check(file)).rejects.toThrow(reason);
    await expect(other.check(file)).resolves.toBeUndefined();
    other.dispose();
    const wide = new DcnCodec(new Dcn({ features: 5 }));
    const l3i = await wide.encode(noise(16, 16, 3), { format: 'l3i' });
    await expect(codec.check(l3i)).rejects.toThrow('it has 5 channels, and this network 4');
    wide.dispose();
    await expect(codec.decode(Buffer.from('GIF89a and more'))).rejects.toThrow('readL3i: ');
    // A raw layer with a symbol beyond the 32 entries.
    const beyond = Uint8Array.from([1, 2, 4, 8, 0, 2, 0, 2, 0, 2, 0, 2, 0, 1, 2, 3, 4, 5, 32, 7, 8]);
    await expect(codec.decode(beyond)).rejects.toThrow('channel 2 has the symbol 32, and the codebook 32 entries');
  });

  it('has an identity that survives packing to float16', async () => {
    const packed = new Dcn({ features: 4 });
    tf.tidy(() => {
      for (const [path, variable] of Object.entries(packed.parameters)) {
        const values = dcn.parameters[path].dataSync<'float32'>();
        variable.assign(tf.tensor(values.map(roundedToHalf), variable.shape));
      }
    });
    const again = new DcnCodec(packed);
    expect(again.name).toBe(codec.name);
    expect(codec.name).toMatch(/^network [0-9a-f]{16}$/);
    expect(readL3ixHeader(await codec.encode(noise(9, 8, 3)))).toMatchObject({ width: 9, height: 8, channels: 4 });
    again.dispose();
  });
});

/** To 11 significant bits, halves to even; enough for the weights here, which are no smaller than float16's smallest normal number. */
function roundedToHalf(value: number): number {
  if (Math.abs(value) < 2 ** -14) return Math.sign(value) * roundEven(Math.abs(value) * 2 ** 24) * 2 ** -24;
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(value))) - 10);
  return roundEven(value / unit) * unit;
}

const roundEven = (x: number): number => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x));

describe('tiles', () => {
  it('see as far as the networks look', () => {
    // 5x5 at full and half size, six 3x3 and a 5x5 at a quarter; a 3x3 at an eighth, seven at a quarter, one at half the size.
    expect(reachOf(encoderLayers(4), 1)).toBe(2 + 4 + 6 * 4 + 8);
    expect(reachOf(decoderLayers(4), 8)).toBe(8 + 7 * 4 + 2);
  });

  it('make the symbols of the whole', async () => {
    const picture = noise(203, 130, 3);
    const [tiles, whole] = [64, 1024].map((tile) => encodeInTiles(dcn, picture, { tile }));
    const [a, b] = [(await tiles).channels, (await whole).channels];
    expect(new Set(a[0]).size).toBeGreaterThan(2);
    let differing = 0;
    for (const [channel, symbols] of a.entries()) {
      for (const [i, symbol] of symbols.entries()) {
        expect(Math.abs(symbol - b[channel][i])).toBeLessThanOrEqual(1);
        if (symbol !== b[channel][i]) differing++;
      }
    }
    // Values that lie on a half, up to the rounding of floats.
    expect(differing).toBeLessThanOrEqual(2);
  });

  it('make the picture of the whole', async () => {
    const planes = await encodeInTiles(dcn, noise(203, 130, 3));
    const [tiles, whole] = [
      await decodeInTiles(dcn, planes, { tile: 64 }),
      await decodeInTiles(dcn, planes, { tile: 1024 }),
    ];
    expect(tiles.data.every((sample, i) => Math.abs(sample - whole.data[i]) <= 1)).toBe(true);
    expect(new Set(tiles.data).size).toBeGreaterThan(50);
  });
});
