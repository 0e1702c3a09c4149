import type { Batch, BatchStream } from './batch-stream.js';

/** A stream that gives its first batch again and again: what overfits on it shows that a system can learn at all. */
export function repeatFirst(stream: BatchStream): BatchStream {
  let first: Promise<Batch | null> | undefined;
  return {
    description: stream.description,
    files: stream.files,
    next: () => {
      first ??= stream.next();
      return first;
    },
    close: () => stream.close(),
  };
}
