import { type Parameters, tf } from '@sandwich/engine';
import { applyUpdate, numbersOf } from '../optimizers/apply-update.js';
import type { Averaging } from '../optimizers/average.js';
import { namedGroup } from '../optimizers/named-group.js';
import { type Clock, mapPaths, type Optimizer } from '../optimizers/optimizer.js';
import type { TrainingState } from '../run/checkpoint.js';
import type { ProgramBody, Programs } from './programs.js';

/** What an update changes and by which rules. */
export interface UpdateOptions {
  parameters: Parameters;
  optimizer: Optimizer;
  /** Default: no average of the weights is kept. */
  averaging?: Averaging;
  /** Its optimizer and average become variables. */
  state: TrainingState;
}

const OPTIMIZER = 'optimizer/';
const AVERAGE = 'average';

/** Variables in the place of tensors, which are disposed. */
function toVariables(tensors: Record<string, tf.Tensor>): void {
  for (const [name, tensor] of Object.entries(tensors)) {
    if (tensor instanceof tf.Variable) continue;
    tensors[name] = tf.variable(tensor, false);
    tensor.dispose();
  }
}

/** The second half of a training step: parameters, what the optimizer remembers and the average of the weights move on. */
export class Update {
  readonly #options: UpdateOptions;

  constructor(options: UpdateOptions) {
    this.#options = options;
    const { optimizer, average } = options.state;
    for (const { tensors } of Object.values(optimizer)) toVariables(tensors);
    toVariables(average);
  }

  /**
   * Makes an update.
   *
   * @param gradients by path, which stay the caller's
   * @param progress share of the training that is done, 0 to 1
   */
  async make(programs: Programs, gradients: Parameters, progress: number): Promise<void> {
    const { state } = this.#options;
    const paths = Object.keys(gradients);
    this.#remember(paths.filter((path) => !state.optimizer[path]));
    const updates = Object.fromEntries(paths.map((path) => [path, state.optimizer[path].steps]));
    const inputs = this.#inputs({ step: state.step, progress, updates });
    try {
      await programs.run(`update of ${paths.join(' ')}`, inputs, this.#body(gradients));
    } finally {
      tf.dispose(inputs);
    }
    for (const path of paths) state.optimizer[path].steps++;
    this.#beginAverage();
  }

  /** Begins to remember parameters that have their first gradient. */
  #remember(paths: string[]): void {
    if (paths.length === 0) return;
    const { optimizer, parameters, state } = this.#options;
    const fresh = Object.fromEntries(paths.map((path) => [path, parameters[path]]));
    const memory = tf.tidy(() => mapPaths(optimizer.init(fresh), (tensors) => mapPaths(tensors, (t) => tf.keep(t))));
    for (const path of paths) {
      const tensors = memory[path] ?? {};
      toVariables(tensors);
      state.optimizer[path] = { steps: 0, tensors };
    }
  }

  #beginAverage(): void {
    const { averaging, parameters, state } = this.#options;
    if (!averaging || Object.keys(state.average).length > 0) return;
    state.average = averaging.init(parameters);
    toVariables(state.average);
  }

  #inputs(clock: Clock): Record<string, tf.Tensor> {
    const { averaging, optimizer } = this.#options;
    const numbers = Object.entries(numbersOf(optimizer, clock)).map(([name, values]) => [OPTIMIZER + name, values]);
    return {
      ...Object.fromEntries(numbers),
      ...(averaging && { [AVERAGE]: tf.tensor1d(averaging.numbers(clock.step)) }),
    };
  }

  #body(gradients: Parameters): ProgramBody {
    const { averaging, optimizer, parameters, state } = this.#options;
    const memory = mapPaths(gradients, (_, path) => state.optimizer[path].tensors as Record<string, tf.Variable>);
    const average = state.average as Parameters;
    return {
      variables: () => [
        ...Object.values(parameters),
        ...Object.values(gradients),
        ...Object.values(memory).flatMap((tensors) => Object.values(tensors)),
        ...Object.values(average),
      ],
      run(inputs) {
        const numbers = namedGroup(inputs, OPTIMIZER) as Record<string, tf.Tensor1D>;
        const next = applyUpdate(optimizer, { parameters, gradients, memory }, numbers);
        for (const [path, tensors] of Object.entries(next)) assignAll(memory[path], tensors);
        if (averaging) assignAll(average, averaging.update(average, parameters, inputs[AVERAGE] as tf.Tensor1D));
        return {};
      },
    };
  }
}

function assignAll(variables: Record<string, tf.Variable>, values: Record<string, tf.Tensor>): void {
  for (const [name, value] of Object.entries(values)) if (value !== variables[name]) variables[name].assign(value);
}
