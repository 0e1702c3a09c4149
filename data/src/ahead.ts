/** Batches that are made while the one before is used. */
export const BATCHES_AHEAD = 3;

/** Results of a function of 0, 1, 2 ..., in order; a few are made before they are asked for. */
export class Ahead<T> {
  readonly #make: (index: number) => Promise<T>;
  readonly #count: number;
  #next: number;
  #made: Promise<T>[] = [];

  /**
   * @param make begins the work of an index
   * @param first index of the first result
   * @param count results under way besides the one that is asked for
   */
  constructor(make: (index: number) => Promise<T>, first: number, count: number) {
    this.#make = make;
    this.#next = first;
    this.#count = count;
  }

  /** The next result. A failure belongs to the call that asks for it; until then it does not count as unhandled. */
  next(): Promise<T> {
    while (this.#made.length <= this.#count) {
      const result = this.#make(this.#next++);
      result.catch(() => {});
      this.#made.push(result);
    }
    return this.#made.shift()!;
  }

  /** Waits for what is under way, and forgets it. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#made.splice(0));
  }
}
