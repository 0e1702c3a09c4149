// npm run test:fuzz-l3i [-- damaged [round trips]]: a million damaged FSE blocks, .l3i and .l3ix files, each of which must end in a result or an
// error of its reader; and a hundred thousand random inputs that must come back. Prints the outcomes and the memory that it took.

import { readDamagedStreams, roundTrips } from './damaged-streams.js';

const [damaged = 1_000_000, inputs = 100_000] = process.argv.slice(2).map(Number);
const PART = 10_000;

const blocks = roundTrips(inputs, 1, 3000);
process.stdout.write(`${inputs} random inputs came back, ${blocks} of them from blocks\n`);
const sums = { read: 0, refused: 0 };
let most = 0;
for (let done = 0, seed = 1; done < damaged; done += PART, seed++) {
  const { read, refused } = readDamagedStreams(Math.min(PART, damaged - done), seed);
  sums.read += read;
  sums.refused += refused;
  most = Math.max(most, process.memoryUsage().rss);
}
const size = `${Math.round(most / 2 ** 20)} MiB resident at most`;
process.stdout.write(`${damaged} damaged streams: ${sums.read} read, ${sums.refused} refused, ${size}\n`);
