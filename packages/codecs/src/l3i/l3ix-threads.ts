import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { ReadChannelsOptions } from './l3i-file.js';
import { assertL3ixPicture, fileOfBlocks, type L3ixPicture, l3ixLayout, readL3ix, writeL3ix } from './l3ix-file.js';
import { planeSize, wantedChannels } from './symbol-planes.js';

/** The work of one channel: its symbols become blocks, or its blocks `count` symbols. */
export type ChannelJob =
  | { channel: number; symbols: Uint8Array }
  | { channel: number; blocks: readonly Uint8Array[]; count: number };

/** What became of a job. */
export type ChannelAnswer = { bytes: Uint8Array } | { error: string };

/** Options of what codes channels in threads. */
export interface ThreadOptions {
  /** Worker threads; without any, channels are coded by the caller's. Default: as many as there are processors, of large pictures alone. */
  threads?: number;
}

/** So many symbols take a thread some 40 ms, which is about what it takes to start it. */
const SYMBOLS_OF_THREAD = 2 ** 22;

const workerFile = new URL(
  import.meta.url.endsWith('.ts') ? './l3ix-worker-source.mjs' : './l3ix-worker.js',
  import.meta.url,
);

/** @throws RangeError for a number of threads that is none */
function threadsFor(caller: string, { threads }: ThreadOptions, channels: number, symbols: number): number {
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 0))
    throw new RangeError(`${caller}: threads must be a whole number of at least 0, got ${threads}`);
  const worthwhile = Math.floor((channels * symbols) / SYMBOLS_OF_THREAD);
  return Math.min(threads ?? (worthwhile > 1 ? Math.min(availableParallelism(), worthwhile) : 0), channels);
}

/**
 * Does jobs in so many threads: each thread takes the next job when it is done with one, and none does after one has failed.
 *
 * @param file what a thread runs
 * @throws Error of the first job that fails, or when a thread ends before its job is done
 */
export async function inThreads(
  jobs: readonly ChannelJob[],
  threads: number,
  file: URL = workerFile,
): Promise<Uint8Array[]> {
  const results: Uint8Array[] = [];
  let next = 0;
  const work = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(file);
      let job = -1;
      const end = (error?: Error) => {
        worker.removeAllListeners('exit');
        if (error) {
          next = jobs.length;
          reject(error);
        } else resolve();
        void worker.terminate();
      };
      const takeNext = () => {
        if (next === jobs.length) return end();
        job = next++;
        worker.postMessage(jobs[job]);
      };
      worker.on('error', end);
      worker.on('messageerror', end);
      worker.on('exit', (status) =>
        end(new Error(`the thread of channel ${jobs[job].channel} ended with status ${status} before it was done`)),
      );
      worker.on('message', (answer: ChannelAnswer) => {
        if ('error' in answer) return end(new Error(answer.error));
        results[job] = answer.bytes;
        takeNext();
      });
      takeNext();
    });
  await Promise.all(Array.from({ length: threads }, work));
  return results;
}

/**
 * `writeL3ix`, whose channels are coded in worker threads where the picture is so large that it is worth their while: the same bytes.
 *
 * @throws RangeError as `writeL3ix`
 */
export async function writeL3ixInThreads(picture: L3ixPicture, options: ThreadOptions = {}): Promise<Uint8Array> {
  assertL3ixPicture(picture);
  const { channels } = picture;
  const threads = threadsFor('writeL3ixInThreads', options, channels.length, channels[0].length);
  if (threads === 0) return writeL3ix(picture);
  return fileOfBlocks(
    picture,
    await inThreads(
      channels.map((symbols, channel) => ({ channel, symbols })),
      threads,
    ),
  );
}

/**
 * `readL3ix`, whose channels are decoded in worker threads where the picture is so large that it is worth their while.
 *
 * @throws Error as `readL3ix`
 */
export async function readL3ixInThreads(
  file: Uint8Array,
  options: ReadChannelsOptions & ThreadOptions = {},
): Promise<L3ixPicture> {
  const { channels, ...header } = l3ixLayout(file);
  const wanted = wantedChannels('readL3ix', channels.length, options.channels);
  const { columns, rows } = planeSize(header);
  const count = columns * rows;
  const threads = threadsFor('readL3ixInThreads', options, wanted.length, count);
  if (threads === 0) return readL3ix(file, options);
  // Blocks are views of the whole file, all of which would go to a thread with each of them.
  const own = (blocks: Uint8Array[]) => blocks.map((block) => Uint8Array.from(block));
  const jobs = wanted.map((channel) => ({ channel, blocks: own(channels[channel]), count }));
  return { ...header, channels: await inThreads(jobs, threads) };
}
