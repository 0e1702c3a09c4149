import type { Outcome } from '../logger.js';
import { type MlflowClient, MlflowError } from './client.js';
import type { Session } from './session.js';
import type { Time } from './time.js';

/** Options of `Delivery`. */
export interface DeliveryOptions {
  client: MlflowClient;
  session: Session;
  time: Time;
  /** Tells people something. */
  say(text: string): void;
}

/** Milliseconds before a request is repeated: the first time, and at most. */
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 60_000;
/** Milliseconds for what is left when the run ends. */
const FAREWELL = 10_000;
/** Failures in a row that are told; fewer pass unnoticed. */
const FAILURES_TOLD = 3;

/** Sends a session in the background, one request after the other, each as often as it takes. */
export class Delivery {
  readonly #loop: Promise<void>;
  #isOver = false;
  #failures = 0;
  #lastFailure = '';
  /** Ends the pause, or the wait for something to do. */
  #wake = new AbortController();

  constructor(private readonly options: DeliveryOptions) {
    this.#loop = this.#deliver();
  }

  /** Hears that the session has something new. */
  notify(): void {
    if (this.#failures === 0) this.#wake.abort();
  }

  /** Ends the session within a bounded time, and says what is not delivered then. */
  async close(outcome: Outcome): Promise<void> {
    const { session, time, say } = this.options;
    session.end(outcome, time.now());
    this.#wake.abort();
    const done = new AbortController();
    const deadline = this.#giveUpLater(done.signal);
    await this.#loop;
    done.abort();
    await deadline;
    const undelivered = session.undelivered();
    if (undelivered.length === 0) return;
    const reason = this.#lastFailure && ` (${this.#lastFailure})`;
    say(`not delivered: ${undelivered.join(', ')}${reason}; the run directory has all of it`);
  }

  async #giveUpLater(signal: AbortSignal): Promise<void> {
    try {
      await this.options.time.wait(FAREWELL, { signal, ref: true });
    } catch {
      return; // All is delivered.
    }
    this.#isOver = true;
    this.options.client.stop();
    this.#wake.abort();
  }

  async #deliver(): Promise<void> {
    const { session } = this.options;
    while (!this.#isOver) {
      if (session.hasWork) await this.#attempt();
      else if (session.isEnded) return;
      else await this.#untilWoken();
    }
  }

  async #attempt(): Promise<void> {
    const { session, say } = this.options;
    try {
      await session.sendNext();
      if (this.#failures >= FAILURES_TOLD) say('it answers again');
      this.#failures = 0;
    } catch (error) {
      await this.#noteFailure(error as Error);
    }
  }

  async #noteFailure(error: Error): Promise<void> {
    const { session, time, say } = this.options;
    this.#lastFailure = error.message;
    if (this.#isOver) return;
    const pause = FIRST_PAUSE * 2 ** Math.min(this.#failures++, 10);
    if (this.#failures === FAILURES_TOLD) say(`${error.message}; training goes on, and the log is kept for the server`);
    const asked = error instanceof MlflowError ? 1000 * error.retryAfter : 0;
    const bounded = Math.min(Math.max(pause, asked), session.isEnded ? FIRST_PAUSE : LONGEST_PAUSE);
    await time.wait(bounded, { signal: this.#newWake() }).catch(() => {});
  }

  #untilWoken(): Promise<void> {
    const signal = this.#newWake();
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  }

  #newWake(): AbortSignal {
    this.#wake = new AbortController();
    return this.#wake.signal;
  }
}
