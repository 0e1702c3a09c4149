// exchange.mjs <device>: one of two processes (RANK 0 and 1, MASTER_PORT) that average a tensor on their devices.

import { joinProcessGroup, startEngine, tf } from '@sandwich/engine';

const [device] = process.argv.slice(2);
const rank = Number(process.env.RANK);
const COUNT = 1_000_003;
await startEngine({ engine: 'torch', device: (device === 'cuda' ? `cuda:${rank}` : device) as 'cpu', threads: 1 });
const group = await joinProcessGroup({
  rank,
  size: 2,
  host: '127.0.0.1',
  port: Number(process.env.MASTER_PORT),
  timeoutSeconds: 60,
});
const values = Float32Array.from({ length: COUNT }, (_, i) => (i % 251) + rank);
const [mean] = await group.mean([tf.tensor(values)]);
const wrong = (mean.dataSync() as Float32Array).findIndex((value, i) => value !== (i % 251) + 0.5);
await group.leave();
if (wrong >= 0) throw new Error(`value ${wrong} of the mean is not ${(wrong % 251) + 0.5}`);
