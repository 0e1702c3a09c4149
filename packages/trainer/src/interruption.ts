import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Work that a signal has ended in good order. */
export class Interrupted extends Error {
  /** What a shell expects of a process that a signal ended: 128 and the signal's number. */
  readonly exitCode: number;

  constructor(signal: (typeof SIGNALS)[number], message: string) {
    super(`${signal}: ${message}`);
    this.exitCode = 128 + constants.signals[signal];
    this.name = 'Interrupted';
  }
}

/**
 * Runs `body`; the first SIGINT or SIGTERM meanwhile aborts the signal that it is given, and from then on the system's
 * own handling is back, so that a second one ends the process at once.
 *
 * @returns what `body` returns, and the signal that came, if any
 */
export async function interruptible<Result>(
  body: (stop: AbortSignal) => Promise<Result>,
): Promise<{ result: Result; signal?: (typeof SIGNALS)[number] }> {
  const controller = new AbortController();
  let received: (typeof SIGNALS)[number] | undefined;
  const release = () => {
    for (const signal of SIGNALS) process.off(signal, handle);
  };
  const handle = (signal: NodeJS.Signals) => {
    release();
    received = signal as (typeof SIGNALS)[number];
    process.stderr.write(`${signal}: ending in good order; a second one ends at once\n`);
    controller.abort();
  };
  for (const signal of SIGNALS) process.on(signal, handle);
  try {
    return { result: await body(controller.signal), signal: received };
  } finally {
    release();
  }
}
