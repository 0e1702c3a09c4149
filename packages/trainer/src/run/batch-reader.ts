import type { Batch, ImageDataset } from '../dataset/image-dataset.js';

/** Reads the batches of a step, and measures how long training waits for them. */
export class BatchReader {
  #waited = 0;

  constructor(
    private readonly dataset: Pick<ImageDataset, 'nextBatch'>,
    private readonly batchSize: number,
  ) {}

  /** The next batches, so many. */
  async next(count: number): Promise<Batch[]> {
    const begin = performance.now();
    const batches: Batch[] = [];
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
