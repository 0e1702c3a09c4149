// npm run test:kills [-- --kills 50 --steps 1500 --seed 1]: a training that is killed again and again, and resumed.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeSyntheticImages } from '@sandwich/data';
import { sameState, trainWithKills } from './kills.js';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    steps: { type: 'string', default: '1500' },
    seed: { type: 'string', default: '1' },
  },
});
const folder = await mkdtemp(join(tmpdir(), 'sandwich-kills-'));
try {
  const images = join(folder, 'images');
  await makeSyntheticImages({ directory: images, count: 4, width: 48, height: 48, seed: 1 });
  const [kills, steps, seed] = [Number(values.kills), Number(values.steps), Number(values.seed)];
  const { whole, killed, resumedAt } = await trainWithKills({
    folder,
    images,
    kills,
    steps,
    seed,
    onKill: (text) => console.log(text),
  });
  const same = sameState(whole, killed);
  console.log(
    `${kills} kills, resumed at steps ${resumedAt.join(', ')}; after ${killed.step} steps weights, optimizer and ` +
      `standing are ${same ? 'the same, byte for byte, as' : 'NOT those'} of the undisturbed run`,
  );
  process.exitCode = same ? 0 : 1;
} finally {
  await rm(folder, { recursive: true });
}
