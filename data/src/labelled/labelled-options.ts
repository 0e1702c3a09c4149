/** How labelled pictures are read. */
export interface LabelledOptions {
  /** Names of the classes, in the order of their labels; default those that the data set itself names. */
  classes?: readonly string[];
  /** Files that are decoded at a time, default 16. */
  concurrency?: number;
  /** Memory for decoded pictures, default 512 MiB. */
  cacheBytes?: number;
  /** Hears of pictures that cannot be used, and of classes without pictures. */
  note(text: string): void;
}
