import type { Picture } from '@sandwich/pictures';
// tsx bench/codec-proxy/real-codec.ts: what a real codec in the loop costs on 8 RGB images of 128x128. There are two ways to have one: the caller waits for
// a thread that runs it (`startRealCodec`), or the training step is cut in two and awaits it, and then computes the pre-processor a
// second time, since a gradient tape does not outlive an await. Prints medians and the ratio of the two, in turns.

import { startRealCodec } from '@sandwich/codec-proxy';
import { type CodecName, codecs } from '@sandwich/codecs';
import { startEngine, tf } from '@sandwich/engine';
import { networkSize, UNet } from '@sandwich/unets';
import { median } from '../median.js';

const [BATCH, SIDE, ROUNDS, QUALITY] = [8, 128, 10, 40];
const milliseconds = async (call: () => unknown): Promise<number> => {
  const start = performance.now();
  await call();
  return performance.now() - start;
};

const images: Picture<Uint8Array>[] = Array.from({ length: BATCH }, (_, b) => ({
  data: Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => 128 + 90 * Math.sin(i / (40 + b)) + ((i * i) % 29)),
  width: SIDE,
  height: SIDE,
  channels: 3,
}));

await startEngine();
const pre = new UNet(networkSize('slim'));
const batch = tf.randomUniform<tf.Rank.R4>([BATCH, SIDE, SIDE, 3], 0, 255, 'float32', 1);
const forward = () => tf.tidy(() => pre.apply(batch).mean().arraySync());
forward();

const names = (process.argv.length > 2 ? process.argv.slice(2) : ['jpeg', 'webp', 'avif']) as CodecName[];
for (const name of names) {
  const thread = await startRealCodec(name);
  const codec = await codecs[name]();
  const awaited = () => Promise.all(images.map(async (image) => codec.decode(await codec.encode(image, QUALITY))));
  thread.code(images, QUALITY);
  await awaited();
  const times: Record<'thread' | 'awaited' | 'pre', number[]> = { thread: [], awaited: [], pre: [] };
  for (let round = 0; round < ROUNDS; round++) {
    times.thread.push(await milliseconds(() => thread.code(images, QUALITY)));
    times.awaited.push(await milliseconds(awaited));
    times.pre.push(await milliseconds(forward));
  }
  await thread.close();
  const [a, b, c] = [times.thread, times.awaited, times.pre].map(median);
  console.log(
    `${name}: thread ${a.toFixed(1)} ms; awaited ${b.toFixed(1)} ms and slim pre-processor again ${c.toFixed(1)} ms; ratio ${(a / (b + c)).toFixed(2)}`,
  );
}
