import { tf } from '../tf.js';
import type { Addon, Handle } from '../torch/addon.js';
import { TorchBackend } from '../torch/backend.js';
import { flatten, intoBuckets, unflatten } from './buckets.js';

/** Another process of the group is gone, silent for too long, or has failed. */
export class PeersLost extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'PeersLost';
  }
}

/** Where a process that fails leaves the reason for the others. */
const FAILURE = 'failure';
/** The store answers at once, or is gone with its process. */
const ANSWER_MILLISECONDS = 1000;

/**
 * The processes that compute together, of one machine or several. All of them must call the same functions in the same
 * order; each call waits for all, without blocking the event loop, and no longer than the group's timeout.
 *
 * Use `joinProcessGroup`.
 */
export class ProcessGroup {
  /** Texts exchanged so far, which gives them keys. */
  #texts = 0;

  constructor(
    private readonly addon: Addon,
    /** Number of this process, 0 to size - 1. */
    readonly rank: number,
    readonly size: number,
    private readonly timeoutMilliseconds: number,
  ) {}

  /** Sums of numbers over all processes, in double precision; the same everywhere, bit for bit. @throws PeersLost */
  sum(numbers: readonly number[]): Promise<number[]> {
    return this.#collective(() => this.addon.sumNumbers(numbers));
  }

  /**
   * Means of tensors over all processes, the same everywhere, bit for bit. They travel in buckets of 25 MiB.
   *
   * @param tensors float32, of the same shapes in all processes; not disposed
   * @throws PeersLost
   */
  mean(tensors: readonly tf.Tensor[]): Promise<tf.Tensor[]> {
    return this.#exchange(tensors, 1 / this.size, (handle) => this.addon.sumTensor(handle));
  }

  /** The values that process 0 has: tensors as `mean` takes them. @throws PeersLost */
  broadcast(tensors: readonly tf.Tensor[]): Promise<tf.Tensor[]> {
    return this.#exchange(tensors, 1, (handle) => this.addon.broadcastTensor(handle));
  }

  /** What each process says, by rank. @throws PeersLost */
  async gather(text: string): Promise<string[]> {
    const round = this.#texts++;
    const keyOf = (rank: number) => `text/${round}/${rank}`;
    return this.#collective(async () => {
      await this.addon.setShared(keyOf(this.rank), text);
      await this.addon.sumNumbers([0]);
      const texts: string[] = [];
      for (let rank = 0; rank < this.size; rank++) {
        texts.push(await this.addon.getShared(keyOf(rank), this.timeoutMilliseconds));
      }
      // The keeper of the store must not leave while others still read.
      await this.addon.sumNumbers([0]);
      return texts;
    });
  }

  /** The text of process 0; those of the others do not count. @throws PeersLost */
  async fromFirst(text: string): Promise<string> {
    const [first] = await this.gather(this.rank === 0 ? text : '');
    return first;
  }

  /** Leaves the group; the others hear why, where there is a reason. */
  async leave(failure?: string): Promise<void> {
    if (failure !== undefined) await this.addon.setShared(FAILURE, `rank ${this.rank}: ${failure}`).catch(() => {});
    this.addon.leaveGroup();
  }

  async #exchange(
    tensors: readonly tf.Tensor[],
    factor: number,
    exchange: (handle: Handle) => Promise<void>,
  ): Promise<tf.Tensor[]> {
    const backend = tf.backend();
    if (!(backend instanceof TorchBackend)) throw new Error('ProcessGroup: tensors must be of the torch engine');
    const results: tf.Tensor[] = [];
    try {
      for (const bucket of intoBuckets(tensors)) {
        const flat = flatten(bucket, factor);
        await this.#collective(() => exchange(backend.handleOf(flat))).catch((error) => {
          flat.dispose();
          throw error;
        });
        results.push(...unflatten(flat, bucket));
      }
      return results;
    } catch (error) {
      tf.dispose(results);
      throw error;
    }
  }

  async #collective<Result>(body: () => Promise<Result>): Promise<Result> {
    try {
      return await body();
    } catch (error) {
      const { message, code } = error as Error & { code?: string };
      if (code !== 'ERR_COLLECTIVE') throw error;
      throw new PeersLost(
        `rank ${this.rank} of ${this.size} has lost the others: ${await this.#reason(message)}`,
        error,
      );
    }
  }

  /** Why a process left, where it said so, else how it was noticed. */
  async #reason(message: string): Promise<string> {
    if (/timed out/i.test(message)) {
      return `one has been silent for ${this.timeoutMilliseconds / 1000} s (${message})`;
    }
    const said = await this.addon.getShared(FAILURE, ANSWER_MILLISECONDS).catch(() => undefined);
    return said ? `${said} failed` : `one has ended (${message})`;
  }
}
