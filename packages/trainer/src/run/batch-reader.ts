import type { Crops, ImageDataset } from '@sandwich/data';

/** Reads the batches of a step, and measures how long training waits for them. */
export class BatchReader {
  #waited = 0;

  constructor(
    private readonly dataset: Pick<ImageDataset, 'nextBatch'>,
    private readonly batchSize: number,
  ) {}

  /** The next batches, so many. */
  async next(count: number): Promise<Crops[]> {
    const begin = performance.now();
    const batches: Crops[] = [];
    while (batches.length < count) batches.push(await this.dataset.nextBatch(this.batchSize));
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
