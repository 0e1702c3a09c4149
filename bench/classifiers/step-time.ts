// npm run bench:classifiers [-- --threads 1 --only resnet20]: milliseconds of a classifier's scores, loss and gradient to the images, beside PyTorch's, in turns.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { textTable } from '../../packages/inspector/src/reports/text-table.js';
import { startContender } from '../contender.js';
import { median } from '../median.js';

const CASES = [
  { name: 'resnet20', set: 'cifar10', batch: 64, side: 32 },
  { name: 'resnet56', set: 'cifar10', batch: 64, side: 32 },
  { name: 'squeezenet1_1', set: 'imagenet', batch: 4, side: 224 },
];

const { values } = parseArgs({
  options: {
    threads: { type: 'string', default: '1' },
    only: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    runs: { type: 'string', default: '5' },
    python: { type: 'string', default: '/usr/bin/python3' },
  },
});
const data = process.env.SANDWICH_DATA;
if (!data) throw new Error('bench:classifiers: set SANDWICH_DATA to the folder with weights/');
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const rows: string[][] = [];
for (const { name, set, batch, side } of CASES.filter((each) => (values.only ?? each.name) === each.name)) {
  const weights = join(data, 'weights', `${name}-${set}.safetensors`);
  const args = [values.threads, name, weights, `${batch}`, `${side}`];
  const ours = await startContender('npx', ['tsx', here('./ours.ts'), ...args]);
  const peer = await startContender(values.python, [here('../peers/classifier.py'), ...args]);
  const [a, b]: number[][] = [[], []];
  let losses: (number | null | undefined)[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const [first, second] = [await ours.run(Number(values.runs)), await peer.run(Number(values.runs))];
    a.push(Math.min(...first.times));
    b.push(Math.min(...second.times));
    losses = [first.value, second.value];
  }
  ours.end();
  peer.end();
  const ratios = a.map((time, i) => time / b[i]);
  rows.push([
    `${name}, ${batch}x${side}x${side}`,
    median(a).toFixed(1),
    median(b).toFixed(1),
    median(ratios).toFixed(2),
    `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`,
    losses.map((loss) => loss?.toFixed(4)).join(', '),
    peer.description,
  ]);
}
console.log(
  `${values.threads} thread(s); the least of ${values.runs} runs in each of ${values.rounds} turns, their median`,
);
console.log(textTable(['classifier', 'ours ms', 'PyTorch ms', 'ratio', 'of turns', 'losses', 'beside'], rows));
