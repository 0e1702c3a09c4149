import { setTimeout } from 'node:timers/promises';

/** The time, as far as delivering depends on it. */
export interface Time {
  /** Milliseconds since 1970. */
  now(): number;
  /**
   * Waits.
   *
   * @param options.ref whether the process stays alive for it
   * @throws AbortError when the signal comes first
   */
  wait(milliseconds: number, options: { signal: AbortSignal; ref?: boolean }): Promise<void>;
}

export const systemTime: Time = {
  now: Date.now,
  wait: (milliseconds, { signal, ref = false }) => setTimeout(milliseconds, undefined, { signal, ref }),
};
