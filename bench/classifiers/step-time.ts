// npm run bench:classifiers [-- --threads 1 --only resnet20]: milliseconds of a classifier's scores, loss and gradient to the images, beside PyTorch's, and
// of a step that learns JPEG tables for it (J4D), in turns. Times of the processor are those that other work on the machine disturbs least.

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
  const tables = await startContender('npx', ['tsx', here('./ours.ts'), ...args, 'tables']);
  const peer = await startContender(values.python, [here('../peers/classifier.py'), ...args]);
  const contenders = [ours, peer, tables];
  const turns: Record<'times' | 'processor', number[]>[] = contenders.map(() => ({ times: [], processor: [] }));
  const losses: (number | null | undefined)[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [i, contender] of contenders.entries()) {
      const { times, processor, value } = await contender.run(Number(values.runs));
      turns[i].times.push(Math.min(...times));
      turns[i].processor.push(Math.min(...processor));
      losses[i] = value;
    }
  }
  for (const contender of contenders) contender.end();
  const [own, pytorch, learning] = turns;
  for (const key of ['times', 'processor'] as const) {
    const ratio = (of: typeof own, beside: typeof own) => {
      const ratios = of[key].map((time, i) => time / beside[key][i]);
      return `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`;
    };
    rows.push([
      key === 'times' ? `${name}, ${batch}x${side}x${side}` : '  of the processor',
      ...[own, pytorch, learning].map((each) => median(each[key]).toFixed(1)),
      ratio(own, pytorch),
      ratio(learning, own),
      key === 'times'
        ? losses
            .slice(0, 2)
            .map((loss) => loss?.toFixed(4))
            .join(', ')
        : '',
      key === 'times' ? peer.description : '',
    ]);
  }
}
console.log(
  `${values.threads} thread(s); the least of ${values.runs} runs in each of ${values.rounds} turns, their median`,
);
console.log(
  textTable(
    ['classifier', 'ours ms', 'PyTorch ms', 'J4D ms', 'ours / PyTorch', 'J4D / ours', 'losses', 'beside'],
    rows,
  ),
);
