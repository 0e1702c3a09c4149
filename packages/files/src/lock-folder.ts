import { readFileSync } from 'node:fs';
import { open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The name of the lock in a folder. */
export const LOCK_FILE = 'lock';

/** Who holds a lock. A process number is used again some day: with the time at which the process began it is unique. */
interface Owner {
  host: string;
  pid: number;
  began: string;
}

const REFRESH_MILLISECONDS = 10_000;
/** After this time without a sign of life a holder on another machine counts as gone. */
const STALE_MILLISECONDS = 120_000;
const POLL_MILLISECONDS = 500;

/** When a process began, in the system's clock ticks; empty when there is none, or the system does not tell. */
function beginOf(pid: number): string {
  try {
    // The name, in brackets, may hold spaces; the 22nd field of all is the 20th after it.
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return '';
  }
}

function isRunning({ pid, began }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return beginOf(pid) === began;
}

async function ownerOf(file: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    // Gone meanwhile, or being written.
    return undefined;
  }
}

async function isAbandoned(file: string, owner: Owner | undefined): Promise<boolean> {
  if (owner?.host === hostname()) return !isRunning(owner);
  const written = await stat(file).catch(() => undefined);
  return written !== undefined && Date.now() - written.mtimeMs > STALE_MILLISECONDS;
}

/** Options of `lockFolder`. */
export interface LockOptions {
  /** Whether to wait for a holder to end, rather than to fail. Default false. */
  wait?: boolean;
}

/**
 * Keeps two processes from working in one folder. A lock of a process that was killed is taken over: at once on
 * the same machine, on others after two minutes without a sign of life.
 *
 * @returns a function that gives the lock back
 * @throws Error naming the holder, unless told to wait
 */
export async function lockFolder(directory: string, { wait = false }: LockOptions = {}): Promise<() => Promise<void>> {
  const path = join(directory, LOCK_FILE);
  const self: Owner = { host: hostname(), pid: process.pid, began: beginOf(process.pid) };
  for (;;) {
    try {
      const file = await open(path, 'wx');
      await file.writeFile(JSON.stringify(self)).finally(() => file.close());
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = await ownerOf(path);
    if (await isAbandoned(path, owner)) {
      await rm(path, { force: true });
      continue;
    }
    if (!wait) {
      throw new Error(
        `${directory} is in use by process ${owner?.pid ?? '?'} on ${owner?.host ?? 'another machine'}; wait for it, or end it`,
      );
    }
    await sleep(POLL_MILLISECONDS);
  }
  const refresh = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => {});
  }, REFRESH_MILLISECONDS);
  refresh.unref();
  return async () => {
    clearInterval(refresh);
    await rm(path, { force: true });
  };
}
