// TFJS keeps every gradient of an intermediate result, and every tensor that was saved for the way back, until the last
// gradient is there. Here they are released as soon as nothing needs them: a training step takes half the memory, and what
// is in the caches is used again.

import { inFloat32 } from '../in-float32.js';
import { tf } from '../tf.js';

export interface TapeNode {
  kernelName: string;
  inputs: Record<string, tf.Tensor>;
  outputs: tf.Tensor[];
  saved: tf.Tensor[];
  /** Whether it was computed in `inFloat32`, as its gradient is then. */
  exact?: boolean;
  gradient?: (dys: (tf.Tensor | null)[]) => Record<string, () => tf.Tensor>;
}

/** What is used of TFJS's engine beyond its public types. */
interface Engine {
  state: { activeTape: TapeNode[] | null; activeScope: { id: number }; gradientDepth: number };
  nextTensorId(): number;
  startTape(): void;
  endTape(): void;
  scopedRun<T>(start: () => void, end: () => void, run: () => T): T;
  tidy<T>(name: string, run: () => T): T;
  gradients(
    f: () => tf.Tensor,
    xs: tf.Tensor[],
    dy?: tf.Tensor | null,
    allowNoGradients?: boolean,
  ): { value: tf.Tensor; grads: tf.Tensor[] };
}

/** The nodes by which y depends on xs, last first, and the tensors that depend on xs. */
function pathTo(y: tf.Tensor, xs: tf.Tensor[], tape: TapeNode[]): { path: TapeNode[]; dependent: Set<number> } {
  const dependent = new Set(xs.map(({ id }) => id));
  const forward = tape.filter(({ inputs, outputs }) => {
    if (!Object.values(inputs).some(({ id }) => dependent.has(id))) return false;
    for (const { id } of outputs) dependent.add(id);
    return true;
  });
  const leading = new Set([y.id]);
  const path = forward.reverse().filter(({ inputs, outputs }) => {
    if (!outputs.some(({ id }) => leading.has(id))) return false;
    for (const { id } of Object.values(inputs)) leading.add(id);
    return true;
  });
  return { path, dependent };
}

function assertGradient(node: TapeNode, name: string, dx: tf.Tensor): void {
  const { shape, dtype } = node.inputs[name];
  const expected = dtype === 'complex64' ? dtype : 'float32';
  if (dx.dtype !== expected)
    throw new Error(
      `Error in gradient for op ${node.kernelName}. The gradient of input ${name} must have '${expected}' dtype, but has '${dx.dtype}'`,
    );
  if (!tf.util.arraysEqual(dx.shape, shape))
    throw new Error(
      `Error in gradient for op ${node.kernelName}. The gradient of input '${name}' has shape '${dx.shape}', ` +
        `which does not match the shape of the input '${shape}'`,
    );
}

/** Gradients of a node's inputs, by name, as far as these depend on what is differentiated. */
function gradientsOf(node: TapeNode, dys: (tf.Tensor | null)[], dependent: Set<number>): Record<string, tf.Tensor> {
  if (!node.gradient) throw new Error(`Cannot compute gradient: gradient function not found for ${node.kernelName}.`);
  const functions = node.gradient(dys);
  const dxs: Record<string, tf.Tensor> = {};
  for (const [name, { id }] of Object.entries(node.inputs)) {
    if (!dependent.has(id)) continue;
    if (!(name in functions))
      throw new Error(`Cannot backprop through input ${name}. Available gradients found: ${Object.keys(functions)}.`);
    dxs[name] = tf.tidy(() => functions[name]());
    assertGradient(node, name, dxs[name]);
  }
  return dxs;
}

/** Gradients by the id of the tensor that they are of. Released are those that the scope `owner` made. */
class Sums {
  private readonly sums = new Map<number, tf.Tensor>();
  private readonly uses = new Map<tf.Tensor, number>();

  /** @param owner null to release nothing */
  constructor(private readonly owner: number | null) {}

  get(id: number): tf.Tensor | null {
    return this.sums.get(id) ?? null;
  }

  has(gradient: tf.Tensor): boolean {
    return this.uses.has(gradient);
  }

  add(id: number, gradient: tf.Tensor): void {
    const sum = this.sums.get(id);
    const total = sum ? tf.add(sum, gradient) : gradient;
    this.uses.set(total, (this.uses.get(total) ?? 0) + 1);
    this.delete(id);
    this.sums.set(id, total);
    if (sum && !this.uses.has(gradient)) this.release(gradient);
  }

  delete(id: number): void {
    const gradient = this.sums.get(id);
    if (!gradient) return;
    this.sums.delete(id);
    const uses = this.uses.get(gradient)! - 1;
    if (uses > 0) {
      this.uses.set(gradient, uses);
      return;
    }
    this.uses.delete(gradient);
    this.release(gradient);
  }

  private release(gradient: tf.Tensor): void {
    if (!gradient.kept && gradient.scopeId === this.owner) gradient.dispose();
  }
}

/** Disposes of what a tape has saved. */
function releaseTape(tape: TapeNode[] | null): void {
  for (const { saved } of tape ?? []) for (const tensor of saved) tensor.dispose();
}

/** `Engine.gradients` of TFJS, which all of `tf.grad`, `tf.variableGrads` and so on call. */
function gradients(
  engine: Engine,
  f: () => tf.Tensor,
  xs: tf.Tensor[],
  dy: tf.Tensor | null,
  allowNoGradients: boolean,
): { value: tf.Tensor; grads: tf.Tensor[] } {
  const outermost = engine.state.gradientDepth === 0;
  // A result that nothing else will dispose of, and the tape that led to it: a derivative on the way back has one of its own.
  const firstId = engine.nextTensorId();
  let made: tf.Tensor | undefined;
  let tape: TapeNode[] | undefined;
  try {
    return differentiate(engine, f, xs, dy, allowNoGradients, (y) => {
      tape = engine.state.activeTape!;
      if (y.id >= firstId) made = y;
    });
  } catch (error) {
    // Within another derivative the tape is that one's.
    if (outermost) {
      releaseTape(tape ?? engine.state.activeTape);
      engine.state.activeTape = null;
    }
    if (made && !made.kept && !xs.includes(made)) made.dispose();
    throw error;
  }
}

function differentiate(
  engine: Engine,
  f: () => tf.Tensor,
  xs: tf.Tensor[],
  dy: tf.Tensor | null,
  allowNoGradients: boolean,
  note: (y: tf.Tensor) => void,
): { value: tf.Tensor; grads: tf.Tensor[] } {
  tf.util.assert(xs.length > 0, () => 'gradients() received an empty list of xs.');
  if (dy && dy.dtype !== 'float32') throw new Error(`dy must have 'float32' dtype, but has '${dy.dtype}'`);
  const { state } = engine;
  const y = engine.scopedRun(
    () => engine.startTape(),
    () => engine.endTape(),
    () => engine.tidy('forward', f),
  );
  tf.util.assert(y instanceof tf.Tensor, () => 'The result y returned by f() must be a tensor.');
  note(y);
  const tape = state.activeTape!;
  const { path, dependent } = pathTo(y, xs, tape);
  if (!allowNoGradients && path.length === 0) {
    throw new Error(
      'Cannot compute gradient of y=f(x) with respect to x. Make sure that the f you passed encloses all operations ' +
        'that lead from x to y.',
    );
  }
  return engine.tidy('backward', () => {
    // Within another derivative all that is computed here will be differentiated.
    const outermost = state.gradientDepth === 0;
    const wanted = new Set(xs.map(({ id }) => id));
    const sums = new Sums(outermost ? state.activeScope.id : null);
    sums.add(y.id, dy ?? tf.ones(y.shape));
    for (const node of path) {
      const dys = node.outputs.map(({ id }) => sums.get(id));
      const compute = () => tf.tidy(() => gradientsOf(node, dys, dependent));
      const dxs = node.exact ? inFloat32(compute) : compute();
      for (const [name, dx] of Object.entries(dxs)) sums.add(node.inputs[name].id, dx);
      for (const { id } of node.outputs) if (!wanted.has(id)) sums.delete(id);
      if (outermost) for (const tensor of node.saved) if (!sums.has(tensor)) tensor.dispose();
    }
    const grads = xs.map(({ id }) => sums.get(id) as tf.Tensor);
    // TFJS says so too, but when nobody is left to dispose of y.
    tf.util.assert(
      grads.some((gradient) => gradient != null),
      () =>
        'Cannot find a connection between any variable and the result of the loss function y=f(x). Please make sure the ' +
        'operations that use variables are inside the function f passed to minimize().',
    );
    if (outermost) {
      releaseTape(tape);
      state.activeTape = null;
    }
    return { value: y, grads };
  });
}

type Minimize = tf.Optimizer['minimize'];

/** `Optimizer.minimize`, which leaves loss and gradients behind when they cannot be applied. */
const minimize: Minimize = function (this: tf.Optimizer, f, returnCost, varList) {
  const { value, grads } = this.computeGradients(f, varList);
  try {
    const named = varList?.map(({ name }) => ({ name, tensor: grads[name] }));
    this.applyGradients(named ?? (grads as tf.NamedTensorMap));
  } catch (error) {
    value.dispose();
    throw error;
  } finally {
    tf.dispose(grads);
  }
  if (returnCost) return value;
  value.dispose();
  return null;
};

/** Replaces TFJS's way back. */
export function releaseEarly(): void {
  const engine = tf.engine() as unknown as Engine;
  tf.Optimizer.prototype.minimize = minimize;
  engine.gradients = (f, xs, dy = null, allowNoGradients = false) => gradients(engine, f, xs, dy, allowNoGradients);
}
