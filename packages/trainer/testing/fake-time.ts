import type { Time } from '../src/logging/mlflow/time.js';

interface Wait {
  milliseconds: number;
  until: number;
  end(): void;
}

/** A clock that goes on when a test says so. */
export class FakeTime implements Time {
  #now = 1_700_000_000_000;
  readonly #waits = new Set<Wait>();

  now(): number {
    return this.#now;
  }

  /** Milliseconds of each wait that has not ended, in the order in which they began. */
  get pending(): number[] {
    return [...this.#waits].map(({ milliseconds }) => milliseconds);
  }

  wait(milliseconds: number, { signal }: { signal: AbortSignal }): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const leave = () => {
        this.#waits.delete(wait);
        signal.removeEventListener('abort', abort);
      };
      const abort = () => {
        leave();
        reject(signal.reason);
      };
      const end = () => {
        leave();
        resolve();
      };
      const wait = { milliseconds, until: this.#now + milliseconds, end };
      this.#waits.add(wait);
      signal.addEventListener('abort', abort);
    });
  }

  /** Lets time pass; waits that are over end. */
  pass(milliseconds: number): void {
    this.#now += milliseconds;
    for (const wait of [...this.#waits]) if (wait.until <= this.#now) wait.end();
  }
}
