import { tf } from '../tf.js';
import type { TorchBackend } from '../torch/backend.js';

/** Memory of a variable that recorded steps find it in and change in place: all that use the variable share it. */
interface Home {
  tensor: tf.Tensor;
  backend: TorchBackend;
  users: number;
}

const homes = new WeakMap<tf.Variable, Home>();

/** A tensor of its own memory, out of reach of `tf.tidy`. */
export function privateCopy(backend: TorchBackend, tensor: tf.Tensor): tf.Tensor {
  const copy = tf.keep(tf.zeros(tensor.shape, tensor.dtype));
  backend.copyInto(copy, tensor);
  return copy;
}

/** Gives a variable a home, or shares the one it has; `leaveHome` is due for each call. */
export function shareHome(backend: TorchBackend, variable: tf.Variable): tf.Tensor {
  let home = homes.get(variable);
  if (home?.backend !== backend) {
    home = { tensor: privateCopy(backend, variable), backend, users: 0 };
    homes.set(variable, home);
  }
  home.users++;
  bringHome(backend, variable, home.tensor);
  return home.tensor;
}

/** Brings the value of a variable that was given other data into its home. */
export function bringHome(backend: TorchBackend, variable: tf.Variable, home: tf.Tensor): void {
  if (variable.dataId === home.dataId) return;
  backend.copyInto(home, variable);
  variable.assign(home);
}

/** The variable keeps its value; the home is freed when nobody else uses it. */
export function leaveHome(variable: tf.Variable, tensor: tf.Tensor): void {
  const home = homes.get(variable);
  if (home?.tensor !== tensor) return;
  home.users--;
  if (home.users > 0) return;
  homes.delete(variable);
  tensor.dispose();
}
