import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { freePort } from './free-port.js';
import { hasCollectives } from './has-collectives.js';
import { joinProcessGroup } from './join-process-group.js';

const PRELUDE = `
  import { joinProcessGroup, startEngine, tf } from ${JSON.stringify(new URL('../index.ts', import.meta.url).href)};
  const [rank, size, port] = process.argv.slice(-3).map(Number);
  const join = (options) => joinProcessGroup({ rank, size, host: '127.0.0.1', port, timeoutSeconds: 60, ...options });
  const say = (value) => console.log(JSON.stringify(value));
`;

interface Outcome {
  said: unknown[];
  signal: NodeJS.Signals | null;
}

/** Runs a script in processes of ranks 0 to size - 1. @returns what each has said, line by line */
async function inProcesses(size: number, script: string): Promise<Outcome[]> {
  const port = await freePort();
  const ended = Array.from({ length: size }, (_, rank) => {
    const args = ['--import', 'tsx', '--input-type=module', '-e', PRELUDE + script, '--'];
    const child = spawn(process.execPath, [...args, `${rank}`, `${size}`, `${port}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    return new Promise<Outcome>((resolve) => {
      child.once('close', (_, signal) => {
        resolve({
          said: output
            .trim()
            .split('\n')
            .filter(Boolean)
            .map((line) => JSON.parse(line)),
          signal,
        });
      });
    });
  });
  return Promise.all(ended);
}

/** What the process of a rank brings along: numbers that no sum of two or three rounds, and no power of two. */
const sample = (rank: number, i: number) => ((i * 7 + rank * 13) % 251) - 100;

describe.skipIf(!hasCollectives())('ProcessGroup', { timeout: 300_000 }, () => {
  it.each([2, 3])('exchanges among %i processes', async (size) => {
    const outcomes = await inProcesses(
      size,
      `
      await startEngine({ engine: 'torch', threads: 1 });
      const sample = ${sample};
      const group = await join();
      const tensors = tf.memory().numTensors;
      const shapes = [[], [1], [7], [3, 5, 11], [1_000_003], [2, 3]];
      const own = shapes.map((shape) => {
        const count = shape.reduce((a, b) => a * b, 1);
        return tf.tensor(Float32Array.from({ length: count }, (_, i) => sample(rank, i)), shape);
      });
      const check = (means, expected) => means.map((mean, k) => {
        const { values, shape } = { values: mean.dataSync(), shape: mean.shape };
        const wrong = values.reduce((count, value, i) => count + (Math.abs(value - expected(i)) > 2e-5 ? 1 : 0), 0);
        return { shape, wrong, like: String(shape) === String(shapes[k]) };
      });
      const means = await group.mean(own);
      let sum = (i) => { let s = 0; for (let r = 0; r < size; r++) s += sample(r, i); return s; };
      say(check(means, (i) => sum(i) / size));
      const firsts = await group.broadcast(own);
      say(check(firsts, (i) => sample(0, i)));
      say(own.every((tensor) => tensor.dataSync()[0] === sample(rank, 0)));
      tf.dispose([means, firsts, own]);
      say(tf.memory().numTensors - tensors);
      say(await group.sum([1 / 3, rank, 2 ** 40 + rank]));
      say(await group.gather('grüße ' + rank));
      say((await group.fromFirst('from ' + rank + 'x'.repeat(100_000))).slice(0, 7));
      await group.leave();
    `,
    );
    const shapes = [[], [1], [7], [3, 5, 11], [1_000_003], [2, 3]];
    const right = shapes.map((shape) => ({ shape, wrong: 0, like: true }));
    for (const { said, signal } of outcomes) {
      expect(signal).toBe(null);
      expect(said).toEqual([
        right,
        right,
        true,
        0,
        [expect.closeTo(size / 3, 15), (size * (size - 1)) / 2, size * 2 ** 40 + (size * (size - 1)) / 2],
        Array.from({ length: size }, (_, rank) => `grüße ${rank}`),
        'from 0x',
      ]);
    }
  });

  it.each([
    ['has failed', 60, `group.leave('a disk is full')`, 'rank 1: a disk is full failed'],
    ['is silent', 3, 'new Promise((resolve) => setTimeout(resolve, 5000))', 'one has been silent for 3 s'],
    ['was killed', 60, `process.kill(process.pid, 'SIGKILL')`, 'one has ended'],
  ])('says within its time that a process %s', async (_, timeoutSeconds, body, reason) => {
    const [{ said }] = await inProcesses(
      2,
      `
      const group = await join({ timeoutSeconds: ${timeoutSeconds} });
      const begin = performance.now();
      if (rank === 1) await ${body};
      else await group.sum([1]).catch(({ name, message }) => say([name, message, performance.now() - begin]));
      await group.leave();
    `,
    );
    const [name, message, milliseconds] = said[0] as [string, string, number];
    expect(name).toBe('PeersLost');
    expect(message).toContain(`rank 0 of 2 has lost the others: ${reason}`);
    expect(milliseconds).toBeLessThan(10_000);
  });

  it('refuses ranks that do not fit together', async () => {
    const script = `
      const attempt = async (options) => say(await join({ ...options }).then(() => 'joined', (error) => error.message));
      await attempt(rank === 1 ? { size: 3 } : {});
    `;
    const refused = 'WORLD_SIZE is 3 for rank 1, and 2 for rank 0';
    expect((await inProcesses(2, script)).map(({ said }) => said)).toEqual([[refused], [refused]]);
  });

  it('says who did not come, and that nobody listens', async () => {
    const options = { size: 3, host: '127.0.0.1', timeoutSeconds: 2 };
    await expect(joinProcessGroup({ ...options, rank: 0, port: await freePort() })).rejects.toThrow(
      'rank 1, 2 of 3 did not come within 2 s',
    );
    const port = await freePort();
    await expect(joinProcessGroup({ ...options, rank: 1, port })).rejects.toThrow(
      `rank 1 cannot reach rank 0 at 127.0.0.1:${port} within 2 s: `,
    );
    await expect(joinProcessGroup({ ...options, rank: 3, port })).rejects.toThrow(/rank must be 0 to 2, got 3/);
  });

  it.each([0, 1])('names an unknown machine, and does not speak of the port, in rank %i', async (rank) => {
    const joining = joinProcessGroup({
      rank,
      size: 2,
      host: 'no-such-machine.invalid',
      port: 29500,
      timeoutSeconds: 1,
    });
    await expect(joining).rejects.toThrow(
      new RegExp(
        `^rank ${rank} does not know the machine of rank 0, 'no-such-machine.invalid' \\(getaddrinfo E\\w+ no-such-machine.invalid\\): MASTER_ADDR must be its name`,
      ),
    );
  });

  it('says that the port is taken', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, () => resolve((server.address() as { port: number }).port));
    });
    try {
      const joining = joinProcessGroup({ rank: 0, size: 2, host: '127.0.0.1', port, timeoutSeconds: 2 });
      await expect(joining).rejects.toThrow(new RegExp(`^rank 0 cannot listen at port ${port}: .*in use`, 's'));
    } finally {
      server.close();
    }
  });
});
