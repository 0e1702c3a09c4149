import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readL3ix, writeL3ix } from './l3ix-file.js';
import { inThreads, readL3ixInThreads, writeL3ixInThreads } from './l3ix-threads.js';

const symbols = (channel: number) =>
  Uint8Array.from({ length: 300 * 300 }, (_, i) => (channel === 1 ? 15 : ((i * i) % (5 + channel)) + 13));
const picture = {
  width: 2400,
  height: 2393,
  network: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  channels: [0, 1, 2, 3, 4].map(symbols),
};
const file = writeL3ix(picture);

describe('channels in threads', () => {
  it('make the same file and the same symbols', async () => {
    expect(Buffer.compare(await writeL3ixInThreads(picture, { threads: 2 }), file)).toBe(0);
    expect(picture.channels[0]).toHaveLength(90_000);
    const { channels, ...header } = await readL3ixInThreads(file, { threads: 2, channels: [3, 1, 4] });
    expect({ ...picture, ...header }).toEqual(picture);
    expect(channels.map((channel, i) => Buffer.compare(channel, picture.channels[[3, 1, 4][i]]))).toEqual([0, 0, 0]);
  });

  it('are coded by the thread of the caller where there are few', async () => {
    expect(Buffer.compare(await writeL3ixInThreads(picture), file)).toBe(0);
    expect((await readL3ixInThreads(file)).channels).toHaveLength(5);
  });

  it('tell of damage as the one thread does', async () => {
    const damaged = Buffer.from(file);
    // The end mark of the first block of the first channel.
    const end = 24 + 4 + 2 + damaged.readUInt16LE(28) - 1;
    damaged[end] = 0;
    damaged.writeUInt32LE(crc32(damaged.subarray(0, -4)), damaged.length - 4);
    const message = 'fseDecompress: the block has no end mark';
    expect(() => readL3ix(damaged)).toThrow(message);
    await expect(readL3ixInThreads(damaged, { threads: 1 })).rejects.toThrow(message);
    await expect(readL3ixInThreads(file.subarray(1), { threads: 2 })).rejects.toThrow('do not begin with L3IX');
    await expect(writeL3ixInThreads({ ...picture, height: 9 }, { threads: 2 })).rejects.toThrow('channel 0 must have');
    await expect(writeL3ixInThreads(picture, { threads: 1.5 })).rejects.toThrow('threads must be a whole number');
  });

  it('fail where a thread ends before its time', async () => {
    const dies = "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => process.exit(3));";
    const jobs = picture.channels.map((symbols, channel) => ({ channel, symbols }));
    await expect(inThreads(jobs, 1, new URL(`data:text/javascript,${encodeURIComponent(dies)}`))).rejects.toThrow(
      'the thread of channel 0 ended with status 3 before it was done',
    );
  });
});
