import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Runs of a contender: milliseconds of each by the clock and of the processor, the largest memory so far, and what came out. */
export interface Runs {
  times: number[];
  processor: number[];
  /** MiB. */
  memory: number;
  value?: number | null;
}

/** A process that runs something as often as it is told; see `serve.ts` and `peers/serve.py`. */
export interface Contender {
  /** Who answers. */
  description: string;
  run(count: number): Promise<Runs>;
  end(): void;
}

/** @throws Error when the process ends without an answer; what it wrote on standard error is to be seen there */
export async function startContender(command: string, args: readonly string[]): Promise<Contender> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  const answer = async (): Promise<string> => {
    const { value, done } = await Promise.race([lines.next(), failed]);
    if (done) throw new Error(`${command} ${args.join(' ')} ended without an answer`);
    return value;
  };
  return {
    description: await answer(),
    async run(count) {
      child.stdin.write(`${count}\n`);
      return JSON.parse(await answer());
    },
    end: () => child.stdin.end(),
  };
}
