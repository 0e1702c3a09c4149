// Repairs of TFJS's tape, on which it records what it differentiates.

import { isExact } from '../in-float32.js';
import { tf } from '../tf.js';
import { releaseEarly, type TapeNode } from './backpropagation.js';
import type { Gradient } from './gradient.js';

interface Tape {
  state: { activeTape: TapeNode[] };
  addTapeNode(...parts: unknown[]): void;
}

/**
 * The kernel inputs that a caller leaves out (scale and offset of a normalization) stop the tape, which asks each for its
 * id: they are dropped before it sees them.
 */
function dropAbsentInputs(): void {
  const engine = tf.engine();
  const run = engine.runKernel.bind(engine);
  engine.runKernel = (name, inputs, attributes) => {
    const absent = Object.values(inputs).includes(undefined as never);
    const given = absent ? Object.fromEntries(Object.entries(inputs).filter(([, tensor]) => tensor)) : inputs;
    return run(name, given, attributes) as never;
  };
}

/** Gradients are as exact as what they are of. */
function recordPrecision(): void {
  const engine = tf.engine() as unknown as Tape;
  const add = engine.addTapeNode.bind(engine);
  engine.addTapeNode = (...parts) => {
    add(...parts);
    if (isExact()) engine.state.activeTape.at(-1)!.exact = true;
  };
}

/**
 * A kernel whose gradient needs its result saves a clone of it, and TFJS records that clone before the kernel that makes
 * the result. Read in that order the clone depends on nothing, and second derivatives through sigmoid, exp, softmax and
 * others lose a term or fail. Here the kernel is recorded first.
 */
function recordKernelsBeforeClones(): void {
  const engine = tf.engine() as unknown as Tape;
  const add = engine.addTapeNode.bind(engine);
  engine.addTapeNode = (...parts) => {
    add(...parts);
    const tape = engine.state.activeTape;
    const node = tape.pop()!;
    const isClone = ({ outputs }: TapeNode) => node.saved.includes(outputs[0]);
    let place = tape.length;
    while (place > 0 && isClone(tape[place - 1])) place--;
    tape.splice(place, 0, node);
  };
}

/** TFJS makes zeros, on the host, for each output that nothing depends on: a kernel with several has a use for few of them. */
function passAbsentGradients(): void {
  const engine = tf.engine() as unknown as Tape;
  const add = engine.addTapeNode.bind(engine);
  engine.addTapeNode = (...parts) => {
    add(...parts);
    const node = engine.state.activeTape.at(-1)!;
    const config = tf.getGradient(node.kernelName) as Partial<Gradient> | undefined;
    if (!config?.partial || !config.gradFunc) return;
    const { gradFunc } = config;
    const attributes = parts[5] as tf.NamedAttrMap;
    node.gradient = (dys) => gradFunc(dys as tf.Tensor[], node.saved, attributes);
  };
}

/** TFJS casts the gradient of a clone to real numbers. */
function keepComplexClones(): void {
  const engine = tf.engine() as unknown as Tape;
  const add = engine.addTapeNode.bind(engine);
  engine.addTapeNode = (...parts) => {
    add(...parts);
    const node = engine.state.activeTape.at(-1)!;
    const { x } = node.inputs;
    const isClone = x?.dtype === 'complex64' && node.outputs.length === 1 && node.outputs[0].dataId === x.dataId;
    if (isClone && tf.getGradient(node.kernelName) == null) node.gradient = ([dy]) => ({ x: () => tf.clone(dy!) });
  };
}

let repaired = false;

/** Idempotent. */
export function repairTape(): void {
  if (repaired) return;
  repaired = true;
  dropAbsentInputs();
  recordPrecision();
  keepComplexClones();
  passAbsentGradients();
  recordKernelsBeforeClones();
  releaseEarly();
}
