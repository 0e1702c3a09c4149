import { type ChildProcess, spawn } from 'node:child_process';
import { freePort } from '@sandwich/engine';
import { Interrupted } from '../loop/interruption.js';

/** What a process that was told to end may take to save. */
const GRACE_MILLISECONDS = 30_000;

/**
 * Runs a command as so many processes of this machine that train together. When one fails, or a signal comes, all are told to
 * end, and killed when they have not after half a minute.
 *
 * @param command program and arguments
 * @throws Error naming the first process that failed; Interrupted after a signal
 */
export async function launchProcesses([program, ...args]: readonly string[], count: number): Promise<void> {
  const common = { MASTER_ADDR: '127.0.0.1', MASTER_PORT: `${await freePort()}` };
  const sizes = { WORLD_SIZE: `${count}`, LOCAL_WORLD_SIZE: `${count}` };
  const children: ChildProcess[] = [];
  let failure: string | undefined;
  let received: 'SIGINT' | 'SIGTERM' | undefined;
  let killing: NodeJS.Timeout | undefined;
  const end = (signal: NodeJS.Signals) => {
    for (const child of children) child.kill(signal);
    killing ??= setTimeout(() => {
      for (const child of children) child.kill('SIGKILL');
    }, GRACE_MILLISECONDS);
  };
  // A second signal ends a process at once, as it does on its own.
  const passOn = (signal: NodeJS.Signals) => {
    received ??= signal as 'SIGINT' | 'SIGTERM';
    end(signal);
  };
  process.on('SIGINT', passOn).on('SIGTERM', passOn);
  try {
    const ended = Array.from({ length: count }, (_, rank) => {
      const env = { ...process.env, ...common, ...sizes, RANK: `${rank}`, LOCAL_RANK: `${rank}` };
      // Not in the terminal's process group, whose Ctrl-C would reach them beside the one that is passed on.
      const child = spawn(program, args, { env, stdio: 'inherit', detached: true });
      children.push(child);
      return new Promise<void>((resolve) => {
        const fail = (how: string) => {
          failure ??= `rank ${rank} of ${count} ${how}`;
          if (!killing) end('SIGTERM');
          resolve();
        };
        child.once('error', (error) => fail(`cannot be started: ${error.message}`));
        child.once('exit', (code, signal) => {
          if (code === 0) resolve();
          else fail(signal ? `was ended by ${signal}` : `has failed with exit code ${code}; see its message above`);
        });
      });
    });
    await Promise.all(ended);
  } finally {
    clearTimeout(killing);
    process.off('SIGINT', passOn).off('SIGTERM', passOn);
  }
  if (received) throw new Interrupted(received, `all ${count} processes have ended`);
  if (failure) throw new Error(failure);
}
