import { constants } from 'node:os';
import type { TrainingListener } from './training-listener.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Work that a signal has ended in good order. */
export class Interrupted extends Error {
  /** What a shell expects of a process that a signal ended: 128 and the signal's number. */
  readonly exitCode: number;

  constructor(signal: Signal, message: string) {
    super(`${signal}: ${message}`);
    this.exitCode = 128 + constants.signals[signal];
    this.name = 'Interrupted';
  }
}

type Signal = (typeof SIGNALS)[number];

/** Listens for signals that ask a process to end. */
export class SignalListener implements TrainingListener {
  readonly #controller = new AbortController();
  #received: Signal | undefined;

  /** Aborted by the first signal. */
  get stop(): AbortSignal {
    return this.#controller.signal;
  }

  /** The signal that came, if any. */
  get received(): Signal | undefined {
    return this.#received;
  }

  /** Takes SIGINT and SIGTERM; after the first one the system's own handling is back, so that a second one ends the process at once. */
  begin(): void {
    for (const signal of SIGNALS) process.on(signal, this.#handle);
  }

  /** Leaves signals to the system again. */
  end(): void {
    for (const signal of SIGNALS) process.off(signal, this.#handle);
  }

  readonly #handle = (signal: NodeJS.Signals): void => {
    this.end();
    this.#received = signal as Signal;
    process.stderr.write(`${signal}: ending in good order; a second one ends at once\n`);
    this.#controller.abort();
  };
}

/**
 * Runs `body`; the first SIGINT or SIGTERM meanwhile aborts the signal that it is given.
 *
 * @returns what `body` returns, and the signal that came, if any
 */
export async function interruptible<Result>(
  body: (stop: AbortSignal) => Promise<Result>,
): Promise<{ result: Result; signal?: Signal }> {
  const signals = new SignalListener();
  signals.begin();
  try {
    return { result: await body(signals.stop), signal: signals.received };
  } finally {
    signals.end();
  }
}
