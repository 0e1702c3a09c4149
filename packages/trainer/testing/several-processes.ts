import { spawn } from 'node:child_process';
import { freePort } from '@sandwich/engine';
import { compiledCommand } from './compiled/compiled-command.js';

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stderr: string;
}

/** Starts a `sandwich` command in processes that belong together, the arguments of each by its rank. */
export async function startProcesses(commands: readonly string[][]) {
  const environment = {
    ...process.env,
    WORLD_SIZE: `${commands.length}`,
    MASTER_ADDR: '127.0.0.1',
    MASTER_PORT: `${await freePort()}`,
  };
  const [program, ...command] = compiledCommand();
  const processes = commands.map((args, rank) => {
    const child = spawn(program, [...command, ...args], {
      env: { ...environment, RANK: `${rank}` },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    const ended = new Promise<Ended>((resolve) => {
      child.once('close', (code, signal) => resolve({ code, signal, stderr }));
    });
    return { child, ended };
  });
  return { processes, ended: () => Promise.all(processes.map(({ ended }) => ended)) };
}
