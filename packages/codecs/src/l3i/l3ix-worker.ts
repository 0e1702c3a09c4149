// Codes channels of `.l3ix` files in a thread of its own, for `inThreads`.

import { parentPort } from 'node:worker_threads';
import { blocksOf, symbolsOf } from './l3ix-blocks.js';
import type { ChannelAnswer, ChannelJob } from './l3ix-threads.js';

function answer(job: ChannelJob): ChannelAnswer {
  try {
    // A copy of its own, of which nothing else is lost when it goes to the other thread.
    if ('symbols' in job) return { bytes: Uint8Array.from(blocksOf(job.symbols)) };
    return { bytes: symbolsOf(job.blocks, job.count, job.channel) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

parentPort!.on('message', (job: ChannelJob) => {
  const answered = answer(job);
  parentPort!.postMessage(answered, 'bytes' in answered ? [answered.bytes.buffer as ArrayBuffer] : []);
});
