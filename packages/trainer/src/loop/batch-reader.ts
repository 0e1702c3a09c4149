import type { Batch, BatchStream } from '@sandwich/data';

/** Reads the batches of a step, and measures how long training waits for them. */
export class BatchReader {
  #waited = 0;

  constructor(private readonly stream: Pick<BatchStream, 'next' | 'description'>) {}

  /**
   * The next batches, so many.
   *
   * @throws Error when the stream has come to an end
   */
  async next(count: number): Promise<Batch[]> {
    const begin = performance.now();
    const batches: Batch[] = [];
    while (batches.length < count) {
      const batch = await this.stream.next();
      if (batch === null) throw new Error(`${this.stream.description}: there are no more batches to train on`);
      batches.push(batch);
    }
    this.#waited += (performance.now() - begin) / 1000;
    return batches;
  }

  /** Seconds waited since this was last asked. */
  takeWaited(): number {
    const waited = this.#waited;
    this.#waited = 0;
    return waited;
  }
}
