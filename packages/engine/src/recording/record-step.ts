import { tf } from '../tf.js';
import { TorchBackend } from '../torch/backend.js';
import { type HostCallRecorder, type HostFunction, isRecording, withHostCallRecorder } from './compute-on-host.js';
import { bringHome, leaveHome, privateCopy, shareHome } from './home.js';
import { RecordingError, refusing } from './recording-error.js';

/** Options of `recordStep`. */
export interface RecordStepOptions<Inputs extends Record<string, tf.Tensor>> {
  /**
   * All that a step changes, by `assign`, and that another step depends on: parameters, moments of an optimizer. Whatever
   * else the step uses is a constant. Where they are left out, one more step is made at first, which is not written down: they
   * are the variables that it makes or assigns.
   */
  variables?: readonly tf.Variable[];
  /** The step. What it returns are single numbers, by name; none where all that it makes are values of variables. */
  step: (inputs: Inputs) => Record<string, tf.Tensor>;
}

/** A read in the middle of a step, and what the host makes of it. */
interface HostCall {
  reads: tf.Tensor[];
  results: tf.Tensor[];
  compute: HostFunction;
}

const registeredVariables = (): tf.Variable[] => Object.values(tf.engine().state.registeredVariables);

/** The variables that a function makes or assigns. */
function variablesChangedBy(run: () => void): tf.Variable[] {
  const before = new Map(registeredVariables().map((variable) => [variable, variable.dataId]));
  run();
  return registeredVariables().filter((variable) => before.get(variable) !== variable.dataId);
}

const describe = ({ dtype, shape }: tf.Tensor): string => `${dtype}[${shape.join(', ')}]`;

function assertSingleNumbers(outputs: Record<string, tf.Tensor>): void {
  const large = Object.keys(outputs).find((name) => outputs[name].size !== 1);
  if (large === undefined) return;
  throw new RecordingError(`recordStep: a step must return single numbers, got ${large} ${describe(outputs[large])}`);
}

/** A step that is run again without JavaScript; see `recordStep`. */
export class RecordedStep<Inputs extends Record<string, tf.Tensor>> implements HostCallRecorder {
  readonly #backend: TorchBackend;
  /** Undefined until a step has shown which they are. */
  #variables: readonly tf.Variable[] | undefined;
  readonly #step: RecordStepOptions<Inputs>['step'];
  /** Where the program finds each variable, which shares its memory between runs. */
  #homes: tf.Tensor[] = [];
  #inputs: Record<string, tf.Tensor> = {};
  #outputs: { names: string[]; values: tf.Tensor } | undefined;
  #hostCalls: HostCall[] = [];
  #hostCallsMade = 0;
  #program: number | undefined;
  #failure: RecordingError | undefined;
  #recordings = 0;
  #onGraph = false;

  /** Use `recordStep`. */
  constructor(backend: TorchBackend, { variables, step }: RecordStepOptions<Inputs>) {
    this.#backend = backend;
    this.#variables = variables;
    this.#step = step;
  }

  /** How the last run was made: by the step's own code, by the recorded calls one after another, or as CUDA graphs. */
  get mode(): 'recording' | 'calls' | 'graph' {
    if (this.#recordings < 2 || this.#failure) return 'recording';
    return this.#onGraph ? 'graph' : 'calls';
  }

  /** Why CUDA graphs are not used although the device is CUDA; empty where nothing is known against them. */
  get whyNoGraph(): string {
    const onCuda = this.#backend.device.startsWith('cuda');
    return onCuda && this.#program !== undefined ? this.#backend.addon.whyNoGraph(this.#program) : '';
  }

  /**
   * Makes one step.
   *
   * @param inputs of the same names, shapes and types each time; they are copied, and stay the caller's
   * @returns what the step returns, as numbers
   * @throws RecordingError before anything is changed: when the step cannot be recorded, or the inputs are other ones than
   * were recorded, or a variable was disposed
   */
  async run(inputs: Inputs): Promise<Record<string, number>> {
    if (tf.findBackend(tf.getBackend()) !== this.#backend)
      throw new RecordingError('recordStep: the engine was started anew since this step was recorded; record it again');
    if (this.#failure) throw this.#failure;
    if (isRecording())
      throw new RecordingError('recordStep: a recorded step is run within another: recordings cannot be nested');
    if (!this.#variables) return this.#discoverVariables(inputs);
    this.#takeVariables();
    this.#takeInputs(inputs);
    if (this.#recordings < 2) this.#record();
    else await this.#replay();
    const { names, values } = this.#outputs!;
    if (names.length === 0) return {};
    const numbers = await values.data();
    return Object.fromEntries(names.map((name, i) => [name, numbers[i]]));
  }

  /** Makes a step in the ordinary way. */
  async #discoverVariables(inputs: Inputs): Promise<Record<string, number>> {
    let outputs: Record<string, tf.Tensor> = {};
    const variables = variablesChangedBy(() => {
      outputs = tf.tidy(() => this.#step(inputs));
    });
    try {
      assertSingleNumbers(outputs);
      this.#variables = variables;
      const values = await Promise.all(Object.values(outputs).map((output) => output.data()));
      return Object.fromEntries(Object.keys(outputs).map((name, i) => [name, values[i][0]]));
    } finally {
      tf.dispose(outputs);
    }
  }

  /** Frees the program and what it keeps; variables go on with the values that they have. */
  dispose(): void {
    if (this.#program !== undefined) this.#backend.addon.releaseProgram(this.#program);
    this.#program = undefined;
    this.#failure = new RecordingError('recordStep: this recorded step was disposed');
    for (const [i, home] of this.#homes.entries()) leaveHome(this.#variables![i], home);
    tf.dispose([this.#inputs, this.#outputs?.values ?? []]);
    tf.dispose(this.#hostCalls.map(({ reads, results }) => [...reads, ...results]));
    [this.#homes, this.#inputs, this.#outputs, this.#hostCalls] = [[], {}, undefined, []];
  }

  /** For `computeOnHost`. */
  recordHostCall(inputs: readonly tf.Tensor[], shapes: number[][], compute: HostFunction): tf.Tensor[] {
    const backend = this.#backend;
    const other = inputs.find(({ dtype }) => dtype !== 'float32');
    if (other) throw new RecordingError(`computeOnHost: inputs must be float32, got ${describe(other)}`);
    const i = this.#hostCallsMade++;
    this.#hostCalls[i] ??= {
      reads: inputs.map((input) => tf.keep(tf.zeros(input.shape))),
      results: shapes.map((shape) => tf.keep(tf.zeros(shape))),
      compute,
    };
    const call = this.#hostCalls[i];
    call.compute = compute;
    this.#markChanging([...call.reads, ...call.results]);
    for (const [k, input] of inputs.entries()) backend.copyInto(call.reads[k], input);
    backend.addon.endSegment();
    backend.addon.pauseRecording();
    try {
      const values = call.reads.map((tensor) => tensor.dataSync<'float32'>());
      // What the host computes with tensors is no part of the step, nor are its reads.
      withHostCallRecorder(null, () => this.#answer(call, values));
    } finally {
      backend.addon.resumeRecording();
    }
    return call.results.map((result) => tf.clone(result));
  }

  #answer({ results, compute }: HostCall, values: Float32Array[]): void {
    tf.tidy(() => {
      for (const [i, made] of compute(...values).entries()) {
        this.#backend.copyInto(results[i], tf.tensor(made, results[i].shape));
      }
    });
  }

  #markChanging(tensors: readonly tf.Tensor[]): void {
    this.#backend.addon.markChanging(tensors.map((tensor) => this.#backend.handleOf(tensor)));
  }

  /** Variables that were given other data since the last run bring their values into the program's memory. */
  #takeVariables(): void {
    for (const [i, variable] of this.#variables!.entries()) {
      if (variable.isDisposed)
        throw new RecordingError(
          `recordStep: variable ${i}, ${describe(variable)}, was disposed; record the step again`,
        );
      if (this.#homes[i]) bringHome(this.#backend, variable, this.#homes[i]);
      else this.#homes[i] = shareHome(this.#backend, variable);
    }
  }

  #takeInputs(inputs: Inputs): void {
    if (this.#recordings === 0 && Object.keys(this.#inputs).length === 0) {
      for (const [name, tensor] of Object.entries(inputs)) this.#inputs[name] = privateCopy(this.#backend, tensor);
      return;
    }
    const listed = (tensors: Record<string, tf.Tensor>) =>
      Object.entries(tensors)
        .map(([name, tensor]) => `${name} ${describe(tensor)}`)
        .sort()
        .join(', ');
    const [recorded, given] = [listed(this.#inputs), listed(inputs)];
    if (recorded !== given)
      throw new RecordingError(
        `recordStep: the step was recorded with ${recorded}, got ${given}; record another one for these`,
      );
    for (const [name, tensor] of Object.entries(inputs)) this.#backend.copyInto(this.#inputs[name], tensor);
  }

  /** Makes the step in the ordinary way and writes down its calls. Where that fails nothing has changed. */
  #record(): void {
    const { addon } = this.#backend;
    refusing(() => addon.beginRecording());
    let program: number;
    try {
      this.#markChanging([...this.#homes, ...Object.values(this.#inputs)]);
      this.#hostCallsMade = 0;
      refusing(() => withHostCallRecorder(this, () => tf.tidy(() => this.#makeStep())));
      program = addon.endRecording();
    } catch (error) {
      addon.cancelRecording();
      throw error;
    } finally {
      for (const [i, variable] of this.#variables!.entries())
        if (variable.dataId !== this.#homes[i].dataId) variable.assign(this.#homes[i]);
    }
    this.#recordings++;
    const earlier = this.#program;
    this.#program = program;
    if (earlier === undefined) return;
    try {
      refusing(() => addon.requireSameProgram(earlier, program));
    } catch (error) {
      // This step was made, and its results are right; the next one is refused.
      this.#failure = error as RecordingError;
    } finally {
      addon.releaseProgram(earlier);
    }
  }

  #makeStep(): void {
    const outputs = this.#step(this.#inputs as Inputs);
    assertSingleNumbers(outputs);
    const names = Object.keys(outputs);
    this.#outputs ??= { names, values: tf.keep(tf.zeros([names.length])) };
    if (names.length > 0) {
      this.#markChanging([this.#outputs.values]);
      const packed = tf.concat(names.map((name) => tf.reshape(outputs[name], [1])));
      this.#backend.copyInto(this.#outputs.values, packed);
    }
    const homes = new Set(this.#homes.map(({ dataId }) => dataId));
    for (const [i, variable] of this.#variables!.entries()) {
      if (variable.dataId === this.#homes[i].dataId) continue;
      if (homes.has(variable.dataId))
        throw new RecordingError(`recordStep: variable ${i} was assigned another variable; assign a copy of it`);
      this.#backend.copyInto(this.#homes[i], variable);
    }
  }

  async #replay(): Promise<void> {
    const { addon } = this.#backend;
    for (let segment = 0; segment <= this.#hostCalls.length; segment++) {
      this.#onGraph = addon.runProgram(this.#program!, segment);
      const call = this.#hostCalls[segment];
      if (!call) continue;
      this.#answer(call, await Promise.all(call.reads.map((tensor) => tensor.data<'float32'>())));
    }
  }
}

/** Whether the engine records steps: see `recordStep`. */
export const canRecord = (): boolean => tf.findBackend(tf.getBackend()) instanceof TorchBackend;

/**
 * Records a training step, so that it runs without JavaScript from its third run on: the calls that it made of libtorch are
 * made again, natively, in one go. On CUDA they are captured into a CUDA graph and launched as one.
 *
 * The first two runs are the step's own code. Both are written down, and must be the same but for the values of inputs and
 * variables: whatever else changes from step to step (a learning rate, random numbers, the number of the step) has to be an
 * input. What is read in the middle of the step goes by `computeOnHost`. Between runs variables may be read, and given other
 * values by `assign`; a `clone` of one shares its memory, and changes with it.
 *
 * @returns the step; dispose it when it is no longer needed
 * @throws RecordingError when the engine is not torch
 * @example
 * const recorded = recordStep({
 *   variables: [weight],
 *   step: ({ x, rate }) => {
 *     const { value, grads } = tf.variableGrads(() => loss(weight, x), [weight]);
 *     weight.assign(tf.sub(weight, tf.mul(grads[weight.name], rate)));
 *     return { loss: value };
 *   },
 * });
 * const { loss } = await recorded.run({ x, rate: tf.scalar(0.1) });
 */
export function recordStep<Inputs extends Record<string, tf.Tensor>>(
  options: RecordStepOptions<Inputs>,
): RecordedStep<Inputs> {
  const backend = tf.findBackend(tf.getBackend());
  if (!(backend instanceof TorchBackend))
    throw new RecordingError(`recordStep: only the torch engine records steps, this is ${tf.getBackend()}`);
  return new RecordedStep(backend, options);
}
