import { randomUUID } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Addon, addonExists, loadAddon } from '../torch/addon.js';
import { PeersLost, ProcessGroup } from './process-group.js';

/** Options of `joinProcessGroup`. */
export interface ProcessGroupOptions {
  /** Number of this process, 0 to size - 1. */
  rank: number;
  /** Number of processes. */
  size: number;
  /** Where process 0 runs, a name or an address, and a free port of its machine. */
  host: string;
  port: number;
  /** How long to wait for the others, when they join and in each later call; at least 1, default 300. */
  timeoutSeconds?: number;
  /** Whether something else, such as torchrun, keeps the store at the port; default process 0 does. */
  storeExists?: boolean;
  /** Sets this group apart from others that use the same store. */
  name?: string;
}

const POLL_MILLISECONDS = 20;
/** The store ends with process 0, which leaves the others the time to read why. */
const TELLING_MILLISECONDS = 1000;

/** A cluster may know the name of a machine a little later than its processes start. */
const NAME_MILLISECONDS = 10_000;
const NAME_POLL_MILLISECONDS = 500;

/** What a process says when it comes. */
interface Hello {
  id: string;
  size: number;
}
/** What process 0 answers: who belongs to the group, or why there is none. */
interface Verdict {
  ids: string[];
  error?: string;
}

function requireCollectives(): Addon {
  const remedy =
    'several processes need an addon that is built with c10d and Gloo, which libtorch-dev of Debian and Ubuntu and ' +
    "PyTorch's archives and wheels for Linux bring; install one and run `npm run setup`";
  if (!addonExists()) throw new Error(`joinProcessGroup: the torch engine's addon is not built; ${remedy}`);
  const addon = loadAddon();
  if (!addon.collectives().includes('gloo')) throw new Error(`joinProcessGroup: this addon lacks it: ${remedy}`);
  return addon;
}

/**
 * Joins the processes that compute together: connects to process 0, waits until all have come, and connects each with each.
 *
 * Collectives are c10d's: Gloo for tensors on the CPU, NCCL for those on a GPU where libtorch has it. The network interface is
 * that of the machine's name, or the one that GLOO_SOCKET_IFNAME names.
 *
 * @throws Error when the addon has no collectives, the host is unknown, the port is taken, process 0 cannot be reached, others do not come in
 * time, two have the same rank, or they disagree on their number
 * @example
 * const group = await joinProcessGroup({ rank: 0, size: 2, host: '127.0.0.1', port: 29500 });
 * const [mean] = await group.mean([gradient]);
 * await group.leave();
 */
export async function joinProcessGroup(options: ProcessGroupOptions): Promise<ProcessGroup> {
  const { rank, size, host, port, timeoutSeconds = 300, storeExists = false, name = 'sandwich' } = options;
  if (!(Number.isInteger(rank) && rank >= 0 && rank < size)) {
    throw new Error(`joinProcessGroup: rank must be 0 to ${size - 1}, got ${rank}`);
  }
  const addon = requireCollectives();
  const milliseconds = Math.round(1000 * timeoutSeconds);
  const deadline = performance.now() + milliseconds;
  const at = `${host}:${port}`;
  await requireKnownHost(host, rank, milliseconds);
  try {
    await addon.openStore(host, port, milliseconds, rank === 0 && !storeExists, name);
  } catch (error) {
    const { message } = error as Error;
    if (rank === 0 && !storeExists) {
      const isPort = /failed to (listen|bind)/.test(message);
      const what = isPort
        ? `cannot listen at port ${port}`
        : `cannot reach itself at ${at}, where MASTER_ADDR says that it is`;
      throw new Error(`rank 0 ${what}: ${message}`, { cause: error });
    }
    throw new Error(`rank ${rank} cannot reach rank 0 at ${at} within ${timeoutSeconds} s: ${message}`, {
      cause: error,
    });
  }
  try {
    const self: Hello = { id: randomUUID(), size };
    await addon.setShared(`hello/${rank}`, JSON.stringify(self));
    if (rank === 0)
      await addon.setShared('verdict', JSON.stringify(await judge(addon, size, deadline, timeoutSeconds)));
    const waited = await waitFor(addon, ['verdict'], deadline + 2 * TELLING_MILLISECONDS);
    if (waited.length > 0) throw new Error(`rank ${rank} has had no answer of rank 0 at ${at} for ${timeoutSeconds} s`);
    const { ids, error }: Verdict = JSON.parse(await addon.getShared('verdict', milliseconds));
    if (error) {
      if (rank === 0) await sleep(TELLING_MILLISECONDS);
      throw new Error(error);
    }
    if (ids[rank] !== self.id) throw new Error(`another process is rank ${rank} already: each needs a RANK of its own`);
    await addon.joinGroup(rank, size);
    return new ProcessGroup(addon, rank, size, milliseconds);
  } catch (error) {
    addon.leaveGroup();
    const { message, code } = error as Error & { code?: string };
    if (code !== 'ERR_COLLECTIVE') throw error;
    throw new PeersLost(`rank ${rank} of ${size} cannot join the others at ${at}: ${message}`, error);
  }
}

/** @throws Error when a machine's name stays unknown */
async function requireKnownHost(host: string, rank: number, milliseconds: number): Promise<void> {
  const deadline = performance.now() + Math.min(milliseconds, NAME_MILLISECONDS);
  for (;;) {
    try {
      await lookup(host);
      return;
    } catch (error) {
      if (performance.now() > deadline) {
        throw new Error(
          `rank ${rank} does not know the machine of rank 0, '${host}' (${(error as Error).message}): MASTER_ADDR must be its name, ` +
            'as this machine can look it up, or its address',
          { cause: error },
        );
      }
      await sleep(NAME_POLL_MILLISECONDS);
    }
  }
}

/** Waits for texts of the store. @returns those that have not come in time */
async function waitFor(addon: Addon, keys: readonly string[], deadline: number): Promise<string[]> {
  let missing = [...keys];
  for (;;) {
    const still: string[] = [];
    for (const key of missing) if (!(await addon.hasShared(key))) still.push(key);
    missing = still;
    if (missing.length === 0 || performance.now() > deadline) return missing;
    await sleep(POLL_MILLISECONDS);
  }
}

async function judge(addon: Addon, size: number, deadline: number, timeoutSeconds: number): Promise<Verdict> {
  const keys = Array.from({ length: size }, (_, rank) => `hello/${rank}`);
  const missing = (await waitFor(addon, keys, deadline)).map((key) => key.slice('hello/'.length));
  if (missing.length > 0) {
    return { ids: [], error: `rank ${missing.join(', ')} of ${size} did not come within ${timeoutSeconds} s` };
  }
  const hellos: Hello[] = [];
  for (const key of keys) hellos.push(JSON.parse(await addon.getShared(key, TELLING_MILLISECONDS)));
  const other = hellos.findIndex((hello) => hello.size !== size);
  if (other < 0) return { ids: hellos.map(({ id }) => id) };
  return { ids: [], error: `WORLD_SIZE is ${hellos[other].size} for rank ${other}, and ${size} for rank 0` };
}
