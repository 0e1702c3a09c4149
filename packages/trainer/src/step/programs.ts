import { type RecordedStep, RecordingError, recordStep, tf } from '@sandwich/engine';

/** Programs that are kept: as many as phases that a training goes to and fro between. */
const MOST_PROGRAMS = 4;

/** What a program does and what it changes. */
export interface ProgramBody {
  /** All that it reads and changes between runs, once its first run has made it. */
  variables(): tf.Variable[];
  /** Changes variables by `assign`, and returns single numbers. */
  run(inputs: Record<string, tf.Tensor>): Record<string, tf.Tensor>;
}

/** Options of `Programs`. */
export interface ProgramsOptions {
  /** Whether programs are recorded and replayed; else each run is that of the code. */
  record: boolean;
  /** Hears, once, why they cannot be recorded. */
  onRefusal(reason: string): void;
}

/**
 * Runs code that is the same in many steps. The first run of a key is that of the code, the next ones are recorded (`recordStep`), and all
 * others are replays of the recording, which compute the same, bit for bit on a CPU. What cannot be recorded runs as code.
 */
export class Programs {
  readonly #options: ProgramsOptions;
  /** By key, the one used last at the end; undefined where the code has run once only. */
  readonly #programs = new Map<string, RecordedStep<Record<string, tf.Tensor>> | undefined>();
  #records: boolean;

  constructor(options: ProgramsOptions) {
    this.#options = options;
    this.#records = options.record;
  }

  /** Whether programs are recorded: not where that has been refused. */
  get records(): boolean {
    return this.#records;
  }

  /**
   * Runs a program.
   *
   * @param key with the shapes of inputs says all that the code depends on
   * @returns the numbers that the code returns; where it fails nothing has changed
   */
  async run(key: string, inputs: Record<string, tf.Tensor>, body: ProgramBody): Promise<Record<string, number>> {
    const full = [key, ...Object.entries(inputs).map(([name, { shape }]) => `${name} [${shape}]`)].join('; ');
    if (this.#records) {
      try {
        const recorded = this.#recorded(full, body);
        if (recorded) return await recorded.run(inputs);
      } catch (error) {
        if (!(error instanceof RecordingError)) throw error;
        this.dispose();
        this.#records = false;
        this.#options.onRefusal(error.message);
      }
    }
    return numbersOf(tf.tidy(() => body.run(inputs)));
  }

  /** Frees what was recorded; variables stay. */
  dispose(): void {
    for (const program of this.#programs.values()) program?.dispose();
    this.#programs.clear();
  }

  /** The program of a key that is not new. */
  #recorded(key: string, body: ProgramBody): RecordedStep<Record<string, tf.Tensor>> | undefined {
    const isNew = !this.#programs.has(key);
    const program = isNew
      ? undefined
      : (this.#programs.get(key) ?? recordStep({ variables: body.variables(), step: (inputs) => body.run(inputs) }));
    this.#programs.delete(key);
    this.#programs.set(key, program);
    for (const [oldest, unused] of this.#programs) {
      if (this.#programs.size <= MOST_PROGRAMS) break;
      unused?.dispose();
      this.#programs.delete(oldest);
    }
    return program;
  }
}

async function numbersOf(tensors: Record<string, tf.Tensor>): Promise<Record<string, number>> {
  try {
    const read = Object.entries(tensors).map(async ([name, tensor]) => [name, (await tensor.data())[0]] as const);
    return Object.fromEntries(await Promise.all(read));
  } finally {
    tf.dispose(tensors);
  }
}
