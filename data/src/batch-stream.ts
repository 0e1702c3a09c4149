import type { StoredTensor } from '@sandwich/engine';

/** Which part of each batch a process takes, of those that train together. */
export interface Share {
  /** 0 to size - 1. */
  rank: number;
  size: number;
}

/** The arrays of a batch by name, such as `images` and `labels`, and the files that it was made of. */
export interface Batch {
  arrays: Record<string, StoredTensor>;
  files: string[];
}

/** Batches one after the other. */
export interface BatchStream {
  /** What it draws from, for people. */
  readonly description: string;
  /** All files that it may draw from. */
  readonly files: readonly string[];
  /** The next batch; null at the end of a validation set. */
  next(): Promise<Batch | null>;
  /** Waits for what is under way and frees the memory. */
  close(): Promise<void>;
}
