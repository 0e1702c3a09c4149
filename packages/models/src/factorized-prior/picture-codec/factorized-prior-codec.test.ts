import { readFpic, writeFpic } from '@sandwich/codecs';
import { fromFloat16, startEngine, tf, toFloat16 } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { noise } from '../../../testing/waves.js';
import { FactorizedPrior } from '../factorized-prior.js';
import { withWaves } from '../testing/with-waves.js';
import { decodeInTiles, encodeInTiles } from './code-in-tiles.js';
import { FactorizedPriorCodec } from './factorized-prior-codec.js';

/** A small network with levels of some size. */
function wavePrior(scale: number): FactorizedPrior {
  const prior = withWaves(new FactorizedPrior({ features: 4, latentChannels: 6 }));
  tf.tidy(() => {
    const last = prior.parameters['g_a/6/weight'];
    last.assign(last.mul(scale));
    const first = prior.parameters['g_s/0/weight'];
    first.assign(first.div(scale));
  });
  return prior;
}

let prior: FactorizedPrior;
let codec: FactorizedPriorCodec;
let medians: Float32Array;
beforeAll(async () => {
  await startEngine();
  prior = wavePrior(4);
  codec = new FactorizedPriorCodec(prior);
  const stored = tf.tidy(() => prior.bottleneck.medians().dataSync<'float32'>());
  medians = fromFloat16(toFloat16(stored));
});

describe('FactorizedPriorCodec', () => {
  it('codes pictures of every size, to the same levels', async () => {
    const sizes = Array.from({ length: 40 }, (_, i) => [i + 1, 1 + ((i * 29) % 23)]);
    const seen = new Set<number>();
    for (const [i, [long, short]] of sizes.entries()) {
      const [width, height] = i % 2 === 0 ? [long, short] : [short, long];
      const picture = noise(width, height, 3);
      const file = await codec.encode(picture);
      const levels = await codec.levels(picture);
      expect(await codec.levelsOfFile(file)).toEqual(levels);
      for (const channel of levels.channels) for (const level of channel) seen.add(level);
      const decoded = await codec.decode(file);
      expect([decoded.width, decoded.height, decoded.channels]).toEqual([width, height, 3]);
      expect(decoded.data).toHaveLength(3 * width * height);
    }
    expect(seen.size).toBeGreaterThan(10);
  });

  it('stores what the network makes of the picture with its last pixels repeated', async () => {
    const picture = noise(21, 9, 3);
    const { channels } = await codec.levels(picture);
    tf.tidy(() => {
      const pixels = tf.tensor3d(new Float32Array(picture.data), [9, 21, 3]);
      const indices = (size: number, length: number) => Array.from({ length }, (_, i) => Math.min(i, size - 1));
      const padded = tf.gather(tf.gather(pixels, indices(9, 16), 0), indices(21, 32), 1).expandDims<tf.Tensor4D>(0);
      const expected = prior.latent(padded).sub(tf.tensor1d(medians)).round().dataSync();
      for (const [channel, levels] of channels.entries())
        expect([...levels]).toEqual([0, 1].map((place) => expected[6 * place + channel] + 0));
    });
  });

  it('makes files of about the bits that the bottleneck estimates', async () => {
    // Densities of the start, whose intervals hold nearly all levels of the waves.
    const usual = wavePrior(2);
    const fresh = new FactorizedPrior({ features: 4, latentChannels: 6 });
    for (const [path, variable] of Object.entries(usual.bottleneck.parameters))
      variable.assign(fresh.bottleneck.parameters[path]);
    const picture = noise(160, 160, 3);
    const coder = new FactorizedPriorCodec(usual);
    const file = await coder.encode(picture);
    const pixels = tf.tensor4d(new Float32Array(picture.data), [1, 160, 160, 3]);
    const [bits] = tf.tidy(() => usual.apply(pixels).bits.dataSync());
    expect(Math.abs((8 * readFpic(file).string.length) / bits - 1)).toBeLessThan(0.02);
    pixels.dispose();
    coder.dispose();
    fresh.dispose();
  });

  it('sees large pictures in tiles, which make what the whole makes', async () => {
    const picture = noise(203, 130, 3);
    const [tiled, whole] = [
      await encodeInTiles(prior, medians, picture, { tile: 64 }),
      await encodeInTiles(prior, medians, picture, { tile: 1024 }),
    ];
    let differing = 0;
    for (const [channel, levels] of tiled.channels.entries()) {
      for (const [i, level] of levels.entries()) {
        expect(Math.abs(level - whole.channels[channel][i])).toBeLessThanOrEqual(1);
        if (level !== whole.channels[channel][i]) differing++;
      }
    }
    // Values that lie on a half, up to the rounding of floats.
    expect(differing).toBeLessThanOrEqual(2);
    const [a, b] = [
      await decodeInTiles(prior, medians, whole, { tile: 64 }),
      await decodeInTiles(prior, medians, whole, { tile: 1024 }),
    ];
    expect(a.data.every((sample, i) => Math.abs(sample - b.data[i]) <= 1)).toBe(true);
    expect(new Set(a.data).size).toBeGreaterThan(50);
  });

  it('takes gray for gray RGB, and no other pictures', async () => {
    const gray = noise(16, 16, 1);
    const rgb = { ...gray, channels: 3 as const, data: Uint8Array.from({ length: 768 }, (_, i) => gray.data[Math.floor(i / 3)]) }; // biome-ignore format: one object
    expect(await codec.encode(gray)).toEqual(await codec.encode(rgb));
    await expect(codec.encode({ ...rgb, channels: 4 as 3, data: new Uint8Array(1024) })).rejects.toThrow('channels');
    await expect(codec.encode({ ...rgb, data: new Uint16Array(768) })).rejects.toThrow(RangeError);
  });

  it('reads the files of a run with its packed weights, to the same levels', async () => {
    const packed = new FactorizedPrior({ features: 4, latentChannels: 6 });
    for (const [path, variable] of Object.entries(packed.parameters)) {
      const half = fromFloat16(toFloat16(prior.parameters[path].dataSync<'float32'>()));
      tf.tidy(() => variable.assign(tf.tensor(half, variable.shape)));
    }
    const again = new FactorizedPriorCodec(packed);
    expect(again.name).toBe(codec.name);
    expect(codec.name).toMatch(/^network [0-9a-f]{16}$/);
    const picture = noise(60, 40, 3);
    expect(await again.levelsOfFile(await codec.encode(picture))).toEqual(await codec.levels(picture));
    again.dispose();
  });

  it('refuses files of another network, and what is none of its files', async () => {
    const other = new FactorizedPriorCodec(wavePrior(3));
    const file = await other.encode(noise(8, 8, 3));
    const reason = `it was written by the ${other.name}, this one is ${codec.name.slice(8)}`;
    await expect(codec.decode(file)).rejects.toThrow(reason);
    await expect(codec.check(file)).rejects.toThrow(reason);
    await expect(other.check(file)).resolves.toBeUndefined();
    other.dispose();
    await expect(codec.decode(Buffer.from('GIF89a and more'))).rejects.toThrow('do not begin with FPIC');
    const own = readFpic(await codec.encode(noise(8, 8, 3)));
    const channels = writeFpic({ ...own, channels: 5 });
    await expect(codec.check(channels)).rejects.toThrow('it has 5 channels, and this network 6');
  });

  it('ends on damaged strings with an error or a picture, before anything large is made', async () => {
    const whole = readFpic(await codec.encode(noise(50, 30, 3)));
    const change = async (of: Partial<typeof whole>) => codec.decode(writeFpic({ ...whole, ...of }));
    const outcomes: string[] = [];
    for (let bit = 0; bit < 8 * whole.string.length; bit += 7) {
      const string = Uint8Array.from(whole.string);
      string[bit >> 3] ^= 1 << (bit & 7);
      outcomes.push(
        await change({ string }).then(
          ({ data }) => `${data.length} samples`,
          ({ name }: Error) => name,
        ),
      );
    }
    expect([...new Set(outcomes)].sort()).toEqual(['4500 samples', 'RangeError']);
    for (let length = 0; length < whole.string.length; length += 5)
      await expect(change({ string: whole.string.subarray(0, length) })).rejects.toThrow();
    await expect(change({ string: Uint8Array.from([...whole.string, 0, 0, 0, 0]) })).rejects.toThrow('are not of');
    await expect(change({ width: 16_000, height: 16_000 })).rejects.toThrow(
      /its \d+ bytes cannot hold a picture of 16000 x 16000/,
    );
  });

  it('says when weights have diverged', async () => {
    const broken = wavePrior(4);
    const assign = (path: string, value: number) =>
      tf.tidy(() => broken.parameters[path].assign(tf.fill(broken.parameters[path].shape, value)));
    assign('g_a/5/beta', 0);
    assign('g_a/5/gamma', 0);
    assign('g_a/4/weight', 6e4);
    assign('g_a/6/weight', 6e4);
    await expect(new FactorizedPriorCodec(broken).encode(noise(8, 8, 3))).rejects.toThrow(
      /the network makes -?[\d.e+]+ in its latent: its weights have diverged/,
    );
    broken.dispose();
  });
});
